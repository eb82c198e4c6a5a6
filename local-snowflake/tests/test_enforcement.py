"""What a role may do, seen through statements. D/ is https://docs.snowflake.com/en/."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from server_process import Client, ServerProcess


@pytest.fixture
def reader(admin: Client, server: ServerProcess) -> Iterator[Client]:
    """A session of a user who has the role BI only, and nothing on the test's database yet."""
    database = admin.value("select current_database()")
    admin.run(
        "create role bi", "create user bi_tool password = 'bi' default_role = bi", "grant role bi to user bi_tool"
    )
    admin.run("create table t as select 1 as x", "create view v as select x from t")
    with server.connect(user="BI_TOOL", password="bi") as client:
        client.database = database  # type: ignore[attr-defined]
        yield client
    admin.run("drop user bi_tool", "drop role bi")


def test_nothing_is_known_without_usage(admin: Client, reader: Client) -> None:
    """D/user-guide/security-access-control-configure: USAGE on database and schema, SELECT on the object."""
    database = admin.value("select current_database()")
    assert reader.error(f"select * from {database}.public.t")[0] == "002003"
    admin.run(f"grant usage on database {database} to role bi")
    assert reader.error(f"select * from {database}.public.t")[0] == "002003"
    admin.run("grant usage on schema public to role bi")
    assert reader.error(f"select * from {database}.public.t")[:2] == ("002003", "42S02")
    admin.run("grant insert on table t to role bi")
    assert reader.error(f"select * from {database}.public.t")[:2] == ("003001", "42501")
    admin.run("grant select on table t to role bi")
    assert reader.value(f"select x from {database}.public.t") == 1


def _let_in(admin: Client) -> str:
    database = str(admin.value("select current_database()"))
    admin.run(f"grant usage on database {database} to role bi", "grant usage on schema public to role bi")
    return database


def test_a_view_reads_with_its_owners_rights(admin: Client, reader: Client) -> None:
    """D/user-guide/views-introduction: a reader needs SELECT on the view only."""
    database = _let_in(admin)
    admin.run("grant select on view v to role bi")
    assert reader.value(f"select x from {database}.public.v") == 1
    assert reader.error(f"select x from {database}.public.t")[0] == "002003"


def test_a_grant_that_a_swap_took_away_is_a_readers_error(admin: Client, reader: Client) -> None:
    """D/sql-reference/sql/alter-schema: grants move with the schema object, not with its name."""
    database = _let_in(admin)
    admin.run(
        "grant select on table t to role bi", "create schema blue clone public", "alter schema public swap with blue"
    )
    assert reader.error(f"select x from {database}.public.t")[0] == "002003"
    admin.run("grant usage on schema public to role bi")
    assert reader.value(f"select x from {database}.public.t") == 1, "children of a clone keep their grants"


def test_writing_needs_its_own_privilege_and_ddl_needs_ownership(admin: Client, reader: Client) -> None:
    database = _let_in(admin)
    admin.run("grant select on table t to role bi")
    table = f"{database}.public.t"
    for statement in (
        f"insert into {table} values (1)",
        f"update {table} set x = 2",
        f"delete from {table}",
        f"truncate table {table}",
        f"drop table {table}",
        f"alter table {table} add column y int",
        f"comment on table {table} is 'mine'",
        f"create table {database}.public.own (x int)",
        f"create view {database}.public.own as select 1 as x",
        f"create schema {database}.own",
        f"drop schema {database}.public",
        f"alter schema {database}.public rename to {database}.own",
        f"grant select on table {table} to role public",
        "create database own",
        "create role own",
    ):
        assert reader.error(statement)[:2] == ("003001", "42501"), statement
    assert admin.run("select x from t") == [(1,)]


def test_show_lists_what_the_role_may_see(admin: Client, reader: Client) -> None:
    """D/sql-reference/sql/show: objects on which the role has at least one privilege."""
    database = _let_in(admin)
    admin.run("create schema hidden")
    assert reader.column(f"show objects in {database}.public", "name") == []
    assert reader.column(f"show schemas in database {database}", "name") == ["PUBLIC"]
    admin.run("grant select on view v to role bi")
    assert reader.column(f"show objects in {database}.public", "name") == ["V"]
    assert reader.column(f"select table_name from {database}.information_schema.tables", "TABLE_NAME") == ["V"]
    assert reader.error(f"show tables in {database}.hidden")[0] == "002043"


def test_a_clone_leaves_out_what_the_role_cannot_select(admin: Client, reader: Client) -> None:
    """D/sql-reference/sql/create-clone (access control requirements)."""
    database = _let_in(admin)
    admin.run("create table secret as select 1 as x", "grant select on table t to role bi")
    admin.run(f"grant create schema on database {database} to role bi")
    reader.run(f"create schema {database}.copy clone {database}.public")
    assert admin.column(f"show objects in {database}.copy", "name") == ["T"]
    assert admin.column(f"show schemas like 'copy' in database {database}", "owner") == ["BI"]
    assert admin.column(f"show tables in {database}.copy", "owner") == ["ACCOUNTADMIN"], "children keep their owners"
    assert reader.error(f"create or replace table {database}.copy.t as select 2 as x")[0] == "003001"


def test_future_grants_apply_to_new_objects_and_not_to_swapped_ones(admin: Client, reader: Client) -> None:
    """D/sql-reference/sql/grant-privilege (future grants), D/user-guide/security-access-control-configure."""
    database = _let_in(admin)
    admin.run("grant select on future tables in schema public to role bi", "create table n as select 5 as x")
    assert reader.value(f"select x from {database}.public.n") == 5
    admin.run("create or replace table t as select 6 as x")
    assert reader.value(f"select x from {database}.public.t") == 6
    admin.run("create schema blue", "create table blue.n as select 7 as x", "alter table public.n swap with blue.n")
    assert reader.error(f"select x from {database}.public.n")[0] == "002003"
    assert admin.column("show future grants in schema public", "grantee_name") == ["BI"]


def test_a_role_that_was_not_granted_cannot_be_used(admin: Client, reader: Client, server: ServerProcess) -> None:
    assert reader.error("use role accountadmin")[1] == "42501"
    try:
        with server.connect(user="BI_TOOL", password="bi", role="ACCOUNTADMIN"):
            raise AssertionError("logged in with a role of others")
    except Exception as error:
        assert "390189" in str(error) or "250001" in str(error), error
    admin.run("grant role bi to user local_admin", "use role bi")
    assert admin.error("select x from t")[0] in ("002003", "003001")
    admin.run("use role accountadmin")


def test_other_sessions_are_not_for_everybody(admin: Client, reader: Client) -> None:
    session = admin.value("select current_session()")
    assert reader.error(f"select system$cancel_all_queries({session})")[0] == "003001"


_GRANTED = (
    "select table_name, grantee, granted_to, privilege_type, is_grantable from {}.information_schema.table_privileges "
    "where table_schema = 'PUBLIC' order by 1, 2, 4"
)


def test_table_privileges_lists_every_grant_on_what_the_role_has_a_privilege_on(admin: Client, reader: Client) -> None:
    """D/sql-reference/info-schema/table_privileges. GRANTED_TO of users and database roles is an assumption."""
    database = _let_in(admin)
    admin.run("create database role readers", "grant references on view v to database role readers")
    admin.run("grant select on table t to role bi with grant option", "grant insert on table t to user bi_tool")
    on_t = [
        ("T", "ACCOUNTADMIN", "ROLE", "OWNERSHIP", "YES"),
        ("T", "BI", "ROLE", "SELECT", "YES"),
        ("T", "BI_TOOL", "USER", "INSERT", "NO"),
    ]
    on_v = [("V", "ACCOUNTADMIN", "ROLE", "OWNERSHIP", "YES"), ("V", "READERS", "DATABASE_ROLE", "REFERENCES", "NO")]
    assert admin.run(_GRANTED.format(database)) == [*on_t, *on_v]
    assert reader.run(_GRANTED.format(database)) == on_t, "others see what is granted on objects that they may use"
    admin.run("revoke select on table t from role bi")
    reader.run("use secondary roles none")
    assert reader.run(_GRANTED.format(database)) == []


def test_manage_grants_shows_nothing_more_in_table_privileges(admin: Client, reader: Client) -> None:
    """As documented before D/release-notes/bcr-bundles/2026_07/bcr-2416."""
    database = _let_in(admin)
    admin.run("grant manage grants on account to role bi")
    assert reader.column(f"show tables in schema {database}.public", "name") == ["T"]
    assert reader.run(_GRANTED.format(database)) == []


def test_database_roles_are_listed_for_who_may_use_the_database(admin: Client, reader: Client) -> None:
    """D/sql-reference/sql/show-database-roles."""
    database = str(admin.value("select current_database()"))
    admin.run("create database role writers", "create database role readers")
    statement = f"show database roles in database {database}"
    assert reader.error(statement)[0] == "002043"
    admin.run(f"grant usage on database {database} to role bi")
    assert reader.column(statement, "name") == ["READERS", "WRITERS"]
    assert reader.column(f"{statement} limit 1", "name") == ["READERS"]
    assert admin.error("show database roles")[0] == "001003"
