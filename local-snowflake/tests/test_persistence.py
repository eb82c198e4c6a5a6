"""A directory keeps everything, whatever ends the process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from server_process import ServerProcess

from local_snowflake.account.persistence import StateFile


def test_everything_is_there_after_kill_9(tmp_path: Path) -> None:
    with ServerProcess("--db", str(tmp_path)) as server, server.connect() as client:
        client.run("create database d", "create role bi", "create user u password = 'p'", "grant role bi to user u")
        client.run("create table t (id int not null, s varchar(5) default 'x')", "insert into t (id) values (1)")
        client.run("create view v as select id, s from t", "grant select on view v to role bi")
        client.run("grant usage on database d to role bi", "grant usage on schema public to role bi")
        client.run("create table m (s string)", "create masking policy p as (s string) returns string -> upper(s)")
        client.run("insert into m values ('x')", "alter table m modify column s set masking policy p")
        client.run("create schema blue clone public comment = 'marker'", "drop table public.t", "begin")
        client.run("insert into blue.t (id) values (2)")  # never committed
        token = client.value("select system$last_change_commit_time('blue.t')")
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(10)
    with ServerProcess("--db", str(tmp_path)) as server:
        with server.connect(database="d") as client:
            assert client.run("select id, s from blue.t") == [(1, "x")]
            assert client.value("select system$last_change_commit_time('blue.t')") == token
            assert client.column("desc table blue.m", "policy name") == ["D.BLUE.P"]
            assert client.run("select s from blue.m") == [("X",)]
            assert client.column("show schemas like 'blue'", "comment") == ["marker"]
            client.run("undrop table public.t", "insert into public.t (id) values (3)")
            assert client.value("select system$last_change_commit_time('public.t')") > token
        with server.connect(user="U", password="p", role="BI") as client:
            assert client.run("select id from d.public.v order by id") == [(1,), (3,)]


def test_replaced_tables_leave_nothing_behind(tmp_path: Path) -> None:
    with ServerProcess("--db", str(tmp_path)) as server, server.connect() as client:
        client.run("create database d", *("create or replace table t as select 1 as x" for _ in range(5)))
        state = StateFile(tmp_path).read()
        assert state is not None
        assert len(state.databases["D"].schemas["PUBLIC"].relations) == 1
        os.kill(server.process.pid, signal.SIGKILL)
    import duckdb

    tables = duckdb.connect(str(tmp_path / "rows.duckdb"), read_only=True).execute("show tables").fetchall()
    assert len([name for (name,) in tables if name.startswith("T_")]) == 1
