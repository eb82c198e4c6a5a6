"""GRANT and REVOKE as people, dbt and the deployment write them."""

from __future__ import annotations

import pytest

from local_snowflake.statements import (
    Grantee,
    GrantOwnership,
    GrantPrivileges,
    GrantRole,
    Name,
    OnMany,
    OnObject,
    RevokePrivileges,
    RevokeRole,
    Statement,
    UnknownStatement,
    parse,
)

TABLE = Name(("D", "S", "T"))
SCHEMA = Name(("D", "S"))
READER = Grantee("ROLE", Name(("READER",)))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("grant select on d.s.t to reader", GrantPrivileges(("SELECT",), OnObject("OBJECT", TABLE), READER)),
        (
            'grant select, insert on table d.s.t to role "Read Er" with grant option',
            GrantPrivileges(
                ("SELECT", "INSERT"), OnObject("TABLE", TABLE), Grantee("ROLE", Name(("Read Er",))), grant_option=True
            ),
        ),
        (
            "grant all privileges on future tables in schema d.s to database role d.reader",
            GrantPrivileges(
                ("ALL",), OnMany("FUTURE", "TABLE", "SCHEMA", SCHEMA), Grantee("DATABASE ROLE", Name(("D", "READER")))
            ),
        ),
        (
            "grant select on all materialized views in database d to role d.reader",
            GrantPrivileges(
                ("SELECT",),
                OnMany("ALL", "MATERIALIZED VIEW", "DATABASE", Name(("D",))),
                Grantee("DATABASE ROLE", Name(("D", "READER"))),
            ),
        ),
        (
            "grant create table, create materialized view, usage on schema d.s to role reader",
            GrantPrivileges(("CREATE TABLE", "CREATE MATERIALIZED VIEW", "USAGE"), OnObject("SCHEMA", SCHEMA), READER),
        ),
        (
            "grant create database on account to role reader",
            GrantPrivileges(("CREATE DATABASE",), OnObject("ACCOUNT", None), READER),
        ),
        (
            "grant usage on function d.s.f(number, double precision) to role reader",
            GrantPrivileges(
                ("USAGE",), OnObject("FUNCTION", Name(("D", "S", "F")), ("NUMBER", "DOUBLE PRECISION")), READER
            ),
        ),
        (
            "grant apply on masking policy d.s.t to role reader",
            GrantPrivileges(("APPLY",), OnObject("MASKING POLICY", TABLE), READER),
        ),
        (
            "grant usage on warehouse w to user u",
            GrantPrivileges(("USAGE",), OnObject("WAREHOUSE", Name(("W",))), Grantee("USER", Name(("U",)))),
        ),
        (
            "grant select on task.t to reader",
            GrantPrivileges(("SELECT",), OnObject("OBJECT", Name(("TASK", "T"))), READER),
        ),
        (
            "grant select on view v to share x",
            GrantPrivileges(("SELECT",), OnObject("VIEW", Name(("V",))), Grantee("SHARE", Name(("X",)))),
        ),
    ],
)
def test_grant_privileges(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege
    assert parse(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("revoke select on d.s.t from reader", RevokePrivileges(("SELECT",), OnObject("OBJECT", TABLE), READER)),
        (
            "revoke grant option for select on table d.s.t from role reader cascade",
            RevokePrivileges(("SELECT",), OnObject("TABLE", TABLE), READER, grant_option_only=True, cascade=True),
        ),
        (
            "revoke all on future views in schema d.s from role reader restrict",
            RevokePrivileges(("ALL",), OnMany("FUTURE", "VIEW", "SCHEMA", SCHEMA), READER),
        ),
        ("revoke role a from user u", RevokeRole("ROLE", (Name(("A",)),), Grantee("USER", Name(("U",))))),
    ],
)
def test_revoke(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege
    assert parse(sql) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "GRANT OWNERSHIP ON SCHEMA d.s TO ROLE reader COPY CURRENT GRANTS",
            GrantOwnership(OnObject("SCHEMA", SCHEMA), READER, "COPY"),
        ),
        (
            "grant ownership on all tables in schema d.s to role reader revoke current grants",
            GrantOwnership(OnMany("ALL", "TABLE", "SCHEMA", SCHEMA), READER, "REVOKE"),
        ),
        ("grant ownership on table d.s.t to role reader", GrantOwnership(OnObject("TABLE", TABLE), READER)),
        (
            "grant role a, b to user u",
            GrantRole("ROLE", (Name(("A",)), Name(("B",))), Grantee("USER", Name(("U",)))),
        ),
        ("grant role a to role reader with grant option", GrantRole("ROLE", (Name(("A",)),), READER, True)),
        ("grant database role d.r to role reader", GrantRole("DATABASE ROLE", (Name(("D", "R")),), READER)),
    ],
)
def test_ownership_and_roles(sql: str, expected: Statement) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-ownership, grant-role, grant-database-role
    assert parse(sql) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "grant select d.s.t to reader",
        "grant on d.s.t to reader",
        "grant select, on d.s.t to reader",
        "grant select on d.s.t",
        "grant select on all unicorns in schema d.s to reader",
        "grant select on all tables to reader",
        "grant select on table d.s.t to role reader, other",
        "grant role a to reader",
        "grant ownership on table d.s.t to reader",
        "grant ownership on table d.s.t to role reader keep current grants",
        "revoke select on d.s.t to reader",
        "revoke grant option for role a from role b",
    ],
)
def test_what_is_not_understood_is_refused(sql: str) -> None:
    with pytest.raises(UnknownStatement):
        parse(sql)
