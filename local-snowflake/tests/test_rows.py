"""DML, transactions and change tokens. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

import threading

from server_process import Client, ServerProcess


def _token(client: Client, table: str) -> int:
    return int(client.value(f"select system$last_change_commit_time('{table}')"))


def test_merge_counts_and_refuses_two_matches(admin: Client) -> None:
    """D/sql-reference/sql/merge: nondeterministic updates are an error by default (100090)."""
    admin.run("create table t (id int, v varchar)", "insert into t values (1, 'a'), (2, 'b')")
    merge = (
        "merge into t as d using (select column1 as id, column2 as v from values {}) as s on d.id = s.id "
        "when matched and s.v = 'gone' then delete when matched then update set d.v = s.v "
        "when not matched then insert (id, v) values (s.id, s.v)"
    )
    assert admin.run(merge.format("(1, 'x'), (2, 'gone'), (3, 'c')")) == [(1, 1, 1)]
    assert admin.run("select id, v from t order by id") == [(1, "x"), (3, "c")]
    assert admin.error(merge.format("(1, 'x'), (1, 'y')"))[0] == "100090"
    assert admin.run("select id, v from t order by id") == [(1, "x"), (3, "c")]


def test_insert_overwrite_reads_before_it_clears(admin: Client) -> None:
    """D/sql-reference/sql/insert (OVERWRITE)."""
    admin.run(
        "create table t as select column1 as x from values (1), (2)", "create view v as select max(x) as x from t"
    )
    admin.run("insert overwrite into t select x + 10 from v")
    assert admin.run("select x from t") == [(12,)]
    admin.run("insert overwrite into t (x) values (1), (2)")
    assert admin.run("select x from t order by x") == [(1,), (2,)]


def test_update_and_delete_with_other_tables(admin: Client) -> None:
    admin.run("create table t as select column1 as id, 'a' as v from values (1), (2), (3)")
    assert admin.run("update t set t.v = s.v from (select 2 as id, 'z' as v) s where t.id = s.id") == [(1, 0)]
    assert admin.run("delete from t target using (select 1 as id) s where target.id = s.id") == [(1,)]
    assert admin.run("select id, v from t order by id") == [(2, "z"), (3, "a")]


def test_a_transaction_is_seen_by_others_when_it_is_committed(admin: Client, server: ServerProcess) -> None:
    """D/sql-reference/transactions."""
    admin.run("create table t (x int)", "begin", "insert into t values (1)")
    database = admin.value("select current_database()")
    with server.connect() as other:
        assert other.value(f"select count(*) from {database}.public.t") == 0
        assert admin.value("select count(*) from t") == 1
        admin.run("commit")
        assert other.value(f"select count(*) from {database}.public.t") == 1
        admin.run("begin", "delete from t", "rollback")
        assert other.value(f"select count(*) from {database}.public.t") == 1


def test_ddl_commits_what_is_open(admin: Client) -> None:
    """D/sql-reference/transactions: a DDL statement commits the open transaction."""
    admin.run("create table t (x int)", "begin", "insert into t values (1)", "create table u (x int)", "rollback")
    assert admin.value("select count(*) from t") == 1


def test_writers_of_the_same_row_wait_for_each_other(admin: Client, server: ServerProcess) -> None:
    """D/sql-reference/transactions (locking): the second writer is not refused."""
    database = admin.value("select current_database()")
    admin.run("create table t as select 0 as x")

    def add() -> None:
        with server.connect() as client:
            for _ in range(10):
                client.run(f"update {database}.public.t set x = x + 1")

    writers = [threading.Thread(target=add) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert admin.value("select x from t") == 40


def test_a_change_token_moves_with_committed_rows_only(admin: Client) -> None:
    """D/sql-reference/functions/system_last_change_commit_time."""
    admin.run("create table t (x int)", "create view v as select x from t", "create table other (x int)")
    before, other = _token(admin, "t"), _token(admin, "other")
    admin.run("select * from t", "delete from t", "begin", "insert into t values (1)")
    assert _token(admin, "t") == before, "nothing is committed yet"
    admin.run("rollback")
    assert _token(admin, "t") == before
    admin.run("insert into t values (1)")
    after = _token(admin, "t")
    assert after > before and _token(admin, "v") == after and _token(admin, "other") == other
    admin.run("alter table t rename to renamed")
    assert _token(admin, "renamed") == after, "a name is no row"


def test_tokens_of_several_tables_in_one_select(admin: Client) -> None:
    admin.run("create table a (x int)", "create table b (x int)", "insert into b values (1)")
    row = admin.run("select system$last_change_commit_time('a'), system$last_change_commit_time('b')")[0]
    assert row == (_token(admin, "a"), _token(admin, "b")) and row[0] < row[1]


def test_not_null_is_enforced_and_keys_are_not(admin: Client) -> None:
    """D/sql-reference/constraints-overview."""
    admin.run("create table t (id int not null, k int, primary key (id), unique (k))")
    assert admin.error("insert into t (k) values (1)")[0] == "100072"
    admin.run("insert into t values (1, 1), (1, 1)")
    assert admin.column("show primary keys in table t", "column_name") == ["ID"]
    admin.run("create table u clone t")
    assert admin.error("insert into u (k) values (1)")[0] == "100072"


def test_alter_table_keeps_rows_and_shows_new_columns(admin: Client) -> None:
    """D/sql-reference/sql/alter-table-column."""
    admin.run("create table t (a int, b varchar(5))", "insert into t values (1, 'x')")
    admin.run("alter table t add column c int default 7, d varchar(3)", "alter table t rename column a to aa")
    admin.run("alter table t alter column b set data type varchar(20)", "alter table t drop column d")
    assert admin.column("describe table t", "name") == ["AA", "B", "C"]
    assert admin.column("describe table t", "type")[1] == "VARCHAR(20)"
    assert admin.run("select * from t") == [(1, "x", 7)]
    assert admin.error("alter table t alter column b set data type varchar(2)")[0] == "002108"


def test_temporary_relations_hide_permanent_ones_and_belong_to_the_session(
    admin: Client, server: ServerProcess
) -> None:
    """D/user-guide/tables-temp-transient: potential naming conflicts."""
    database = admin.value("select current_database()")
    admin.run("create table t as select 1 as x", "create temporary table t as select 2 as x")
    admin.run("create or replace temporary view tv as select x from t")
    assert (admin.value("select x from t"), admin.value("select x from tv")) == (2, 2)
    with server.connect() as other:
        assert other.value(f"select x from {database}.public.t") == 1
        assert other.error(f"select x from {database}.public.tv")[0] == "002003"
    admin.run("create schema copy clone public")
    assert admin.value("select x from copy.t") == 1
    admin.run("use schema public", "drop table t")
    assert admin.value("select x from t") == 1


def test_an_error_leaves_the_table_that_was_to_be_replaced(admin: Client) -> None:
    admin.run("create table t as select 1 as x")
    assert admin.error("create or replace table t as select 1 / 0 as x")[0] == "100051"
    assert admin.value("select x from t") == 1
    assert admin.error("create table broken as select 1 as x, 2 as x")[0] == "002025"


def test_many_literal_rows_arrive_as_written(admin: Client) -> None:
    """dbt's seeds send thousands of rows in one INSERT; escapes: D/sql-reference/data-types-text."""
    admin.run("create table t (id int, s varchar, f float, d date, b boolean)")
    rows = [f"({number}, 'a;''b\\'c\\\\ \\u00e9 -- {number}', -1.5e3, '2020-01-02', TRUE)" for number in range(3000)]
    admin.run(f"insert into t (id, s, f, d, b) values {', '.join(rows)} -- the end;")
    assert admin.run("select count(*), count(distinct id), min(f), min(d)::varchar from t") == [
        (3000, 3000, -1500.0, "2020-01-02")
    ]
    assert admin.value("select s from t where id = 7") == "a;'b'c\\ é -- 7"
    admin.run(f"insert overwrite into t values {', '.join(rows[:100])}, (null, null, null, null, null);")
    assert admin.value("select count(*) from t") == 101
    assert admin.error(f"insert into t values {', '.join(rows)}, (1, nothing(), 1, null, true)")[0] == "002140"


def test_an_idle_transaction_does_not_block_others_for_ever(admin: Client, server: ServerProcess) -> None:
    """D/sql-reference/transactions (idle transactions): a client that died in BEGIN … must not stop the next run."""
    database = admin.value("select current_database()")
    admin.run("create table t as select 1 as x")
    with server.connect() as idle:
        idle.run("begin", f"update {database}.public.t set x = 2")
        admin.run("update t set x = 3")
        assert admin.value("select x from t") == 3
        assert idle.error("commit")[0] == "000628"
        assert idle.value(f"select x from {database}.public.t") == 3


def test_a_transaction_that_wrote_reads_what_others_replace(admin: Client, server: ServerProcess) -> None:
    """D/sql-reference/transactions: READ COMMITTED, also after the first write of the transaction."""
    database = admin.value("select current_database()")
    admin.run("create table t as select 1 as x", "create table own (x int)")
    with server.connect() as writer:
        writer.run(f"use schema {database}.public", "begin", "insert into own values (1)")
        admin.run("create or replace table t as select 2 as x", "create view v as select * from t")
        assert writer.run("select x from t union all select x from v") == [(2,), (2,)]
        assert writer.value("select count(*) from own") == 1
        writer.run("commit")
    assert admin.value("select count(*) from own") == 1
