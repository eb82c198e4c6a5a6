"""The statement log."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timezone

import pytest

from local_snowflake.statement_log import StatementLog, masked

STARTED = datetime(2026, 11, 22, 15, 30, 45, 123000, tzinfo=timezone.utc)


def _start(log: StatementLog, text: str = "select 1", parent: int | None = None) -> int:
    return log.start(
        session="3",
        user="SAM",
        role="READER",
        query_tag="dbt",
        text=text,
        started_at=STARTED,
        query_id="q-1",
        parent=parent,
    )


def test_an_entry_tells_who_asked_what_and_what_came_of_it() -> None:
    log = StatementLog()
    first = _start(log, "insert into t\nselect * from s")
    log.finish(first, status="success", duration_ms=12.34, tables_read=["D.P.S"], tables_written=["D.P.T"], rows=5)
    (entry,) = log.since()
    assert json.loads(json.dumps(entry.to_json())) == {
        "id": 1,
        "parent": None,
        "session": "3",
        "user": "SAM",
        "role": "READER",
        "query_tag": "dbt",
        "query_id": "q-1",
        "text": "insert into t\nselect * from s",
        "started_at": "2026-11-22T15:30:45.123000+00:00",
        "duration_ms": 12.34,
        "status": "success",
        "error": None,
        "tables_read": ["D.P.S"],
        "tables_written": ["D.P.T"],
        "rows": 5,
    }
    assert entry.line() == (
        "15:30:45.123 #1 session 3 SAM/READER [dbt] (12.3 ms success, 5 rows) insert into t select * from s"
        " | reads D.P.S; writes D.P.T;"
    )


def test_running_and_failed_statements_show_as_such() -> None:
    log = StatementLog()
    block = _start(log, "execute immediate 'begin drop table t; end'")
    inner = _start(log, "drop table t", parent=block)
    log.finish(inner, status="failed", duration_ms=1.0, error="SQL compilation error:\nno such table")
    running, failed = log.since()
    assert running.line().endswith("(running) execute immediate 'begin drop table t; end'")
    assert failed.line().endswith("(1.0 ms failed)   drop table t error: SQL compilation error: no such table")
    assert (failed.parent, failed.status) == (block, "failed")


def test_since_gives_only_what_is_newer() -> None:
    log = StatementLog()
    ids = [_start(log) for _ in range(5)]
    assert [entry.id for entry in log.since(ids[2])] == ids[3:]
    assert log.since(ids[-1]) == []


def test_the_list_is_bounded_and_a_forgotten_statement_may_still_end() -> None:
    log = StatementLog(capacity=3)
    ids = [_start(log) for _ in range(5)]
    log.finish(ids[0], status="success", duration_ms=1.0)
    assert [entry.id for entry in log.since()] == ids[2:]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("create user u password = 'p;''x\\'y' type = service", "create user u password = '******' type = service"),
        ("alter user u set PASSWORD='secret'", "alter user u set PASSWORD='******'"),
        ("select password from t where password <> 'x'", "select password from t where password <> 'x'"),
        ("create user u rsa_public_key = 'MII'", "create user u rsa_public_key = 'MII'"),
    ],
)
def test_passwords_are_not_kept(text: str, shown: str) -> None:
    assert masked(text) == shown
    log = StatementLog()
    _start(log, text)
    assert log.since()[0].text == shown


def test_many_threads_lose_no_entry() -> None:
    log = StatementLog()

    def work() -> None:
        for _ in range(200):
            log.finish(_start(log), status="success", duration_ms=0.1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = log.since()
    assert [entry.id for entry in entries] == list(range(1, 1601))
    assert {entry.status for entry in entries} == {"success"}
