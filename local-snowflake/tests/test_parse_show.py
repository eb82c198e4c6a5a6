"""SHOW, DESCRIBE and EXPLAIN."""

from __future__ import annotations

import pytest

from local_snowflake.statements import (
    Describe,
    Explain,
    Grantee,
    Name,
    OnObject,
    Scope,
    Show,
    ShowFutureGrants,
    ShowGrants,
    Statement,
    UnknownStatement,
    parse,
)

IN_SCHEMA = Scope("SCHEMA", Name(("D", "S")))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("show schemas", Show("SCHEMAS")),
        (
            "show terse schemas history like 'A%' in database d starts with 'P' limit 10 from 'Q';",
            Show("SCHEMAS", True, True, "A%", Scope("DATABASE", Name(("D",))), "P", 10, "Q"),
        ),
        ("show objects in d.s limit 1", Show("OBJECTS", scope=Scope(None, Name(("D", "S"))), limit=1)),
        (
            "show objects in d.s starts with 'T' limit 1",
            Show("OBJECTS", scope=Scope(None, Name(("D", "S"))), starts_with="T", limit=1),
        ),
        ("show tables in schema", Show("TABLES", scope=Scope("SCHEMA", None))),
        ("show tables in schema limit 5", Show("TABLES", scope=Scope("SCHEMA", None), limit=5)),
        ("show tables in schema starts with 'x'", Show("TABLES", scope=Scope("SCHEMA", None), starts_with="x")),
        ("show tables in account", Show("TABLES", scope=Scope("ACCOUNT", None))),
        ("show tables like 'it''s\\\\_' in schema d.s", Show("TABLES", like="it's\\_", scope=IN_SCHEMA)),
        ("show columns in table d.s", Show("COLUMNS", scope=Scope("TABLE", Name(("D", "S"))))),
        ("show primary keys in schema d.s", Show("PRIMARY KEYS", scope=IN_SCHEMA)),
        ("show dynamic tables in schema d.s", Show("DYNAMIC TABLES", scope=IN_SCHEMA)),
        ("show masking policies in schema d.s", Show("MASKING POLICIES", scope=IN_SCHEMA)),
        ("show user functions in schema d.s", Show("USER FUNCTIONS", scope=IN_SCHEMA)),
        ("show users like 'A%'", Show("USERS", like="A%")),
        (
            "show parameters like 'query_tag' in session",
            Show("PARAMETERS", like="query_tag", scope=Scope("SESSION", None)),
        ),
        ("show parameters for user u", Show("PARAMETERS", scope=Scope("USER", Name(("U",))))),
        ("show warehouses", Show("WAREHOUSES")),
        ("show transactions in account", Show("TRANSACTIONS", scope=Scope("ACCOUNT", None))),
    ],
)
def test_show(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/show, show-schemas, show-objects, show-parameters
    assert parse(sql) == expected


@pytest.mark.parametrize("kind", ["STREAMS", "TASKS", "PIPES", "MATERIALIZED VIEWS", "EXTERNAL TABLES", "STAGES"])
def test_every_kind_of_the_inventory_can_be_shown(kind: str) -> None:
    assert parse(f'SHOW {kind} IN SCHEMA "D"."S"') == Show(kind, scope=IN_SCHEMA)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("show grants", ShowGrants()),
        ("show grants on schema d.s", ShowGrants(on=OnObject("SCHEMA", Name(("D", "S"))))),
        ("show grants on d.s.t", ShowGrants(on=OnObject("OBJECT", Name(("D", "S", "T"))))),
        ("show grants on account limit 3", ShowGrants(on=OnObject("ACCOUNT", None), limit=3)),
        ("show grants to role r", ShowGrants(to=Grantee("ROLE", Name(("R",))))),
        ("show grants to user u", ShowGrants(to=Grantee("USER", Name(("U",))))),
        ("show grants of database role d.r", ShowGrants(of=Grantee("DATABASE ROLE", Name(("D", "R"))))),
        (
            "show future grants in schema d.s",
            ShowFutureGrants(in_=OnObject("SCHEMA", Name(("D", "S")))),
        ),
        ("show future grants to role r limit 2", ShowFutureGrants(to=Grantee("ROLE", Name(("R",))), limit=2)),
    ],
)
def test_show_grants(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/show-grants
    assert parse(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("describe table d.t", Describe("TABLE", Name(("D", "T")))),
        ("desc view d.t", Describe("VIEW", Name(("D", "T")))),
        ("describe table d.t type = columns", Describe("TABLE", Name(("D", "T")))),
        ("explain select 1", Explain("TABULAR", "select 1")),
        ("explain using text select ';' from \"a;b\" -- end", Explain("TEXT", "select ';' from \"a;b\"")),
        ("explain using json (select 1);", Explain("JSON", "(select 1)")),
    ],
)
def test_describe_and_explain(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/desc-table, explain
    assert parse(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "show",
        "show unicorns",
        "show tables from d.s",
        "show tables in schema d.s like 'x'",
        "show tables like x",
        "show tables limit x",
        "show tables from 'x'",
        "show future grants on schema d.s",
        "show tables ->> select * from $1",
        "describe d.t",
        "describe result last_query_id()",
        "explain",
        "explain using xml select 1",
        "explain select 1; drop table t",
    ],
)
def test_what_is_not_understood_is_refused(sql: str) -> None:
    with pytest.raises(UnknownStatement):
        parse(sql)
