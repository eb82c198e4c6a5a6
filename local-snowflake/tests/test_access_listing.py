"""Rows of SHOW GRANTS and SHOW FUTURE GRANTS (https://docs.snowflake.com/en/sql-reference/sql/show-grants)."""

from __future__ import annotations

from access_fixture import (
    DATABASE,
    DEPLOYER,
    LATER,
    NAMES,
    NOW,
    ORDERS,
    PUBLIC_SCHEMA,
    READER,
    SAM,
    acting,
    warehouse_of_deployer,
)

from local_snowflake.access.future_grants import grant_future
from local_snowflake.access.grants import grant
from local_snowflake.access.lifecycle import on_drop, on_set_managed_access
from local_snowflake.access.listing import future_grants_in, future_grants_to, grants_of, grants_on, grants_to
from local_snowflake.access.roles import PUBLIC, grant_role, role

SYSADMIN, SECURITYADMIN = role("SYSADMIN"), role("SECURITYADMIN")
name_of = NAMES.__getitem__


def test_grants_on_an_object_begin_with_its_owner() -> None:
    access = warehouse_of_deployer()
    access = grant(access, acting(access, SYSADMIN), ["SELECT"], ORDERS, READER, LATER, grant_option=True)
    assert grants_on(access, ORDERS, name_of) == [
        {
            "created_on": NOW,
            "privilege": "OWNERSHIP",
            "granted_on": "TABLE",
            "name": "ANALYTICS.PUBLIC.ORDERS",
            "granted_to": "ROLE",
            "grantee_name": "DEPLOYER",
            "grant_option": "true",
            "granted_by": "DEPLOYER",
            "granted_by_role_type": "ROLE",
        },
        {
            "created_on": LATER,
            "privilege": "SELECT",
            "granted_on": "TABLE",
            "name": "ANALYTICS.PUBLIC.ORDERS",
            "granted_to": "ROLE",
            "grantee_name": "READER",
            "grant_option": "true",
            "granted_by": "DEPLOYER",
            "granted_by_role_type": "ROLE",
        },
    ]


def test_the_grant_option_shows_as_false_in_a_managed_schema() -> None:
    # usage notes: "returns FALSE … for an object in the managed access schema"
    access = on_set_managed_access(warehouse_of_deployer(), PUBLIC_SCHEMA, True)
    assert {row["grant_option"] for row in grants_on(access, ORDERS, name_of)} == {"false"}


def test_grants_on_the_account_by_snowflake_itself_have_no_grantor() -> None:
    rows = grants_on(warehouse_of_deployer(), "ACCOUNT", name_of)
    manage = next(row for row in rows if row["privilege"] == "MANAGE GRANTS")
    assert (manage["grantee_name"], manage["granted_by"], manage["name"]) == ("SECURITYADMIN", "", "LOCAL")


def test_grants_to_a_role_are_privileges_and_roles() -> None:
    access = warehouse_of_deployer()
    access = grant_role(access, acting(access, SECURITYADMIN), READER, DEPLOYER, NOW)
    rows = grants_to(access, DEPLOYER, name_of)
    assert [(row["privilege"], row["granted_on"], row["name"]) for row in rows] == [
        ("USAGE", "DATABASE", "ANALYTICS"),
        ("OWNERSHIP", "SCHEMA", "ANALYTICS.PUBLIC"),
        ("OWNERSHIP", "TABLE", "ANALYTICS.PUBLIC.ORDERS"),
        ("OWNERSHIP", "VIEW", "ANALYTICS.PUBLIC.ORDERS_VIEW"),
        ("USAGE", "ROLE", "READER"),
    ]
    assert list(rows[0]) == [
        "created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name", "grant_option", "granted_by",
    ]  # fmt: skip


def test_grants_on_dropped_objects_are_not_listed() -> None:
    access = on_drop(warehouse_of_deployer(), PUBLIC_SCHEMA)
    assert [row["granted_on"] for row in grants_to(access, DEPLOYER, name_of)] == ["DATABASE"]


def test_grants_to_a_user_leave_public_out() -> None:
    # "the PUBLIC role, which is automatically available to every user, is not listed"
    access = grant_role(warehouse_of_deployer(), None, READER, SAM, NOW)
    access = grant_role(access, None, PUBLIC, SAM, NOW)
    (row,) = grants_to(access, SAM, name_of)
    assert list(row)[4] == "role"
    assert (row["role"], row["granted_to"], row["grantee_name"]) == ("READER", "USER", "SAM")


def test_grants_of_a_role() -> None:
    access = grant_role(warehouse_of_deployer(), acting(warehouse_of_deployer(), SECURITYADMIN), DEPLOYER, SAM, LATER)
    assert grants_of(access, DEPLOYER) == [
        {"created_on": NOW, "role": "DEPLOYER", "granted_to": "ROLE", "grantee_name": "SYSADMIN", "granted_by": ""},
        {"created_on": LATER, "role": "DEPLOYER", "granted_to": "USER", "grantee_name": "SAM", "granted_by": ""},
    ]


def test_future_grants() -> None:
    access = warehouse_of_deployer()
    security = acting(access, SECURITYADMIN)
    access = grant_future(access, security, ["SELECT"], "MATERIALIZED VIEW", PUBLIC_SCHEMA, READER, NOW)
    access = grant_future(access, security, ["USAGE"], "SCHEMA", DATABASE, READER, NOW, grant_option=True)
    access = grant_future(access, security, ["USAGE"], "SCHEMA", DATABASE, DEPLOYER, NOW)
    row = {
        "created_on": NOW,
        "privilege": "SELECT",
        "grant_on": "MATERIALIZED_VIEW",
        "name": "ANALYTICS.PUBLIC.<MATERIALIZED_VIEW>",
        "grant_to": "ROLE",
        "grantee_name": "READER",
        "grant_option": "false",
    }
    assert future_grants_in(access, PUBLIC_SCHEMA, name_of) == [row]
    of_reader = future_grants_to(access, READER, name_of)
    assert [(each["name"], each["grant_option"]) for each in of_reader] == [
        ("ANALYTICS.<SCHEMA>", "true"),
        ("ANALYTICS.PUBLIC.<MATERIALIZED_VIEW>", "false"),
    ]
