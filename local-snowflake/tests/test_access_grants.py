"""GRANT, REVOKE and GRANT OWNERSHIP: who may, and what changes."""

from __future__ import annotations

import pytest
from access_fixture import (
    DATABASE,
    DEPLOYER,
    LATER,
    NOW,
    ORDERS,
    OTHER,
    PUBLIC_SCHEMA,
    READER,
    acting,
    granted,
    owner,
    warehouse_of_deployer,
)

from local_snowflake.access import Access, AccessError
from local_snowflake.access.grants import grant, grant_ownership, revoke
from local_snowflake.access.lifecycle import on_set_managed_access
from local_snowflake.access.privileges import holds
from local_snowflake.access.roles import create_principal, database_role, grant_role, role

SECURITYADMIN = role("SECURITYADMIN")
SYSADMIN = role("SYSADMIN")


def usable() -> Access:
    """The fixture with database and schema usable by OTHER too."""
    access = warehouse_of_deployer()
    for object_id in (DATABASE, PUBLIC_SCHEMA):
        access = grant(access, acting(access, SYSADMIN), ["USAGE"], object_id, OTHER, NOW)
    return access


def test_the_owner_grants_in_its_own_name() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/show-grants (usage notes: who is the grantor)
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT", "INSERT"], ORDERS, READER, LATER)
    assert granted(access, ORDERS) == {("SELECT", "READER"), ("INSERT", "READER")}
    assert {held.granted_by for held in access.objects[ORDERS].grants} == {DEPLOYER}
    assert holds(access, acting(access, READER), ORDERS, "INSERT")


def test_manage_grants_grants_in_the_owners_name() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/show-grants: "the grantor role is the object owner"
    access = grant(usable(), acting(usable(), SECURITYADMIN), ["SELECT"], ORDERS, READER, NOW)
    assert access.objects[ORDERS].grants[0].granted_by == DEPLOYER


def test_a_grant_option_lets_its_holder_grant_the_same_privilege_only() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege (access control requirements)
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, OTHER, NOW, grant_option=True)
    access = grant(access, acting(access, OTHER), ["SELECT"], ORDERS, READER, NOW)
    assert access.objects[ORDERS].grants[-1].granted_by == OTHER
    with pytest.raises(AccessError, match="Insufficient privileges to operate on table 'ORDERS'"):
        grant(access, acting(access, OTHER), ["INSERT"], ORDERS, READER, NOW, name="ORDERS")


def test_others_may_not_grant() -> None:
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, OTHER, NOW)
    for stranger in (OTHER, READER):
        with pytest.raises(AccessError) as refused:
            grant(access, acting(access, stranger), ["SELECT"], ORDERS, READER, NOW)
        assert refused.value.code == "003001"


def test_an_owner_without_use_of_the_containers_may_not_grant() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege: "must also have USAGE or any other privilege"
    access = revoke(warehouse_of_deployer(), acting(warehouse_of_deployer(), SYSADMIN), ["USAGE"], DATABASE, DEPLOYER)
    with pytest.raises(AccessError):
        grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, READER, NOW)


def test_in_a_managed_schema_its_owner_decides_and_the_tables_owner_does_not() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-configure (managed access schemas)
    access = grant_ownership(usable(), acting(usable(), SYSADMIN), ORDERS, OTHER)
    access = on_set_managed_access(access, PUBLIC_SCHEMA, True)
    with pytest.raises(AccessError):
        grant(access, acting(access, OTHER), ["SELECT"], ORDERS, READER, NOW)
    for allowed in (DEPLOYER, SECURITYADMIN):
        done = grant(access, acting(access, allowed), ["SELECT"], ORDERS, READER, NOW)
        assert granted(done, ORDERS) == {("SELECT", "READER")}
        assert granted(revoke(done, acting(done, allowed), ["SELECT"], ORDERS, READER), ORDERS) == set()


def test_all_privileges_are_those_of_the_kind() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege (schemaObjectPrivileges)
    access = grant(usable(), acting(usable(), DEPLOYER), ["ALL"], "view-1", READER, NOW)
    assert granted(access, "view-1") == {("SELECT", "READER"), ("REFERENCES", "READER")}


def test_all_gives_only_what_the_granting_role_may_grant() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege: "only privileges held and grantable"
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, OTHER, NOW, grant_option=True)
    access = grant(access, acting(access, OTHER), ["ALL"], ORDERS, READER, NOW)
    assert ("SELECT", "READER") in granted(access, ORDERS)
    assert ("INSERT", "READER") not in granted(access, ORDERS)


@pytest.mark.parametrize(("privilege", "object_id"), [("USAGE", ORDERS), ("INSERT", "view-1")])
def test_a_privilege_that_the_kind_does_not_have_is_refused(privilege: str, object_id: str) -> None:
    with pytest.raises(AccessError, match=f"'{privilege}' cannot be granted"):
        grant(usable(), acting(usable(), DEPLOYER), [privilege], object_id, READER, NOW)


def test_a_privilege_that_exists_nowhere_is_a_syntax_error() -> None:
    with pytest.raises(AccessError, match="syntax error unexpected 'SELEKT'"):
        grant(usable(), acting(usable(), DEPLOYER), ["SELEKT"], ORDERS, READER, NOW)


def test_the_same_grant_twice_is_one_and_keeps_its_moment() -> None:
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, READER, NOW)
    access = grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, READER, LATER, grant_option=True)
    (held,) = access.objects[ORDERS].grants
    assert (held.created_on, held.grant_option) == (NOW, True)


def test_a_database_role_gets_privileges_in_its_own_database_only() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege (database_role_name)
    access = usable()
    inside, outside = database_role("ANALYTICS", "R"), database_role("ELSEWHERE", "R")
    access = create_principal(access, None, inside, NOW, DATABASE)
    access = create_principal(access, None, outside, NOW, "db-2")
    access = grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, inside, NOW)
    assert granted(access, ORDERS) == {("SELECT", "R")}
    with pytest.raises(AccessError, match="can only be granted privileges on objects of database 'ELSEWHERE'"):
        grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, outside, NOW)


def test_revoke_takes_what_the_role_itself_granted() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege (security requirements, usage notes)
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, OTHER, NOW, grant_option=True)
    access = grant(access, acting(access, OTHER), ["SELECT"], ORDERS, READER, NOW)
    access = grant(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, READER, NOW)
    by_other = revoke(access, acting(access, OTHER), ["SELECT"], ORDERS, READER)
    assert [held.granted_by for held in by_other.objects[ORDERS].grants if held.grantee == READER] == [DEPLOYER]
    by_security = revoke(access, acting(access, SECURITYADMIN), ["SELECT"], ORDERS, READER)
    assert ("SELECT", "READER") not in granted(by_security, ORDERS)
    assert revoke(access, acting(access, READER), ["SELECT"], ORDERS, OTHER) == access, "nothing revoked is no error"


def test_a_privilege_that_was_granted_on_is_revoked_with_cascade_only() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege (RESTRICT | CASCADE)
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, OTHER, NOW, grant_option=True)
    access = grant(access, acting(access, OTHER), ["SELECT"], ORDERS, READER, NOW)
    with pytest.raises(AccessError, match="Dependent grant of privilege 'SELECT' to role 'READER' exists"):
        revoke(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, OTHER)
    assert granted(revoke(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, OTHER, cascade=True), ORDERS) == set()


def test_grant_option_for_leaves_the_privilege() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege (GRANT OPTION FOR)
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, OTHER, NOW, grant_option=True)
    access = revoke(access, acting(access, DEPLOYER), ["SELECT"], ORDERS, OTHER, grant_option_only=True)
    (held,) = access.objects[ORDERS].grants
    assert (held.privilege, held.grant_option) == ("SELECT", False)


def test_ownership_with_outbound_grants_needs_copy_or_revoke() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-ownership (usage notes)
    access = grant(usable(), acting(usable(), DEPLOYER), ["SELECT"], ORDERS, READER, NOW)
    security = acting(access, SECURITYADMIN)
    with pytest.raises(AccessError, match="Dependent grant"):
        grant_ownership(access, security, ORDERS, OTHER)
    copied = grant_ownership(access, security, ORDERS, OTHER, "COPY")
    assert owner(copied, ORDERS) == OTHER
    assert [(held.grantee, held.granted_by) for held in copied.objects[ORDERS].grants] == [(READER, OTHER)]
    revoked = grant_ownership(access, security, ORDERS, OTHER, "REVOKE")
    assert (owner(revoked, ORDERS), granted(revoked, ORDERS)) == (OTHER, set())


def test_ownership_can_be_given_away_by_its_owner_and_copied_only_with_the_new_owner_below() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-ownership (COPY requires …)
    access = usable()
    assert owner(grant_ownership(access, acting(access, DEPLOYER), ORDERS, OTHER), ORDERS) == OTHER
    with pytest.raises(AccessError):
        grant_ownership(access, acting(access, DEPLOYER), ORDERS, OTHER, "COPY")
    above = grant_role(access, None, OTHER, DEPLOYER, NOW)
    assert owner(grant_ownership(above, acting(above, DEPLOYER), ORDERS, OTHER, "COPY"), ORDERS) == OTHER
    with pytest.raises(AccessError):
        grant_ownership(access, acting(access, OTHER), ORDERS, OTHER)


def test_in_a_managed_schema_ownership_goes_to_roles_below_the_schemas_owner_only() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege (managed access schemas)
    access = on_set_managed_access(usable(), PUBLIC_SCHEMA, True)
    with pytest.raises(AccessError, match="below the schema's owner"):
        grant_ownership(access, acting(access, DEPLOYER), ORDERS, OTHER)
    access = grant_role(access, None, OTHER, DEPLOYER, NOW)
    assert owner(grant_ownership(access, acting(access, DEPLOYER), ORDERS, OTHER), ORDERS) == OTHER
