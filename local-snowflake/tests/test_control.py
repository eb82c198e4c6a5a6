"""The statement log, faults, cancelling, and lost replies, over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from server_process import Client, ServerProcess


@pytest.fixture
def faults(server: ServerProcess) -> Iterator[ServerProcess]:
    """The server, whose faults are removed after the test."""
    yield server
    server.control("DELETE", "/local/faults")


def _last_id(server: ServerProcess) -> int:
    return max(entry["id"] for entry in server.control("GET", "/local/log"))


def test_the_log_tells_who_did_what(admin: Client, server: ServerProcess) -> None:
    since = _last_id(server)
    database = admin.value("select current_database()")
    admin.run(
        "alter session set query_tag = 'deploy 7'",
        "create table t as select 1 as x",
        "create view v as select x from t",
    )
    admin.run("select * from v", "insert into t select x from v")
    admin.error("select * from missing")
    entries = server.control("GET", f"/local/log?since={since}")
    by_text = {entry["text"]: entry for entry in entries}
    read = by_text["select * from v"]
    assert sorted(read["tables_read"]) == [f"{database}.PUBLIC.T", f"{database}.PUBLIC.V"]
    assert (read["query_tag"], read["role"], read["status"], read["rows"]) == ("deploy 7", "ACCOUNTADMIN", "success", 1)
    assert by_text["insert into t select x from v"]["tables_written"] == [f"{database}.PUBLIC.T"]
    assert by_text["select * from missing"]["status"] == "failed"
    assert all(entry["duration_ms"] >= 0 for entry in entries)


def test_the_log_counts_each_place_that_reads_a_table(admin: Client, server: ServerProcess) -> None:
    since = _last_id(server)
    admin.run(
        "create table t as select 1 as x",
        "select a.x from t a join t b on a.x = b.x where a.x in (select x from t)",
        "with c as (select x from t) select c.x from c join c d on c.x = d.x",
    )
    reads = [len(entry["tables_read"]) for entry in server.control("GET", f"/local/log?since={since}")]
    assert reads == [0, 3, 1], "a common table expression is one place, however often it is used"


def test_statements_of_a_block_are_logged_and_can_be_hit(admin: Client, faults: ServerProcess) -> None:
    admin.run("create schema blue", "create table public.t as select 1 as x")
    faults.control("POST", "/local/faults", {"action": "fail", "matching": "^alter .* rename", "code": "000603"})
    block = "execute immediate $$ begin alter schema public swap with blue; alter schema blue rename to old; end $$"
    since = _last_id(faults)
    assert admin.error(block)[0] == "000603"
    entries = faults.control("GET", f"/local/log?since={since}")
    assert [entry["status"] for entry in entries] == ["failed", "success", "failed"]
    assert admin.value("select x from blue.t") == 1, "the swap was done, the rename was not"


def test_the_nth_statement_that_fits_fails(admin: Client, faults: ServerProcess) -> None:
    admin.run("create table t (x int)")
    faults.control("POST", "/local/faults", {"action": "fail", "matching": "insert", "nth": 2, "message": "no room"})
    admin.run("insert into t values (1)")
    assert "no room" in admin.error("insert into t values (2)")[2]
    admin.run("insert into t values (3)")
    assert admin.run("select x from t order by x") == [(1,), (3,)]


def test_a_cut_reply_is_of_a_statement_that_was_done_once(admin: Client, faults: ServerProcess) -> None:
    """D/developer-guide/node-js/nodejs-driver-execute: a request id that is sent again does not run again."""
    admin.run("create table t (x int)")
    made = faults.control("POST", "/local/faults", {"action": "cut", "when": "after", "matching": "insert into t"})
    admin.run("insert into t values (1)")
    assert admin.value("select count(*) from t") == 1
    assert [fault["fired"] for fault in faults.control("GET", "/local/faults") if fault["id"] == made["id"]] == [1]


def test_a_cut_request_is_run_when_it_is_sent_again(admin: Client, faults: ServerProcess) -> None:
    admin.run("create table t (x int)")
    faults.control("POST", "/local/faults", {"action": "cut", "when": "before", "matching": "insert into t"})
    admin.run("insert into t values (1)")
    assert admin.value("select count(*) from t") == 1


def test_a_connection_that_is_cut_in_a_block_does_not_stop_the_block(admin: Client, faults: ServerProcess) -> None:
    """The statements run at the server; the block goes on when its client is gone."""
    admin.run("create schema blue", "create table public.t as select 1 as x")
    faults.control("POST", "/local/faults", {"action": "cut", "matching": "^alter .* swap", "times": 2})
    block = "execute immediate $$ begin alter schema public swap with blue; alter schema blue rename to old; end $$"
    admin.run(block)
    assert admin.value("select x from old.t") == 1
    assert [fault["fired"] for fault in faults.control("GET", "/local/faults")] == [2], (
        "the repeated request was cut too"
    )


def test_a_pause_holds_a_statement_at_an_exact_point(admin: Client, faults: ServerProcess) -> None:
    database = admin.value("select current_database()")
    admin.run("create table t (x int)")
    pause = faults.control("POST", "/local/faults", {"action": "pause", "when": "before", "matching": "insert into"})

    def insert() -> None:
        with faults.connect() as client:
            client.run(f"insert into {database}.public.t values (1)")

    writer = threading.Thread(target=insert)
    writer.start()
    deadline = time.monotonic() + 10
    while not any(fault["waiting"] for fault in faults.control("GET", "/local/faults")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert admin.value("select count(*) from t") == 0
    faults.control("POST", f"/local/faults/{pause['id']}/release")
    writer.join(10)
    assert admin.value("select count(*) from t") == 1


def test_a_running_statement_is_found_by_its_tag_and_cancelled(admin: Client, faults: ServerProcess) -> None:
    """D/sql-reference/functions/query_history, D/sql-reference/functions/system_cancel_query."""
    outcome: list[str] = []

    def work() -> None:
        with faults.connect(session_parameters={"QUERY_TAG": "deploy 9"}) as client:
            query = (
                "select count(*) from table(generator(rowcount => 1000000)) a, table(generator(rowcount => 1000000)) b"
            )
            outcome.append(client.error(f"{query} where hash(a.range, b.range) = 0")[0])

    worker = threading.Thread(target=work)
    worker.start()
    running: list[tuple[str, ...]] = []
    deadline = time.monotonic() + 10
    while not running:
        assert time.monotonic() < deadline
        time.sleep(0.05)
        running = admin.run(
            "select query_id, session_id from table(information_schema.query_history()) "
            "where query_tag = 'deploy 9' and execution_status = 'RUNNING'"
        )
    assert "terminated" in admin.value(f"select system$cancel_query('{running[0][0]}')")
    worker.join(10)
    assert outcome == ["000604"]


def test_a_bad_fault_is_refused(server: ServerProcess) -> None:
    with pytest.raises(Exception, match="400"):
        server.control("POST", "/local/faults", {"action": "explode"})
