"""Tags on tables, views and columns. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server_process import Client, ServerProcess
from steward_session import steward_of


@pytest.fixture
def tagged(admin: Client) -> Client:
    """A table with two tags of its own, one of them with another value on one column. The tags stand elsewhere."""
    admin.run(
        "create schema rules",
        "create tag rules.pii comment = 'what it tells of a person'",
        "create tag rules.team",
        "use schema public",
        "create table t (id number, email string)",
        "alter table t set tag rules.pii = 'some', rules.team = 'sales'",
        "alter table t modify column email set tag rules.pii = 'it''s all'",
    )
    return admin


@pytest.fixture
def steward(tagged: Client, server: ServerProcess) -> Iterator[Client]:
    """A session of a role that may use everything, owns the table, and has no privilege on any tag."""
    with steward_of(tagged, server) as client:
        yield client


def _of(client: Client, relation: str) -> list[tuple[str, ...]]:
    """The tags that are set on a table or view (`-`) and on its columns: column, tag, value."""
    own, inherited = (f"table(information_schema.{name}('{relation}', 'table'))" for name in FUNCTIONS)
    return sorted(
        client.run(
            "select coalesce(column_name, '-'), tag_schema || '.' || tag_name, tag_value from "
            f"(select * from {own} union all select * from {inherited}) where apply_method = 'MANUAL'"
        )
    )


FUNCTIONS = ("tag_references", "tag_references_all_columns")
SET = [("-", "RULES.PII", "some"), ("-", "RULES.TEAM", "sales"), ("EMAIL", "RULES.PII", "it's all")]


def test_columns_inherit_from_their_table_unless_they_have_a_value_of_their_own(tagged: Client) -> None:
    """D/sql-reference/functions/tag_references_all_columns, D/user-guide/object-tagging/inheritance."""
    assert _of(tagged, "public.t") == SET
    rows = tagged.run(
        "select column_name, tag_name, tag_value, level, apply_method, domain "
        "from table(information_schema.tag_references_all_columns('t', 'table')) order by 1, 2"
    )
    assert rows == [
        ("EMAIL", "PII", "it's all", "COLUMN", "MANUAL", "COLUMN"),
        ("EMAIL", "TEAM", "sales", "TABLE", "INHERITED", "COLUMN"),
        ("ID", "PII", "some", "TABLE", "INHERITED", "COLUMN"),
        ("ID", "TEAM", "sales", "TABLE", "INHERITED", "COLUMN"),
    ]
    assert tagged.run(
        "select tag_name, level, apply_method, object_schema || '.' || object_name, domain, column_name "
        "from table(information_schema.tag_references('t', 'table')) order by 1"
    ) == [("PII", "TABLE", "MANUAL", "PUBLIC.T", "TABLE", None), ("TEAM", "TABLE", "MANUAL", "PUBLIC.T", "TABLE", None)]


def test_create_or_replace_loses_tags_and_a_clone_carries_them(tagged: Client) -> None:
    """D/user-guide/object-tagging/interaction (cloning), D/sql-reference/sql/create-table (COPY TAGS)."""
    tagged.run("create table c clone t", "create table old clone t")
    tagged.run("create or replace table t as select * from old")
    assert _of(tagged, "public.t") == []
    assert _of(tagged, "public.c") == SET


def test_a_cloned_schema_has_the_tags_cloned_with_it_and_shares_others(tagged: Client) -> None:
    """D/user-guide/object-tagging/interaction (cloning): tags of the same schema are mapped to their clones."""
    tagged.run(
        "create tag public.own",
        "create table u (email string)",
        "alter table u modify column email set tag public.own = 'x'",
        "create schema copy clone public",
    )
    assert _of(tagged, "copy.t") == SET
    assert _of(tagged, "copy.u") == [("EMAIL", "COPY.OWN", "x")]
    assert _of(tagged, "public.u") == [("EMAIL", "PUBLIC.OWN", "x")]


def test_tags_move_with_their_table(tagged: Client) -> None:
    """D/sql-reference/sql/alter-table (SWAP WITH, RENAME), D/sql-reference/sql/alter-schema (SWAP WITH)."""
    tagged.run("create table plain as select * from t")
    tagged.run("alter table t swap with plain")
    assert (_of(tagged, "public.t"), _of(tagged, "public.plain")) == ([], SET)
    tagged.run("alter table plain rename to told", "create schema blue", "alter schema blue swap with public")
    assert _of(tagged, "blue.told") == SET


def test_another_value_replaces_the_one_before_and_unset_takes_it_off(tagged: Client) -> None:
    """D/sql-reference/sql/alter-table: a tag has one value on an object."""
    tagged.run("alter table t set tag rules.team = 'hr'", "alter table t unset tag rules.pii")
    assert _of(tagged, "public.t") == [("-", "RULES.TEAM", "hr"), ("EMAIL", "RULES.PII", "it's all")]
    tagged.run("alter table t alter email unset tag rules.pii, rules.team", "drop tag rules.team")
    assert _of(tagged, "public.t") == []
    assert tagged.column("show tags in schema rules", "name") == ["PII"]


def test_views_have_tags_of_their_own(tagged: Client) -> None:
    """D/sql-reference/sql/alter-view; the domain of a view is TABLE as well."""
    tagged.run(
        "create view v as select id, email from t",
        "alter view v set tag rules.team = 'sales'",
        "alter view v modify column email set tag rules.pii = 'all'",
    )
    assert _of(tagged, "public.v") == [("-", "RULES.TEAM", "sales"), ("EMAIL", "RULES.PII", "all")]
    tagged.run("create or replace view v as select id, email from t")
    assert _of(tagged, "public.v") == []


@pytest.mark.parametrize(
    "statement",
    [
        "alter table t modify column nothing set tag rules.pii = 'x'",
        "alter table t set tag rules.nothing = 'x'",
        f"alter table t set tag rules.team = '{'x' * 257}'",
        "alter table nothing set tag rules.team = 'x'",
        "alter table t set tag rules.team",
        "alter table t add value rules.team = 'x'",
        "create tag rules.several multi_value = true",
        "create tag rules.limited allowed_values 'a', 'b'",
        "create or replace tag rules.pii",
        "select * from table(information_schema.tag_references('nothing', 'table'))",
        "select * from table(information_schema.tag_references('t'))",
        "select * from table(information_schema.tag_references('t.email', 'column'))",
    ],
)
def test_what_is_not_there_or_not_served_is_refused(tagged: Client, statement: str) -> None:
    """Nothing is made up for a name that means nothing."""
    tagged.error(statement)
    assert _of(tagged, "public.t") == SET


def test_an_owner_sees_the_tags_of_its_table_and_sets_those_that_it_may_apply(tagged: Client, steward: Client) -> None:
    """D/sql-reference/functions/tag_references: access to the object; D/user-guide/object-tagging/work (privileges)."""
    role = steward.value("select current_role()")
    assert _of(steward, "public.t") == SET
    assert steward.error("alter table t set tag rules.team = 'hr'")[0] == "002003"
    tagged.run(f"grant read on tag rules.team to role {role}", f"grant apply on tag rules.pii to role {role}")
    assert steward.error("alter table t set tag rules.team = 'hr'")[0] == "003001"
    steward.run("alter table t modify column id set tag rules.pii = 'none'")
    assert ("ID", "RULES.PII", "none") in _of(steward, "public.t")


def test_apply_on_a_tag_is_not_enough_on_the_table_of_another_but_the_global_privilege_is(
    tagged: Client, steward: Client
) -> None:
    """D/user-guide/object-tagging/work (privileges)."""
    role = steward.value("select current_role()")
    tagged.run(
        "create table other (id number)",
        f"grant select on table other to role {role}",
        f"grant apply on tag rules.pii to role {role}",
    )
    assert steward.error("alter table other set tag rules.pii = 'x'")[0] == "003001"
    tagged.run(f"grant apply tag on account to role {role}")
    steward.run("alter table other set tag rules.pii = 'x', rules.team = 'y'")
    assert _of(steward, "public.other") == [("-", "RULES.PII", "x"), ("-", "RULES.TEAM", "y")]


def test_tags_of_an_object_out_of_reach_are_not_told(tagged: Client, steward: Client) -> None:
    """D/sql-reference/functions/tag_references: only for a role that has access to the object."""
    tagged.run("create table hidden (id number)", "alter table hidden set tag rules.pii = 'x'")
    assert steward.error("select * from table(information_schema.tag_references('hidden', 'table'))")[0] == "002003"
