"""USE, transactions, session parameters and blocks."""

from __future__ import annotations

import pytest

from local_snowflake.statements import (
    Begin,
    Commit,
    ExecuteImmediate,
    Name,
    Rollback,
    SetSessionParameters,
    Statement,
    UnknownStatement,
    UnsetSessionParameters,
    Use,
    UseSecondaryRoles,
    parse,
)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('use role "Deploy"', Use("ROLE", Name(("Deploy",)))),
        ("use warehouse w", Use("WAREHOUSE", Name(("W",)))),
        ("use database d", Use("DATABASE", Name(("D",)))),
        ("use schema d.s", Use("SCHEMA", Name(("D", "S")))),
        ("use d", Use("DATABASE", Name(("D",)))),
        ("use d.s", Use("SCHEMA", Name(("D", "S")))),
        ("use secondary roles all", UseSecondaryRoles("ALL")),
        ("use secondary roles none", UseSecondaryRoles("NONE")),
        ("use secondary roles a, b", UseSecondaryRoles(("A", "B"))),
        ("begin", Begin()),
        ("BEGIN TRANSACTION", Begin()),
        ("begin work name x", Begin("X")),
        ("start transaction", Begin()),
        ("commit;", Commit()),
        ("commit work", Commit()),
        ("rollback", Rollback()),
        ("alter session set query_tag = '{\"a\": 1}'", SetSessionParameters({"QUERY_TAG": '{"a": 1}'})),
        (
            "alter session set timezone = 'UTC' statement_timeout_in_seconds = 5, autocommit = true",
            SetSessionParameters({"TIMEZONE": "UTC", "STATEMENT_TIMEOUT_IN_SECONDS": 5, "AUTOCOMMIT": True}),
        ),
        ("alter session unset query_tag, timezone", UnsetSessionParameters(("QUERY_TAG", "TIMEZONE"))),
    ],
)
def test_session(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/use, begin, commit, rollback, alter-session
    assert parse(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            'EXECUTE IMMEDIATE \'BEGIN\nALTER SCHEMA "D"."S" SWAP WITH "D"."it\'\'s";\n'
            'ALTER SCHEMA "D"."it\'\'s" RENAME TO "D"."a;b";\nEND;\'',
            ExecuteImmediate(
                (
                    'ALTER SCHEMA "D"."S" SWAP WITH "D"."it\'s"',
                    'ALTER SCHEMA "D"."it\'s" RENAME TO "D"."a;b"',
                )
            ),
        ),
        (
            "execute immediate $$ begin select 'a;b' -- c;\n; /* d; */ call f(';'); return 'done;'; end $$",
            ExecuteImmediate(("select 'a;b'", "call f(';')"), returns="'done;'"),
        ),
        (
            "execute immediate $$begin begin transaction; select case when a then 1 end from t; commit; end;$$",
            ExecuteImmediate(("begin transaction", "select case when a then 1 end from t", "commit")),
        ),
        ("execute immediate 'select ''a;b'''", ExecuteImmediate(("select 'a;b'",), is_block=False)),
        ('execute immediate $$drop table "x";$$', ExecuteImmediate(('drop table "x"',), is_block=False)),
        ("execute immediate 'begin'", ExecuteImmediate(("begin",), is_block=False)),
    ],
)
def test_blocks_are_split_into_their_statements(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/execute-immediate
    assert parse(sql) == expected


@pytest.mark.parametrize(
    "body",
    [
        "begin select 1; exception when other then return 1; end",
        "declare x int; begin select 1; end",
        "begin let x := 1; end",
        "begin x := 1; select 1; end",
        "begin if (true) then select 1; end if; end",
        "begin begin select 1; end; end",
        "begin begin select 1; select 2; end",
        "begin return table(res); end",
        "begin return 1; select 1; end",
        "begin select 1 end",
        "begin select 1;",
        "begin end",
        "select 1; select 2",
        "",
    ],
)
def test_scripting_that_is_not_served_is_refused(body: str) -> None:
    with pytest.raises(UnknownStatement):
        parse(f"execute immediate $${body}$$")


@pytest.mark.parametrize(
    "sql",
    [
        "use",
        "use role",
        "use a.b c",
        "begin alter schema a rename to b; end",
        "commit and chain",
        "alter session set",
        "alter session query_tag = 'x'",
        "execute immediate",
        "execute immediate :x",
        "execute immediate 'select ?' using (x)",
        "execute task t",
    ],
)
def test_what_is_not_understood_is_refused(sql: str) -> None:
    with pytest.raises(UnknownStatement):
        parse(sql)
