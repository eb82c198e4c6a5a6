"""A small account for the tests of the privilege model."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from local_snowflake.access import Access, ActiveRoles, Principal
from local_snowflake.access.grants import grant
from local_snowflake.access.lifecycle import on_create
from local_snowflake.access.roles import active_roles, create_principal, grant_role, new_account, role, user

NOW = datetime(2026, 11, 22, 15, 30, 45, tzinfo=timezone.utc)
LATER = NOW + timedelta(hours=1)

DEPLOYER = role("DEPLOYER")
READER = role("READER")
OTHER = role("OTHER")
SAM = user("SAM")

DATABASE, PUBLIC_SCHEMA, ORDERS, ORDERS_VIEW = "db-1", "schema-1", "table-1", "view-1"

NAMES = {
    DATABASE: "ANALYTICS",
    PUBLIC_SCHEMA: "ANALYTICS.PUBLIC",
    ORDERS: "ANALYTICS.PUBLIC.ORDERS",
    ORDERS_VIEW: "ANALYTICS.PUBLIC.ORDERS_VIEW",
    "ACCOUNT": "LOCAL",
}


def warehouse_of_deployer() -> Access:
    """Database ANALYTICS, owned by SYSADMIN; schema PUBLIC with a table and a view, owned by DEPLOYER; user SAM.

    DEPLOYER stands below SYSADMIN, as the documentation advises, and may use the database; READER and OTHER have
    nothing.
    """
    access = new_account(NOW)
    for principal in (DEPLOYER, READER, OTHER, SAM):
        access = create_principal(access, None, principal, NOW)
    access = grant_role(access, None, DEPLOYER, role("SYSADMIN"), NOW)
    sysadmin = acting(access, role("SYSADMIN"))
    deployer = acting(access, DEPLOYER)
    access = on_create(access, sysadmin, DATABASE, "DATABASE", "ACCOUNT", NOW)
    access = grant(access, sysadmin, ["USAGE"], DATABASE, DEPLOYER, NOW)
    access = on_create(access, deployer, PUBLIC_SCHEMA, "SCHEMA", DATABASE, NOW)
    access = on_create(access, deployer, ORDERS, "TABLE", PUBLIC_SCHEMA, NOW)
    return on_create(access, deployer, ORDERS_VIEW, "VIEW", PUBLIC_SCHEMA, NOW)


def acting(access: Access, principal: Principal) -> ActiveRoles:
    """The session of somebody who uses this role and no secondary ones."""
    return active_roles(access, principal)


def granted(access: Access, object_id: str) -> set[tuple[str, str]]:
    """Pairs of privilege and grantee's name on the object, without ownership."""
    return {(held.privilege, held.grantee.name) for held in access.objects[object_id].grants}


def owner(access: Access, object_id: str) -> Principal | None:
    """Who owns the object."""
    return access.objects[object_id].owner
