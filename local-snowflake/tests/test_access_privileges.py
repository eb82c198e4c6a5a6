"""What a session may do and see."""

from __future__ import annotations

import pytest
from access_fixture import (
    DATABASE,
    DEPLOYER,
    NOW,
    ORDERS,
    ORDERS_VIEW,
    PUBLIC_SCHEMA,
    READER,
    acting,
    warehouse_of_deployer,
)

from local_snowflake.access import Access, AccessError
from local_snowflake.access.grants import grant, revoke
from local_snowflake.access.lifecycle import on_create, on_drop
from local_snowflake.access.privileges import (
    can,
    can_clone,
    can_create,
    can_see,
    can_select,
    can_use,
    privileges_of,
    require,
)
from local_snowflake.access.roles import active_roles, role


def _with(access: Access, *grants: tuple[str, str]) -> Access:
    sysadmin = acting(access, role("SYSADMIN"))
    for privilege, object_id in grants:
        access = grant(access, sysadmin, [privilege], object_id, READER, NOW)
    return access


FULL = (("USAGE", DATABASE), ("USAGE", PUBLIC_SCHEMA), ("SELECT", ORDERS))


@pytest.mark.parametrize("missing", FULL)
def test_reading_needs_usage_of_both_containers_and_select(missing: tuple[str, str]) -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-configure (custom read-only roles)
    access = warehouse_of_deployer()
    complete = _with(access, *FULL)
    assert can_select(complete, acting(complete, READER), ORDERS)
    partial = _with(access, *(each for each in FULL if each != missing))
    assert not can_select(partial, acting(partial, READER), ORDERS)


def test_any_privilege_on_a_container_stands_for_usage() -> None:
    # https://docs.snowflake.com/en/user-guide/security-access-control-configure: "USAGE or any other privilege"
    access = _with(warehouse_of_deployer(), ("MONITOR", DATABASE), ("CREATE TABLE", PUBLIC_SCHEMA), ("SELECT", ORDERS))
    assert can_select(access, acting(access, READER), ORDERS)
    assert can_use(access, acting(access, READER), PUBLIC_SCHEMA)


def test_what_is_seen_needs_one_privilege_on_it_and_its_containers() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/show
    access = _with(warehouse_of_deployer(), *FULL)
    reader = acting(access, READER)
    assert [can_see(access, reader, each) for each in (DATABASE, PUBLIC_SCHEMA, ORDERS)] == [True, True, True]
    assert not can_see(access, reader, ORDERS_VIEW)
    hidden = _with(warehouse_of_deployer(), ("USAGE", DATABASE), ("SELECT", ORDERS))
    assert not can_see(hidden, acting(hidden, READER), ORDERS)


def test_manage_grants_sees_everything_but_may_not_read_it() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/show-grants: "implicitly allows its holder to see every object"
    access = warehouse_of_deployer()
    securityadmin = acting(access, role("SECURITYADMIN"))
    assert can_see(access, securityadmin, ORDERS)
    assert not can_select(access, securityadmin, ORDERS)


def test_creating_needs_the_create_privilege_and_temporary_tables_do_not() -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-table (access control requirements)
    access = _with(warehouse_of_deployer(), ("USAGE", DATABASE), ("USAGE", PUBLIC_SCHEMA))
    reader = acting(access, READER)
    assert not can_create(access, reader, PUBLIC_SCHEMA, "TABLE")
    assert can_create(access, reader, PUBLIC_SCHEMA, "TEMPORARY TABLE")
    access = _with(access, ("CREATE VIEW", PUBLIC_SCHEMA))
    assert can_create(access, reader, PUBLIC_SCHEMA, "VIEW")
    assert not can_create(access, reader, DATABASE, "SCHEMA")
    assert can_create(access, acting(access, role("SYSADMIN")), DATABASE, "SCHEMA")
    assert not can_create(access, acting(access, DEPLOYER), DATABASE, "SCHEMA")


@pytest.mark.parametrize(
    ("kind", "privilege", "taken"),
    [
        ("TABLE", "SELECT", True),
        ("TABLE", "INSERT", False),
        ("VIEW", "SELECT", True),
        ("SEQUENCE", "USAGE", True),
        ("STREAM", "SELECT", False),
        ("TASK", "MONITOR", False),
        ("EXTERNAL TABLE", "SELECT", False),
    ],
)
def test_a_schema_clone_takes_only_what_the_role_has_the_right_to(kind: str, privilege: str, taken: bool) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/create-clone (access control requirements, general usage notes)
    access = warehouse_of_deployer()
    access = on_create(access, acting(access, DEPLOYER), "x", kind, PUBLIC_SCHEMA, NOW)
    assert not can_clone(access, acting(access, READER), "x")
    access = _with(access, (privilege, "x"))
    assert can_clone(access, acting(access, READER), "x") is taken
    assert can_clone(access, acting(access, DEPLOYER), "x") is (kind != "EXTERNAL TABLE")


def test_a_refusal_names_the_object_and_carries_snowflakes_code() -> None:
    access = warehouse_of_deployer()
    with pytest.raises(AccessError) as refused:
        require(access, acting(access, READER), ORDERS, "SELECT", "ORDERS")
    assert (refused.value.code, refused.value.sqlstate) == ("003001", "42501")
    assert str(refused.value) == ("SQL access control error:\nInsufficient privileges to operate on table 'ORDERS'.")
    require(access, acting(access, DEPLOYER), ORDERS_VIEW, "SELECT", "ORDERS_VIEW")


def test_the_owner_may_do_everything_where_its_containers_can_be_used() -> None:
    access = warehouse_of_deployer()
    assert can(access, acting(access, DEPLOYER), ORDERS, "TRUNCATE")
    access = revoke(access, acting(access, role("SYSADMIN")), ["USAGE"], DATABASE, DEPLOYER)
    assert not can(access, acting(access, DEPLOYER), ORDERS, "TRUNCATE")


def test_dropped_objects_give_no_privileges() -> None:
    access = on_drop(warehouse_of_deployer(), PUBLIC_SCHEMA)
    held = privileges_of(access, active_roles(access, role("SYSADMIN")))
    assert DATABASE in held
    assert not held.keys() & {PUBLIC_SCHEMA, ORDERS, ORDERS_VIEW}
