"""Where a statement begins and ends, whatever stands in its strings, quoted names and comments."""

from __future__ import annotations

import pytest

from local_snowflake.statements import (
    DropObject,
    Name,
    UnknownStatement,
    parse,
    quote_identifier,
    split_statements,
)

AWKWARD_NAMES = [
    'a"b',
    "a;b",
    "a -- b",
    "a // b",
    "a /* b */ c",
    "$$",
    "it's",
    "line\nbreak",
    "tab\tstop",
    "back\\slash",
    "été",
    "数据",
    "😀",
    "lower",
    "With Space",
    "public_snapshot_2020-05-02",
    "1st",
    "SELECT",
    "a.b",
    "{{ ref }}",
    "{% raw %}",
    "?",
    ":1",
]


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_a_quoted_name_is_taken_exactly_as_it_is(name: str) -> None:
    # https://docs.snowflake.com/en/sql-reference/identifiers-syntax (double-quoted identifiers)
    sql = f"drop table {quote_identifier('DB')}.{_quoted(name)}.{_quoted(name)}"
    assert parse(sql) == DropObject("TABLE", Name(("DB", name, name)))


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_a_name_printed_and_read_again_is_the_same(name: str) -> None:
    printed = str(Name(("DB", name)))
    assert parse(f"drop schema {printed}") == DropObject("SCHEMA", Name(("DB", name)))


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_quoted_names_do_not_split_statements(name: str) -> None:
    first, second = f"drop table {_quoted(name)}", f"select {_quoted(name)} from t"
    assert split_statements(f"{first};\n{second};") == [first, second]


@pytest.mark.parametrize(
    ("sql", "statements"),
    [
        ("select 1", ["select 1"]),
        ("select 1;", ["select 1"]),
        (";;select 1;;", ["select 1"]),
        ("select ';'; select 2", ["select ';'", "select 2"]),
        ("select 'it''s; fine'; select 2", ["select 'it''s; fine'", "select 2"]),
        (r"select 'it\'s; fine'; select 2", [r"select 'it\'s; fine'", "select 2"]),
        ("select $$;'\"--$$; select 2", ["select $$;'\"--$$", "select 2"]),
        ("select 1 -- a; b\n; select 2", ["select 1 -- a; b", "select 2"]),
        ("select 1 // a; b\n; select 2", ["select 1 // a; b", "select 2"]),
        ("select 1 /* a; b */; select 2", ["select 1 /* a; b */", "select 2"]),
        ("/* tag; */ select 1; /* next */ select 2", ["/* tag; */ select 1", "/* next */ select 2"]),
        ("explain using text select ';'; select 2", ["explain using text select ';'", "select 2"]),
        ("call f(';'); select 2", ["call f(';')", "select 2"]),
        ("execute immediate $$ begin a; b; end $$; select 2", ["execute immediate $$ begin a; b; end $$", "select 2"]),
        ("-- nothing at all\n", []),
        ("", []),
    ],
)
def test_splits_at_semicolons_outside_of_texts_and_comments(sql: str, statements: list[str]) -> None:
    assert split_statements(sql) == statements


@pytest.mark.parametrize("sql", ["select 'open", 'drop table "open', "comment on schema a is $$open", "/* open"])
def test_text_that_is_not_closed_is_an_error_and_no_guess(sql: str) -> None:
    with pytest.raises(UnknownStatement, match="not closed"):
        split_statements(sql)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("orders", ("ORDERS",)),
        ("Analytics.Public.orders", ("ANALYTICS", "PUBLIC", "ORDERS")),
        ('analytics."public".Orders', ("ANALYTICS", "public", "ORDERS")),
        ("analytics . public", ("ANALYTICS", "PUBLIC")),
        ("_a$1", ("_A$1",)),
        ("analytics..orders", ("ANALYTICS", "", "ORDERS")),
        ("identifier('analytics.\"public\".orders')", ("ANALYTICS", "public", "ORDERS")),
        ('"a""b"', ('a"b',)),
    ],
)
def test_unquoted_names_are_upper_cased_and_quoted_ones_kept(written: str, stored: tuple[str, ...]) -> None:
    # https://docs.snowflake.com/en/sql-reference/identifiers-syntax, .../identifier-literal, .../name-resolution
    assert parse(f"drop table {written}") == DropObject("TABLE", Name(stored))


@pytest.mark.parametrize(
    "written", ["1st", "a-b", "a.1b", "été", '""', "a.", ".a", "identifier(?)", "identifier('a b')"]
)
def test_what_is_no_name_is_refused(written: str) -> None:
    with pytest.raises(UnknownStatement):
        parse(f"drop table {written}")


def test_an_unknown_statement_names_itself_its_place_and_snowflakes_code() -> None:
    with pytest.raises(UnknownStatement) as raised:
        parse("show\n  unicorns in schema a")
    assert (raised.value.code, raised.value.sqlstate) == ("001003", "42000")
    assert "syntax error line 2 at position 2 unexpected 'unicorns'" in str(raised.value)
    assert "show unicorns in schema a" in str(raised.value)


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "with a as (select 1) select * from a",
        "(select 1)",
        "insert into t values (1)",
        "merge into t using s on t.a = s.a when matched then delete",
        "update t set a = 1",
        "delete from t",
        "truncate table t",
        "create table t (a int)",
        "create or replace transient table t as select 1 as clone",
        "create or replace table t as (select clone from x)",
        "create temporary table t like u",
        "create or replace view v as select 1",
        "create or replace secure view v copy grants as select 1",
        "create function f() returns int as '1'",
        "alter table t add column a int",
        "alter table t drop column a",
        "alter table t rename column a to b",
        "alter table t alter column a set data type varchar(20)",
        "call system$wait(1)",
        "set a = 1",
        "-- drop table t\nselect 1",
        "/* show tables */ select 1",
        "'drop table t'",
        "",
    ],
)
def test_statements_of_the_sql_engine_are_left_to_it(sql: str) -> None:
    assert parse(sql) is None


@pytest.mark.parametrize(
    "sql", ['/* {"app": "dbt"; } */ drop table t', "-- note;\ndrop table t", "// x\n;drop table t;;"]
)
def test_comments_before_a_statement_do_not_hide_it(sql: str) -> None:
    assert parse(sql) == DropObject("TABLE", Name(("T",)))


@pytest.mark.parametrize("sql", ["drop table a; drop table b", "show tables; select 1", "use role a; use role b"])
def test_two_statements_are_not_one(sql: str) -> None:
    with pytest.raises(UnknownStatement, match="end of the statement"):
        parse(sql)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
