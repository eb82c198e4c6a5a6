"""CLONE … AT | BEFORE (TIMESTAMP => …) on a server that keeps what tables held. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from server_process import Client, ServerProcess

_numbers = itertools.count(1)
_NOT_AVAILABLE = (
    "Time travel data is not available for table {}. The requested time is either beyond the allowed time travel "
    "period or before the object creation time."
)


@pytest.fixture(scope="module")
def keeping() -> Iterator[ServerProcess]:
    """A server that keeps history."""
    with ServerProcess("--time-travel") as process:
        yield process


@pytest.fixture
def client(keeping: ServerProcess) -> Iterator[Client]:
    """An administrator whose current schema is PUBLIC of a database of the test's own."""
    with keeping.connect() as one:
        one.run(f"create database test_{next(_numbers)}")
        yield one
        one.run(f"drop database {one.value('select current_database()')}")


def _moment(client: Client) -> str:
    """The server's clock; what is done before and after is of another millisecond."""
    time.sleep(0.005)
    milliseconds = int(client.value("select date_part(epoch_millisecond, current_timestamp())"))
    time.sleep(0.005)
    return _written(milliseconds)


def _written(milliseconds: float) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="milliseconds")


def _rows_at(client: Client, table: str, moment: str, word: str = "at") -> list[object]:
    client.run(
        "drop table if exists seen",
        f"create transient table seen clone {table} {word} (timestamp => '{moment}'::timestamp_tz)",
    )
    return [row[0] for row in client.run("select * from seen order by 1")]


def test_a_clone_has_the_rows_of_its_moment(client: Client) -> None:
    """D/user-guide/data-time-travel: after each kind of change, and however often the table changed since."""
    client.run("create table t as select column1 as x from values (1), (2)")
    moments = [(_moment(client), [1, 2])]
    changes = (
        ("insert into t values (3)", [1, 2, 3]),
        ("delete from t where x = 1", [2, 3]),
        ("update t set x = x + 10", [12, 13]),
        ("merge into t using (select 12 as x) s on t.x = s.x when matched then delete", [13]),
        ("insert overwrite into t values (7), (8)", [7, 8]),
        ("truncate table t", []),
    )
    for change, rows in changes:
        client.run(change)
        moments.append((_moment(client), rows))
    assert [_rows_at(client, "t", moment) for moment, _ in moments] == [rows for _, rows in moments]
    assert client.run("select count(*) from t") == [(0,)]


def test_what_was_not_committed_then_is_not_there(client: Client, keeping: ServerProcess) -> None:
    """D/sql-reference/transactions: a transaction's changes are of the moment of its commit, all of them."""
    client.run("create table t (x int)", "create table u (x int)", "begin", "insert into t values (1)")
    open_ = _moment(client)
    client.run("insert into t values (2)", "insert into u values (3)", "commit")
    done = _moment(client)
    client.run("begin", "delete from t", "rollback")
    assert [_rows_at(client, "t", moment) for moment in (open_, done)] == [[], [1, 2]]
    assert [_rows_at(client, "u", moment) for moment in (open_, done)] == [[], [3]]


def test_two_writers_at_once_leave_no_moment_without_rows_of_the_first(client: Client, keeping: ServerProcess) -> None:
    """Each of two transactions began before the other committed; between the commits only the first is there."""
    client.run("create table t (x int)")
    with keeping.connect() as other:
        other.run(f"use schema {client.value('select current_database()')}.public")
        client.run("begin", "insert into t values (1)")
        other.run("begin", "insert into t values (2)")
        client.run("commit")
        between = _moment(client)
        other.run("commit")
    assert _rows_at(client, "t", between) == [1]
    assert client.run("select x from t order by x") == [(1,), (2,)]


def test_at_holds_what_before_does_not(client: Client) -> None:
    """D/sql-reference/constructs/at-before: AT includes a change of that very moment, to the millisecond."""
    client.run("create table t (x int)", "insert into t values (1)")
    time.sleep(0.005)
    committed = int(client.value("select system$last_change_commit_time('t')")) // 1_000_000
    assert _rows_at(client, "t", _written(committed)) == [1]
    assert _rows_at(client, "t", _written(committed), "before") == []
    client.run(f"create table ntz clone t at (timestamp => '{_written(committed)[:23]}'::timestamp_ntz)")
    assert client.run("select x from ntz") == [(1,)]


def test_history_goes_with_the_table_through_swaps_and_renames(client: Client) -> None:
    client.run("create table t as select 1 as x")
    moment = _moment(client)
    client.run("insert into t values (2)", "create schema other", "alter schema public swap with other")
    assert client.error(f"create table c clone public.t at (timestamp => '{moment}'::timestamp_tz)")[0] == "002003"
    client.run("use schema public")
    assert _rows_at(client, "other.t", moment) == [1]


@pytest.mark.parametrize(
    "replaced",
    [
        "create or replace table t as select 1 as x",
        "create or replace table t clone u",
    ],
)
def test_a_replaced_table_and_a_clone_begin_anew(client: Client, replaced: str) -> None:
    """D/user-guide/data-time-travel, D/user-guide/object-clone: a new object has none of the history of another."""
    client.run("create table t as select 1 as x", "create table u as select 1 as x")
    moment = _moment(client)
    client.run(replaced)
    error = client.error(f"create table c clone t at (timestamp => '{moment}'::timestamp_tz)")
    assert error[:2] == ("000707", "02000")
    assert _NOT_AVAILABLE.format("T") in error[2]


def test_retention_ends_time_travel(client: Client) -> None:
    """D/user-guide/data-time-travel: none at 0 days; one day for a transient table, whatever is set."""
    client.run("create table t as select 1 as x", "create transient table u as select 1 as x")
    moment = _moment(client)
    client.run("insert into t values (2)", "alter table t set data_retention_time_in_days = 0")
    assert client.error(f"create table c clone t at (timestamp => '{moment}'::timestamp_tz)")[0] == "000707"
    client.run("alter table t set data_retention_time_in_days = 1")
    assert _rows_at(client, "t", moment) == [1]
    client.run("alter table t set data_retention_time_in_days = 0", "insert into t values (3)")
    client.run("alter table t set data_retention_time_in_days = 1")
    assert client.error(f"create table c clone t at (timestamp => '{moment}'::timestamp_tz)")[0] == "000707"
    days_ago = _written((time.time() - 25 * 3600) * 1000)
    client.run("alter table u set data_retention_time_in_days = 1")
    assert client.error(f"create table c clone u at (timestamp => '{days_ago}'::timestamp_tz)")[0] == "000707"


def test_the_source_must_be_readable(client: Client, keeping: ServerProcess) -> None:
    """As for any clone: SELECT on the table."""
    database = client.value("select current_database()")
    client.run(
        "create table t as select 1 as x",
        "create role reader",
        "create schema mine",
        "grant role reader to user local_admin",
    )
    client.run(f"grant usage on database {database} to role reader", "grant usage on schema public to role reader")
    client.run("grant all on schema mine to role reader")
    moment = _moment(client)
    with keeping.connect(role="READER") as reader:
        clone = f"create table {database}.mine.c clone {database}.public.t at (timestamp => '{moment}'::timestamp_tz)"
        assert reader.error(clone)[0] in ("002003", "003001")
        client.run("grant select on table t to role reader")
        reader.run(clone)
    client.run("drop role reader")


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("at (offset => -60)", "TIMESTAMP"),
        ("before (statement => '8e5d0ca9-005e-44e6-b858-a8f5b37c5726')", "TIMESTAMP"),
        ("at (timestamp => '2020-01-31T00:00:00')", "TIMESTAMP"),
        ("at (timestamp => '2020-01-31T00:00:00'::timestamp_ltz)", "offset"),
        ("at (timestamp => '2020-01-31T00:00:00+00:00'::timestamp_ntz)", "offset"),
        ("at (timestamp => 'yesterday'::timestamp_tz)", "TIMESTAMP"),
        ("at (timestamp => '2999-01-31T00:00:00+00:00'::timestamp_tz)", "to come"),
    ],
)
def test_other_points_are_refused(client: Client, clause: str, said: str) -> None:
    client.run("create table t as select 1 as x")
    assert said in client.error(f"create table c clone t {clause}")[2]


def test_what_else_is_not_served_says_so(client: Client) -> None:
    client.run("create table t as select 1 as x", "create view v as select * from t")
    client.run("create temporary table s as select 1 as x")
    moment = f"at (timestamp => '{_moment(client)}'::timestamp_tz)"
    client.run("insert into t values (2)")
    assert "schema or database" in client.error(f"create schema other clone public {moment}")[2]
    assert "Unsupported" in client.error(f"select * from t {moment}")[2]
    assert "Unsupported" in client.error(f"create table c clone s {moment}")[2]
    client.run("alter table t add column y int")
    assert "columns" in client.error(f"create table c clone t {moment}")[2]


def test_without_the_option_it_is_refused(admin: Client) -> None:
    admin.run("create table t as select 1 as x")
    clone = "create table c clone t at (timestamp => '2020-01-31T00:00:00+00:00'::timestamp_tz)"
    assert "--time-travel" in admin.error(clone)[2]


def test_what_an_ended_server_kept_is_not_made_up(tmp_path: Path) -> None:
    """The rows are on disk, their history is not."""
    with ServerProcess("--time-travel", "--db", str(tmp_path)) as first, first.connect() as one:
        one.run("create database d", "create table t as select 1 as x", "create table u as select 1 as x")
        moment = _moment(one)
        one.run("insert into t values (2)")
    with ServerProcess("--time-travel", "--db", str(tmp_path)) as second, second.connect(database="D") as one:
        one.run("use schema d.public")
        clone = f"create table c clone t at (timestamp => '{moment}'::timestamp_tz)"
        assert "before this server was started" in one.error(clone)[2]
        assert _rows_at(one, "u", moment) == [1]
        now = _moment(one)
        one.run("insert into t values (3)", "insert into u values (3)")
        assert _rows_at(one, "t", now) == [1, 2]
        assert "before this server was started" in one.error(clone)[2]


def test_clones_of_one_moment_agree_while_writers_go_on(client: Client, keeping: ServerProcess) -> None:
    """However the clone falls among commits, it has the rows of its moment."""
    client.run("create table t as select 0 as x")
    database = client.value("select current_database()")
    stop = threading.Event()

    def write() -> None:
        with keeping.connect() as writer:
            writer.run(f"use schema {database}.public")
            for number in itertools.count(1):
                if stop.is_set():
                    return
                writer.run(f"insert into t values ({number})")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(5):
            moment = _moment(client)
            first = _rows_at(client, "t", moment)
            assert first == list(range(len(first)))
            assert _rows_at(client, "t", moment) == first
    finally:
        stop.set()
        thread.join()
