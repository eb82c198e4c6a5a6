"""SHOW and its clauses. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

from server_process import Client


def test_like_ignores_case_and_takes_wildcards_starts_with_does_not(admin: Client) -> None:
    """D/sql-reference/sql/show-schemas."""
    admin.run("create schema public_snapshot_1", "create schema publicxsnapshot_2", 'create schema "Public_Snapshot_3"')
    assert len(admin.run("show schemas like 'public_snapshot_%'")) == 3
    assert admin.column(r"show schemas like 'public\\_snapshot\\_%'", "name") == [
        "PUBLIC_SNAPSHOT_1",
        "Public_Snapshot_3",
    ]
    assert admin.column("show schemas starts with 'PUBLIC_'", "name") == ["PUBLIC_SNAPSHOT_1"]


def test_limit_from_pages_through_a_list(admin: Client) -> None:
    """D/sql-reference/sql/show-objects: LIMIT n FROM 'the last name of the page before'."""
    admin.run(*(f"create table t{number} (x int)" for number in range(5)))
    seen: list[str] = []
    page = admin.column("show objects in schema public limit 2", "name")
    while page:
        seen += page
        page = admin.column(f"show objects in schema public limit 2 from '{page[-1]}'", "name")
    assert seen == ["T0", "T1", "T2", "T3", "T4"]


def test_a_list_of_what_is_not_there_is_an_error(admin: Client) -> None:
    """dbt takes 002043 for an absent schema."""
    for statement in (
        "show objects in nowhere.nothing",
        "show tables in schema nothing",
        "show user functions in nothing",
    ):
        assert admin.error(statement)[:2] == ("002043", "02000"), statement


def test_kinds_row_counts_and_owners(admin: Client) -> None:
    """D/sql-reference/sql/show-tables, show-objects."""
    admin.run("create transient table a as select column1 as x from values (1), (2)", "create view v as select 1 as x")
    admin.run("create temporary table b (x int)")
    assert admin.column("show objects", "kind") == ["TABLE", "TABLE", "VIEW"]
    assert admin.column("show tables", "kind") == ["TRANSIENT", "TEMPORARY"]
    assert admin.column("show tables", "rows") == [2, 0]
    assert admin.column("show objects", "owner")[0] == "ACCOUNTADMIN"


def test_sequences_are_listed_and_cloned_and_not_drawn_from(admin: Client) -> None:
    admin.run("create schema a", "create sequence a.next_id start = 7", "create schema b clone a")
    admin.run("drop sequence a.next_id")
    assert admin.column("show sequences in schema a", "name") == []
    assert admin.column("show sequences in schema b", "name") == ["NEXT_ID"]
    assert admin.error("select b.next_id.nextval")


def test_streams_and_tasks_are_listed_and_not_run(admin: Client) -> None:
    """What a deployment must find and refuse is there to be found."""
    admin.run("create table t (x int)", "create stream s on table t", "create task k as select 1")
    assert admin.column("show streams", "name") == ["S"]
    assert admin.column("show tasks in schema public", "name") == ["K"]
    assert admin.column("show pipes", "name") == []
    assert admin.error("select * from s")[0] == "002003"


def test_information_schema(admin: Client) -> None:
    """D/sql-reference/info-schema."""
    admin.run(
        "create table t (id number(10,2) not null comment 'the id', s varchar(7))", "create view v as select s from t"
    )
    assert admin.run("select table_name, table_type from information_schema.tables order by 1") == [
        ("T", "BASE TABLE"),
        ("V", "VIEW"),
    ]
    admin.run("insert into t values (1, 'x'), (2, 'y')")
    counted = "select row_count, bytes from information_schema.tables where table_name = "
    assert admin.run(f"{counted} 'T'") == [(2, 32)]
    assert admin.run(f"{counted} 'V'") == [(None, None)]
    assert admin.run(
        "select column_name, data_type, numeric_scale, character_maximum_length, is_nullable, comment "
        "from information_schema.columns where table_name = 'T' order by ordinal_position"
    ) == [("ID", "NUMBER", 2, None, "NO", "the id"), ("S", "TEXT", None, 7, "YES", None)]
    assert admin.error("select * from information_schema.nothing_like_this")[0] == "002003"


def test_the_last_list_can_be_queried(admin: Client) -> None:
    """D/sql-reference/functions/result_scan."""
    admin.run("create table t as select 1 as x", "show tables")
    assert admin.run('select "name", "rows" from table(result_scan(last_query_id()))') == [("T", 1)]


def test_parameters_of_the_session(admin: Client) -> None:
    admin.run("alter session set query_tag = 'a''b'")
    assert admin.column("show parameters like 'query_tag' in session", "value") == ["a'b"]
    admin.run("alter session unset query_tag")
    assert admin.column("show parameters like 'query_tag' in session", "value") == [""]
    assert admin.error("alter session set nothing_like_this = 1")[0] == "001420"
    assert admin.error("alter session set quoted_identifiers_ignore_case = true")[1] == "0A000"


def test_what_is_not_known_is_refused_by_name(admin: Client) -> None:
    for statement in (
        "create function f() returns int as '1'",
        "select * from t at(offset => -60)",
        "copy into t from @stage",
        "select system$nothing_like_this()",
        "vacuum everything",
        "show locks",
    ):
        admin.run("create table if not exists t (x int)")
        code, state, message = admin.error(statement)
        assert state in ("0A000", "42000", "42601"), (statement, code, message)
