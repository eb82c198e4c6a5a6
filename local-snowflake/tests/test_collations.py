"""Texts that are compared without regard to case or accents (https://docs.snowflake.com/en/sql-reference/collation)."""

from __future__ import annotations

import json

import pytest
import snowflake.connector
from server_process import Client


@pytest.fixture
def names(admin: Client) -> Client:
    """A table whose texts are equal but for case and accents."""
    admin.run("create table people (id int, name varchar collate 'en-ci' not null, place varchar collate 'en-ci-ai')")
    admin.run("insert into people values (1, 'Ann', 'Zürich'), (2, 'ANN', 'zurich'), (3, 'Bo', 'Bern')")
    return admin


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select count(*) from people where name = 'ann'", 2),
        ("select count(distinct name) from people", 2),
        ("select count(*) from (select name from people group by name)", 2),
        ("select count(*) from people where place = 'ZURICH'", 2),
        ("select count(*) from people a join people b on a.name = b.name", 5),
        ("select count(*) from people where collate(name, '') = 'ANN'", 1),
        ("select count(*) from people where name collate 'utf8' = 'Ann'", 1),
        ("select count(distinct hash(name)) from people", 3),
        ("select count(distinct name) from (select collate(name, '') as name from people)", 3),
        ("select iff(collate('a', 'en-ci') = 'A', 1, 0)", 1),
        ("select iff('a' = 'A', 1, 0)", 0),
    ],
)
def test_a_collation_decides_what_is_equal(names: Client, query: str, expected: int) -> None:
    assert names.value(query) == expected


def collations(client: Client, relation: str) -> dict[str, str | None]:
    show = f"show columns in {relation}"
    types = map(json.loads, client.column(show, "data_type"))
    return {name: kind.get("collation") for name, kind in zip(client.column(show, "column_name"), types, strict=True)}


def test_a_collation_is_told_and_passed_on(names: Client) -> None:
    """To what is made of the column: a clone, the result of a query, a view; and not by COLLATE(…, '')."""
    names.run("create table cloned clone people")
    names.run("create table made as select name, upper(place) as place, collate(name, '') as plain, id from people")
    names.run("create view seen as select place, name as n, id from people")
    assert collations(names, "people") == {"ID": None, "NAME": "en-ci", "PLACE": "en-ci-ai"}
    assert collations(names, "cloned") == collations(names, "people")
    assert collations(names, "made") == {"NAME": "en-ci", "PLACE": "en-ci-ai", "PLAIN": None, "ID": None}
    assert collations(names, "seen") == {"PLACE": "en-ci-ai", "N": "en-ci", "ID": None}
    assert names.value("select count(distinct name) from made") == 2
    assert names.value("select count(distinct n) from seen") == 2
    assert names.column("describe table cloned", "type")[1] == "VARCHAR(16777216) COLLATE 'en-ci'"
    assert "NAME VARCHAR(16777216) COLLATE 'en-ci' NOT NULL" in names.value("select get_ddl('table', 'people')")
    query = "select collation_name from information_schema.columns where table_name = 'PEOPLE' and column_name = 'NAME'"
    assert names.value(query) == "en-ci"


def test_a_column_is_added_with_its_collation(names: Client) -> None:
    names.run("alter table people add column nick varchar collate 'en-ci'")
    names.run("update people set nick = iff(id = 1, 'X', 'x')")
    assert names.value("select count(distinct nick) from people") == 1
    assert collations(names, "people")["NICK"] == "en-ci"


@pytest.mark.parametrize(
    "statement",
    [
        "create table t (a varchar collate 'de-ci')",
        "create table t (a varchar collate 'upper')",
        "select collate('a', 'sv')",
        "alter table people alter column name set data type varchar(16777216)",
    ],
)
def test_what_the_engine_cannot_follow_is_refused(names: Client, statement: str) -> None:
    with pytest.raises(snowflake.connector.errors.Error, match="local Snowflake"):
        names.run(statement)
