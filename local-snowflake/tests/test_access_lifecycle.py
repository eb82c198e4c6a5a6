"""Owners and grants through create, replace, clone, swap and drop, and future grants."""

from __future__ import annotations

import pytest
from access_fixture import (
    DATABASE,
    DEPLOYER,
    LATER,
    NOW,
    ORDERS,
    ORDERS_VIEW,
    OTHER,
    PUBLIC_SCHEMA,
    READER,
    acting,
    granted,
    owner,
    warehouse_of_deployer,
)

from local_snowflake.access import Access, AccessError
from local_snowflake.access.future_grants import grant_future, revoke_future
from local_snowflake.access.grants import grant, grant_ownership
from local_snowflake.access.lifecycle import (
    forget,
    on_clone_schema,
    on_clone_table,
    on_create,
    on_drop,
    on_move,
    on_replace,
    on_set_managed_access,
    on_undrop,
)
from local_snowflake.access.privileges import can_select
from local_snowflake.access.roles import role

SECURITYADMIN = role("SECURITYADMIN")
SYSADMIN = role("SYSADMIN")


def with_reader() -> Access:
    """READER may read the table; a future grant gives it SELECT on new tables of the schema."""
    access = warehouse_of_deployer()
    sysadmin = acting(access, SYSADMIN)
    for object_id in (DATABASE, PUBLIC_SCHEMA):
        access = grant(access, sysadmin, ["USAGE"], object_id, READER, NOW)
        access = grant(access, sysadmin, ["USAGE"], object_id, OTHER, NOW)
    access = grant(access, sysadmin, ["SELECT"], ORDERS, READER, NOW)
    return grant_future(access, acting(access, SECURITYADMIN), ["SELECT"], "TABLE", PUBLIC_SCHEMA, READER, NOW)


def test_a_new_object_belongs_to_its_creator_and_gets_future_grants_of_its_kind() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-configure (future grants)
    access = with_reader()
    access = on_create(access, acting(access, OTHER), "t", "TABLE", PUBLIC_SCHEMA, LATER)
    access = on_create(access, acting(access, OTHER), "v", "VIEW", PUBLIC_SCHEMA, LATER)
    assert (owner(access, "t"), granted(access, "t")) == (OTHER, {("SELECT", "READER")})
    assert granted(access, "v") == set()
    assert granted(access, ORDERS_VIEW) == set(), "objects that existed are not changed"


def test_future_grants_of_the_schema_hide_those_of_the_database_for_that_kind() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-configure: "ignored completely"
    access = with_reader()
    security = acting(access, SECURITYADMIN)
    access = grant_future(access, security, ["INSERT"], "TABLE", DATABASE, OTHER, NOW)
    access = grant_future(access, security, ["SELECT"], "VIEW", DATABASE, OTHER, NOW)
    access = on_create(access, acting(access, DEPLOYER), "t", "TABLE", PUBLIC_SCHEMA, LATER)
    access = on_create(access, acting(access, DEPLOYER), "v", "VIEW", PUBLIC_SCHEMA, LATER)
    assert granted(access, "t") == {("SELECT", "READER")}
    assert granted(access, "v") == {("SELECT", "OTHER")}


def test_a_future_grant_of_ownership_makes_the_owner() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-ownership (ON FUTURE)
    access = warehouse_of_deployer()
    security = acting(access, SECURITYADMIN)
    access = grant_future(access, security, ["OWNERSHIP"], "TABLE", DATABASE, OTHER, NOW)
    made = on_create(access, acting(access, DEPLOYER), "t", "TABLE", PUBLIC_SCHEMA, LATER)
    assert owner(made, "t") == OTHER
    managed = on_set_managed_access(access, PUBLIC_SCHEMA, True)
    made = on_create(managed, acting(access, DEPLOYER), "t", "TABLE", PUBLIC_SCHEMA, LATER)
    assert owner(made, "t") == DEPLOYER, "does not apply to a managed access schema (grant-privilege, restrictions)"
    with pytest.raises(AccessError, match="only one is allowed"):
        grant_future(access, security, ["OWNERSHIP"], "TABLE", DATABASE, READER, NOW)


def test_future_grants_need_manage_grants_or_the_owner_of_a_managed_schema() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege (defining grants on future objects)
    access = warehouse_of_deployer()
    deployer = acting(access, DEPLOYER)
    with pytest.raises(AccessError, match="Insufficient privileges to operate on schema 'PUBLIC'"):
        grant_future(access, deployer, ["SELECT"], "TABLE", PUBLIC_SCHEMA, READER, NOW, name="PUBLIC")
    managed = on_set_managed_access(access, PUBLIC_SCHEMA, True)
    assert grant_future(managed, deployer, ["SELECT"], "TABLE", PUBLIC_SCHEMA, READER, NOW) != managed
    with pytest.raises(AccessError):
        grant_future(managed, deployer, ["SELECT"], "TABLE", DATABASE, READER, NOW)
    with pytest.raises(AccessError, match="not supported"):
        grant_future(access, acting(access, SECURITYADMIN), ["APPLY"], "MASKING POLICY", PUBLIC_SCHEMA, READER, NOW)


def test_revoking_a_future_grant_leaves_what_exists() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege (ON FUTURE)
    access = with_reader()
    access = on_create(access, acting(access, DEPLOYER), "t", "TABLE", PUBLIC_SCHEMA, LATER)
    access = revoke_future(access, acting(access, SECURITYADMIN), ["SELECT"], "TABLE", PUBLIC_SCHEMA, READER)
    assert granted(access, "t") == {("SELECT", "READER")}
    access = on_create(access, acting(access, DEPLOYER), "u", "TABLE", PUBLIC_SCHEMA, LATER)
    assert granted(access, "u") == set()


def test_replace_loses_grants_and_applies_future_ones() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-table (COPY GRANTS)
    access = with_reader()
    access = grant(access, acting(access, SYSADMIN), ["INSERT"], ORDERS, OTHER, NOW)
    access = on_replace(access, acting(access, SYSADMIN), ORDERS, "new", LATER)
    assert (owner(access, "new"), granted(access, "new")) == (SYSADMIN, {("SELECT", "READER")})
    assert access.objects[ORDERS].dropped


def test_replace_with_copy_grants_keeps_all_but_ownership_and_ignores_future_ones() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-view (COPY GRANTS): "retain … except OWNERSHIP"
    access = with_reader()
    access = grant(access, acting(access, SYSADMIN), ["INSERT"], ORDERS, OTHER, NOW, grant_option=True)
    access = grant_future(access, acting(access, SECURITYADMIN), ["UPDATE"], "TABLE", PUBLIC_SCHEMA, READER, NOW)
    access = on_replace(access, acting(access, SYSADMIN), ORDERS, "new", LATER, copy_grants=True)
    assert owner(access, "new") == SYSADMIN
    assert granted(access, "new") == {("SELECT", "READER"), ("INSERT", "OTHER")}
    assert {(held.granted_by, held.grant_option) for held in access.objects["new"].grants} == {
        (SYSADMIN, False),
        (SYSADMIN, True),
    }


def test_a_schema_clone_keeps_grants_of_its_children_not_its_own() -> None:
    # https://docs.snowflake.com/en/user-guide/object-clone (access control privileges for cloned objects)
    access = grant_ownership(with_reader(), acting(with_reader(), SECURITYADMIN), ORDERS, OTHER, "COPY")
    access = on_create(access, acting(access, OTHER), "pipe", "PIPE", PUBLIC_SCHEMA, NOW)
    access = on_clone_schema(
        access, acting(access, SYSADMIN), PUBLIC_SCHEMA, "up", DATABASE, {ORDERS: "up-t", "pipe": "up-p"}, LATER
    )
    assert (owner(access, "up"), granted(access, "up")) == (SYSADMIN, set())
    assert (owner(access, "up-t"), granted(access, "up-t")) == (OTHER, {("SELECT", "READER")})
    assert owner(access, "up-p") == SYSADMIN, "a cloned pipe belongs to the cloning role"
    assert access.objects["up-t"].container == "up"
    assert not can_select(access, acting(access, READER), "up-t"), "no USAGE on the clone: a lost grant shows"


def test_a_schema_clone_copies_its_future_grants() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-configure (object cloning and future grants)
    access = with_reader()
    access = on_clone_schema(access, acting(access, SYSADMIN), PUBLIC_SCHEMA, "up", DATABASE, {}, LATER)
    access = on_create(access, acting(access, SYSADMIN), "t", "TABLE", "up", LATER)
    assert granted(access, "t") == {("SELECT", "READER")}


def test_a_schema_clone_gets_future_grants_of_the_database_on_schemas() -> None:
    access = with_reader()
    access = grant_future(access, acting(access, SECURITYADMIN), ["USAGE"], "SCHEMA", DATABASE, READER, NOW)
    access = on_clone_schema(access, acting(access, SYSADMIN), PUBLIC_SCHEMA, "up", DATABASE, {ORDERS: "t"}, LATER)
    assert granted(access, "up") == {("USAGE", "READER")}
    assert can_select(access, acting(access, READER), "t")


@pytest.mark.parametrize(("copy_grants", "expected"), [(True, {("INSERT", "OTHER")}), (False, {("SELECT", "READER")})])
def test_a_table_clone_takes_grants_or_future_grants(copy_grants: bool, expected: set[tuple[str, str]]) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-clone (the COPY GRANTS parameter)
    access = with_reader()
    access = on_create(access, acting(access, SYSADMIN), "scratch", "SCHEMA", DATABASE, NOW)
    access = on_create(access, acting(access, SYSADMIN), "source", "TABLE", "scratch", NOW)
    access = grant(access, acting(access, SYSADMIN), ["INSERT"], "source", OTHER, NOW)
    access = on_clone_table(
        access, acting(access, DEPLOYER), "source", "clone", PUBLIC_SCHEMA, LATER, copy_grants=copy_grants
    )
    assert (owner(access, "clone"), granted(access, "clone")) == (DEPLOYER, expected)


def test_a_clone_that_replaces_a_table_copies_the_grants_of_the_replaced_one() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-clone: "copied from the table being replaced"
    access = with_reader()
    access = on_create(access, acting(access, SYSADMIN), "source", "TABLE", PUBLIC_SCHEMA, NOW)
    access = grant(access, acting(access, SYSADMIN), ["INSERT"], "source", OTHER, NOW)
    access = on_clone_table(
        access, acting(access, SYSADMIN), "source", "clone", PUBLIC_SCHEMA, LATER, copy_grants=True, replaced_id=ORDERS
    )
    assert granted(access, "clone") == {("SELECT", "READER")}
    assert access.objects[ORDERS].dropped and not access.objects["source"].dropped


def test_grants_follow_an_object_that_moves_and_future_grants_do_not_apply() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/alter-schema; grant-privilege: "not applied when renaming"
    access = with_reader()
    access = on_create(access, acting(access, SYSADMIN), "elsewhere", "SCHEMA", DATABASE, NOW)
    access = grant_future(access, acting(access, SECURITYADMIN), ["INSERT"], "TABLE", "elsewhere", OTHER, NOW)
    moved = on_move(access, ORDERS, "elsewhere")
    assert granted(moved, ORDERS) == {("SELECT", "READER")}
    assert can_select(access, acting(access, READER), ORDERS)
    assert not can_select(moved, acting(moved, READER), ORDERS), "READER has no USAGE there"


def test_undrop_brings_owner_and_grants_back() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/undrop-schema
    access = with_reader()
    on_its_own = on_drop(access, ORDERS_VIEW)
    dropped = on_drop(on_its_own, PUBLIC_SCHEMA)
    assert all(dropped.objects[each].dropped for each in (PUBLIC_SCHEMA, ORDERS, ORDERS_VIEW))
    back = on_undrop(dropped, PUBLIC_SCHEMA, [ORDERS])
    assert can_select(back, acting(back, READER), ORDERS)
    assert back.objects[ORDERS_VIEW].dropped, "what was dropped before does not come back with its schema"


def test_purged_objects_are_forgotten() -> None:
    access = with_reader()
    purged = forget(on_drop(access, ORDERS), [ORDERS])
    assert ORDERS not in purged.objects
    assert ORDERS in access.objects, "a statement that began before works on its own state"
