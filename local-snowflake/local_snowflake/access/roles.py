"""Roles, users and the hierarchy that roles form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from .grantable import grantable_on
from .model import ACCOUNT_ID, Access, AccessError, ActiveRoles, Grant, Principal, RoleGrant, Securable
from .privileges import can_create, holds, manages_grants


def role(name: str) -> Principal:
    """The account role of this stored-case name."""
    return Principal("ROLE", name)


def database_role(database: str, name: str) -> Principal:
    """The database role of these stored-case names."""
    return Principal("DATABASE_ROLE", name, database)


def user(name: str) -> Principal:
    """The user of this stored-case name."""
    return Principal("USER", name)


ACCOUNTADMIN = role("ACCOUNTADMIN")
SECURITYADMIN = role("SECURITYADMIN")
USERADMIN = role("USERADMIN")
SYSADMIN = role("SYSADMIN")
PUBLIC = role("PUBLIC")

_SYSTEM_ROLES = (ACCOUNTADMIN, SECURITYADMIN, USERADMIN, SYSADMIN, PUBLIC)
_SYSTEM_HIERARCHY = ((SYSADMIN, ACCOUNTADMIN), (SECURITYADMIN, ACCOUNTADMIN), (USERADMIN, SECURITYADMIN))
_GLOBAL_PRIVILEGES = {
    "MANAGE GRANTS": SECURITYADMIN,
    "CREATE ROLE": USERADMIN,
    "CREATE USER": USERADMIN,
    "CREATE DATABASE": SYSADMIN,
    "CREATE WAREHOUSE": SYSADMIN,
}
"""Global privileges that a lower role than ACCOUNTADMIN has from the start."""


def new_account(now: datetime) -> Access:
    """An account with Snowflake's system roles and their hierarchy, and no user."""
    grants = tuple(
        Grant(privilege, _GLOBAL_PRIVILEGES.get(privilege, ACCOUNTADMIN), None, now)
        for privilege in grantable_on("ACCOUNT")
    )
    account = Securable(ACCOUNT_ID, "ACCOUNT", None, None, now, grants)
    roles = (Securable(each.object_id, "ROLE", ACCOUNT_ID, None, now, principal=each) for each in _SYSTEM_ROLES)
    hierarchy = tuple(RoleGrant(given, to, None, now) for given, to in _SYSTEM_HIERARCHY)
    return Access({each.id: each for each in (account, *roles)}, hierarchy)


def exists(access: Access, principal: Principal) -> bool:
    """Whether this role, database role, user or share exists."""
    return principal.object_id in access.objects


def require_exists(access: Access, principal: Principal) -> None:
    """Raises AccessError 002003 when the role, database role, user or share does not exist."""
    if not exists(access, principal):
        kind = principal.kind.replace("_", " ").capitalize()
        raise AccessError(
            f"SQL compilation error:\n{kind} '{principal.name}' does not exist or not authorized.", "002003", "02000"
        )


def create_principal(
    access: Access,
    roles: ActiveRoles | None,
    principal: Principal,
    now: datetime,
    container: str = ACCOUNT_ID,
) -> Access:
    """Adds a role, user or share owned by the primary role.

    `roles` None is the start-up, which needs no privilege; `container` is the database's id for a database role.
    Raises AccessError 002002 when it exists, 003001 without CREATE ROLE, CREATE USER, …
    """
    kind = principal.kind.replace("_", " ")
    if roles and not can_create(access, roles, container, kind):
        raise AccessError(f"SQL access control error:\nInsufficient privileges to create {kind} '{principal.name}'.")
    if exists(access, principal):
        raise AccessError(f"SQL compilation error:\nObject '{principal.name}' already exists.", "002002", "42710")
    owner = roles.primary if roles else None
    return access.with_objects(Securable(principal.object_id, kind, container, owner, now, principal=principal))


def drop_principal(access: Access, roles: ActiveRoles, principal: Principal) -> Access:
    """Removes a role, user or share with all it was granted.

    What a dropped role owned goes to the role that drops it
    (https://docs.snowflake.com/en/sql-reference/sql/drop-role).
    """
    require_exists(access, principal)
    if not holds(access, roles, principal.object_id, "OWNERSHIP"):
        raise AccessError(f"SQL access control error:\nInsufficient privileges to drop '{principal.name}'.")
    kept: dict[str, Securable] = {}
    for each in access.objects.values():
        if each.id == principal.object_id:
            continue
        kept[each.id] = replace(
            each,
            owner=roles.primary if each.owner == principal else each.owner,
            grants=tuple(grant for grant in each.grants if grant.grantee != principal),
            future_grants=tuple(grant for grant in each.future_grants if grant.grantee != principal),
        )
    memberships = tuple(given for given in access.role_grants if principal not in (given.role, given.to))
    return Access(kept, memberships)


def grant_role(
    access: Access,
    roles: ActiveRoles | None,
    given: Principal,
    to: Principal,
    now: datetime,
    grant_option: bool = False,
) -> Access:
    """Gives a role to a role or user; refuses a circle. `roles` None is the start-up, which needs no privilege."""
    require_exists(access, given)
    require_exists(access, to)
    _check_role_grant(access, given, to)
    granted_by = _role_grantor(access, roles, given) if roles else None
    for known in access.role_grants:
        if (known.role, known.to, known.granted_by) == (given, to, granted_by):
            upgraded = replace(known, grant_option=known.grant_option or grant_option)
            return replace(access, role_grants=tuple(upgraded if g is known else g for g in access.role_grants))
    added = RoleGrant(given, to, granted_by, now, grant_option)
    return replace(access, role_grants=(*access.role_grants, added))


def _check_role_grant(access: Access, given: Principal, to: Principal) -> None:
    if to in _below(access, {given}):
        raise AccessError(
            f"SQL execution error: role '{to.name}' is already granted to '{given.name}'; a role cannot be granted "
            "to itself or to a role below it."
        )
    if to.kind == "DATABASE_ROLE" and (given.kind != "DATABASE_ROLE" or given.database != to.database):
        raise AccessError(
            f"SQL compilation error:\nOnly database roles of the same database can be granted to database role "
            f"'{to.name}'; '{given.name}' is not one.",
            "001003",
            "42000",
        )


def _role_grantor(access: Access, roles: ActiveRoles, given: Principal) -> Principal | None:
    owner = access.objects[given.object_id].owner
    if owner in roles.all:
        return owner
    for known in access.role_grants:
        if known.role == given and known.grant_option and known.to in roles.all:
            return known.to
    if manages_grants(access, roles):
        return owner
    raise AccessError(f"SQL access control error:\nInsufficient privileges to operate on role '{given.name}'.")


def revoke_role(access: Access, roles: ActiveRoles, given: Principal, from_: Principal) -> Access:
    """Takes a role back; a role that was not granted is no error, as with privileges."""
    require_exists(access, given)
    require_exists(access, from_)
    _role_grantor(access, roles, given)
    kept = tuple(each for each in access.role_grants if (each.role, each.to) != (given, from_))
    return replace(access, role_grants=kept)


def roles_of_user(access: Access, user_name: str) -> tuple[Principal, ...]:
    """Roles granted to the user, PUBLIC included."""
    granted = dict.fromkeys(given.role for given in access.role_grants if given.to == user(user_name))
    return (*granted, PUBLIC)


def may_assume(access: Access, user_name: str, wanted: Principal) -> bool:
    """Whether USE ROLE is allowed: the role was granted to the user, or to a role the user has.

    A database role cannot be activated (https://docs.snowflake.com/en/user-guide/security-access-control-overview).
    """
    return wanted.kind == "ROLE" and wanted in _below(access, set(roles_of_user(access, user_name)))


def active_roles(access: Access, primary: Principal, secondary: Iterable[Principal] = ()) -> ActiveRoles:
    """The primary role with every role below it and PUBLIC, and the secondary roles likewise.

    For USE SECONDARY ROLES ALL hand in the user itself: all its roles count, and what was granted to the user
    directly, which is effective only then.
    """
    through_primary = frozenset(_below(access, {primary, PUBLIC}))
    everything = through_primary | _below(access, set(secondary))
    return ActiveRoles(primary, through_primary, everything)


def _below(access: Access, start: set[Principal]) -> set[Principal]:
    found, waiting = set(start), list(start)
    while waiting:
        holder = waiting.pop()
        for given in access.role_grants:
            if given.to == holder and given.role not in found:
                found.add(given.role)
                waiting.append(given.role)
    return found
