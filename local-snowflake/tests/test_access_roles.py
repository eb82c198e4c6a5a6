"""Roles, users, the hierarchy, and what a session's active roles are."""

from __future__ import annotations

import pytest
from access_fixture import DEPLOYER, LATER, NOW, ORDERS, OTHER, READER, SAM, acting, owner, warehouse_of_deployer

from local_snowflake.access import ACCOUNT_ID, AccessError
from local_snowflake.access.grants import grant, grant_ownership
from local_snowflake.access.privileges import can_create, holds, privileges_of
from local_snowflake.access.roles import (
    PUBLIC,
    active_roles,
    create_principal,
    database_role,
    drop_principal,
    exists,
    grant_role,
    may_assume,
    new_account,
    revoke_role,
    role,
    roles_of_user,
    user,
)


@pytest.mark.parametrize(
    ("higher", "lower"),
    [
        ("ACCOUNTADMIN", "SYSADMIN"),
        ("ACCOUNTADMIN", "SECURITYADMIN"),
        ("ACCOUNTADMIN", "USERADMIN"),
        ("SECURITYADMIN", "USERADMIN"),
        ("SYSADMIN", "PUBLIC"),
    ],
)
def test_system_roles_inherit_as_documented(higher: str, lower: str) -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-overview (system-defined roles)
    access = new_account(NOW)
    assert role(lower) in active_roles(access, role(higher)).all
    assert role(higher) not in active_roles(access, role(lower)).all


@pytest.mark.parametrize(
    ("name", "may", "may_not"),
    [
        ("SECURITYADMIN", "MANAGE GRANTS", "CREATE DATABASE"),
        ("USERADMIN", "CREATE USER", "MANAGE GRANTS"),
        ("SYSADMIN", "CREATE DATABASE", "CREATE ROLE"),
        ("ACCOUNTADMIN", "MONITOR USAGE", "OWNERSHIP"),
    ],
)
def test_system_roles_have_their_global_privileges(name: str, may: str, may_not: str) -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-overview (system-defined roles)
    access = new_account(NOW)
    assert holds(access, acting(access, role(name)), ACCOUNT_ID, may)
    assert not holds(access, acting(access, role(name)), ACCOUNT_ID, may_not)


def test_privileges_are_inherited_by_higher_roles_only() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege (usage notes)
    access = warehouse_of_deployer()
    assert holds(access, acting(access, role("SYSADMIN")), ORDERS, "SELECT")
    assert not holds(access, acting(access, role("SECURITYADMIN")), ORDERS, "SELECT")
    assert privileges_of(access, acting(access, DEPLOYER))[ORDERS] == {"OWNERSHIP"}
    assert ORDERS not in privileges_of(access, acting(access, READER))


def test_even_accountadmin_cannot_read_what_a_role_outside_the_hierarchy_owns() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-overview: only roles above it inherit.
    access = warehouse_of_deployer()
    access = revoke_role(access, acting(access, role("SECURITYADMIN")), DEPLOYER, role("SYSADMIN"))
    assert not holds(access, acting(access, role("ACCOUNTADMIN")), ORDERS, "SELECT")


def test_secondary_roles_add_privileges_but_do_not_authorize_create() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-overview (active roles)
    access = grant_role(warehouse_of_deployer(), None, DEPLOYER, SAM, NOW)
    access = grant_role(access, None, READER, SAM, NOW)
    alone, with_all = active_roles(access, READER), active_roles(access, READER, [SAM])
    assert not holds(access, alone, ORDERS, "SELECT")
    assert holds(access, with_all, ORDERS, "SELECT")
    assert not can_create(access, with_all, "schema-1", "TABLE")
    assert can_create(access, active_roles(access, DEPLOYER), "schema-1", "TABLE")


def test_what_was_granted_to_a_user_counts_with_all_secondary_roles_only() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-configure (granting privileges to a user)
    access = warehouse_of_deployer()
    access = grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, SAM, NOW)
    assert not holds(access, active_roles(access, READER), ORDERS, "SELECT")
    assert holds(access, active_roles(access, READER, [SAM]), ORDERS, "SELECT")


def test_a_user_may_use_granted_roles_and_those_below_them() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/use-role
    access = grant_role(warehouse_of_deployer(), None, DEPLOYER, SAM, NOW)
    access = grant_role(access, None, READER, DEPLOYER, NOW)
    assert roles_of_user(access, "SAM") == (DEPLOYER, PUBLIC)
    assert [may_assume(access, "SAM", each) for each in (DEPLOYER, READER, PUBLIC)] == [True, True, True]
    assert not may_assume(access, "SAM", OTHER)
    assert not may_assume(access, "NOBODY", DEPLOYER)


def test_a_database_role_gives_privileges_but_cannot_be_used_in_a_session() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-overview (database roles)
    access = warehouse_of_deployer()
    reading = database_role("ANALYTICS", "READING")
    access = create_principal(access, acting(access, role("SYSADMIN")), reading, NOW, "db-1")
    access = grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, reading, NOW)
    access = grant_role(access, acting(access, role("SYSADMIN")), reading, READER, NOW)
    access = grant_role(access, None, READER, SAM, NOW)
    assert holds(access, acting(access, READER), ORDERS, "SELECT")
    assert not may_assume(access, "SAM", reading)


def test_roles_cannot_form_a_circle() -> None:
    access = grant_role(warehouse_of_deployer(), None, READER, DEPLOYER, NOW)
    for given, to in ((DEPLOYER, READER), (READER, READER), (role("ACCOUNTADMIN"), READER)):
        with pytest.raises(AccessError, match="below it"):
            grant_role(access, None, given, to, NOW)


def test_creating_roles_and_users_needs_the_privilege() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-role, create-user (access control requirements)
    access = warehouse_of_deployer()
    with pytest.raises(AccessError) as refused:
        create_principal(access, acting(access, DEPLOYER), role("NEW"), NOW)
    assert refused.value.code == "003001"
    access = create_principal(access, acting(access, role("USERADMIN")), role("NEW"), NOW)
    assert owner(access, role("NEW").object_id) == role("USERADMIN")
    with pytest.raises(AccessError) as taken:
        create_principal(access, acting(access, role("USERADMIN")), role("NEW"), NOW)
    assert taken.value.code == "002002"


def test_granting_a_role_needs_its_ownership_or_manage_grants() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-role (access control requirements)
    access = warehouse_of_deployer()
    access = create_principal(access, acting(access, role("USERADMIN")), role("NEW"), NOW)
    with pytest.raises(AccessError):
        grant_role(access, acting(access, DEPLOYER), role("NEW"), SAM, NOW)
    for allowed in ("USERADMIN", "SECURITYADMIN"):
        done = grant_role(access, acting(access, role(allowed)), role("NEW"), SAM, LATER)
        assert done.role_grants[-1].granted_by == role("USERADMIN")


def test_a_missing_role_or_user_is_named() -> None:
    access = warehouse_of_deployer()
    with pytest.raises(AccessError, match="Role 'NOPE' does not exist or not authorized") as missing:
        grant_role(access, None, role("NOPE"), SAM, NOW)
    assert missing.value.code == "002003"
    with pytest.raises(AccessError, match="User 'NOPE' does not exist"):
        grant_role(access, None, READER, user("NOPE"), NOW)


def test_a_dropped_roles_objects_go_to_the_role_that_drops_it() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/drop-role (usage notes)
    access = warehouse_of_deployer()
    useradmin = acting(access, role("USERADMIN"))
    access = create_principal(access, useradmin, role("TEMP"), NOW)
    access = grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, role("TEMP"), NOW)
    with pytest.raises(AccessError, match="Insufficient privileges"):
        drop_principal(access, acting(access, DEPLOYER), role("TEMP"))
    access = grant_role(access, useradmin, role("TEMP"), SAM, NOW)
    access = grant_ownership(access, acting(access, DEPLOYER), "view-1", role("TEMP"))
    access = drop_principal(access, useradmin, role("TEMP"))
    assert owner(access, "view-1") == role("USERADMIN")
    assert not exists(access, role("TEMP"))
    assert roles_of_user(access, "SAM") == (PUBLIC,)
    assert access.objects[ORDERS].grants == ()
