"""Rows of SHOW GRANTS and SHOW FUTURE GRANTS; keys of a row are the documented columns, in their order.

https://docs.snowflake.com/en/sql-reference/sql/show-grants. Booleans are the texts "true" and "false", as there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from .grants import managed_schema_of
from .model import Access, Grant, Principal, RoleGrant, Securable
from .roles import PUBLIC

NameOf: TypeAlias = Callable[[str], str]
"""From an object id to the name SHOW prints ("ANALYTICS.PUBLIC.ORDERS"); asked only for what is no role or user."""

Row: TypeAlias = Mapping[str, str | datetime | None]


def grants_on(access: Access, object_id: str, name_of: NameOf) -> list[Row]:
    """SHOW GRANTS ON <object>: the owner first, then each grant, with granted_by_role_type as last column."""
    target = access.objects[object_id]
    managed = managed_schema_of(access, target) is not None
    rows = [_privilege_row(target, held, name_of, managed) for held in _with_ownership(target)]
    if target.principal:
        rows += [_usage_row(each) for each in access.role_grants if each.role == target.principal]
    return [{**row, "granted_by_role_type": "ROLE" if row["granted_by"] else ""} for row in rows]


def grants_to(access: Access, grantee: Principal, name_of: NameOf) -> list[Row]:
    """SHOW GRANTS TO ROLE | DATABASE ROLE | USER | SHARE. For a user a column `role` names what is a role, without
    PUBLIC, which everybody has."""
    rows: list[Row] = [
        _privilege_row(target, held, name_of, managed_schema_of(access, target) is not None)
        for target in access.objects.values()
        if not target.dropped
        for held in _with_ownership(target)
        if held.grantee == grantee
    ]
    rows += [_usage_row(each) for each in access.role_grants if each.to == grantee and each.role != PUBLIC]
    return [_with_role_column(row) for row in rows] if grantee.kind == "USER" else rows


def grants_of(access: Access, given: Principal) -> list[Row]:
    """SHOW GRANTS OF ROLE | DATABASE ROLE: to whom the role was given."""
    return [
        {
            "created_on": each.created_on,
            "role": given.name,
            "granted_to": each.to.kind,
            "grantee_name": each.to.name,
            "granted_by": _name(each.granted_by),
        }
        for each in access.role_grants
        if each.role == given
    ]


def future_grants_in(access: Access, container_id: str, name_of: NameOf) -> list[Row]:
    """SHOW FUTURE GRANTS IN SCHEMA | DATABASE; the name is "DB.SCHEMA.<TABLE>"."""
    return list(_future_rows(access.objects[container_id], name_of))


def future_grants_to(access: Access, grantee: Principal, name_of: NameOf) -> list[Row]:
    """SHOW FUTURE GRANTS TO ROLE | DATABASE ROLE."""
    return [
        row
        for container in access.objects.values()
        if not container.dropped and any(each.grantee == grantee for each in container.future_grants)
        for row in _future_rows(container, name_of, grantee)
    ]


def _future_rows(container: Securable, name_of: NameOf, grantee: Principal | None = None) -> Iterator[Row]:
    for future in container.future_grants:
        if grantee is not None and future.grantee != grantee:
            continue
        yield {
            "created_on": future.created_on,
            "privilege": future.privilege,
            "grant_on": _underscored(future.kind),
            "name": f"{name_of(container.id)}.<{_underscored(future.kind)}>",
            "grant_to": future.grantee.kind,
            "grantee_name": future.grantee.name,
            "grant_option": _text(future.grant_option),
        }


def _with_ownership(target: Securable) -> Iterator[Grant]:
    if target.owner:
        yield Grant("OWNERSHIP", target.owner, target.owner, target.created_on, True)
    yield from target.grants


def _privilege_row(target: Securable, held: Grant, name_of: NameOf, managed: bool) -> Row:
    return {
        "created_on": held.created_on,
        "privilege": held.privilege,
        "granted_on": _underscored(target.kind),
        "name": target.principal.name if target.principal else name_of(target.id),
        "granted_to": held.grantee.kind,
        "grantee_name": held.grantee.name,
        # Documented: FALSE for every object of a managed access schema.
        "grant_option": _text(held.grant_option and not managed),
        "granted_by": _name(held.granted_by),
    }


def _usage_row(each: RoleGrant) -> Row:
    return {
        "created_on": each.created_on,
        "privilege": "USAGE",
        "granted_on": each.role.kind,
        "name": each.role.name,
        "granted_to": each.to.kind,
        "grantee_name": each.to.name,
        "grant_option": _text(each.grant_option),
        "granted_by": _name(each.granted_by),
    }


def _with_role_column(row: Row) -> Row:
    is_role = row["granted_on"] in ("ROLE", "DATABASE_ROLE") and row["privilege"] == "USAGE"
    columns = dict(row)
    after_name = {key: columns.pop(key) for key in ("granted_to", "grantee_name", "grant_option", "granted_by")}
    return {**columns, "role": row["name"] if is_role else None, **after_name}


def _underscored(kind: str) -> str:
    return kind.replace(" ", "_")


def _text(value: bool) -> str:
    return "true" if value else "false"


def _name(principal: Principal | None) -> str:
    return principal.name if principal else ""
