"""Roles, users and the hierarchy that roles form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .model import Access, ActiveRoles, Principal


def new_account(now: datetime) -> Access:
    """An account with Snowflake's system roles and their hierarchy, and no user."""
    raise NotImplementedError


def role(name: str) -> Principal:
    """The account role of this stored-case name."""
    return Principal("ROLE", name)


def database_role(database: str, name: str) -> Principal:
    """The database role of these stored-case names."""
    return Principal("DATABASE_ROLE", name, database)


def user(name: str) -> Principal:
    """The user of this stored-case name."""
    return Principal("USER", name)


def exists(access: Access, principal: Principal) -> bool:
    """Whether this role, database role or user exists."""
    raise NotImplementedError


def create_principal(
    access: Access, roles: ActiveRoles | None, principal: Principal, now: datetime, container: str | None = None
) -> Access:
    """Adds a role or user owned by the primary role (None: by nobody, at start-up); `container` is the database's id."""
    raise NotImplementedError


def drop_principal(access: Access, roles: ActiveRoles, principal: Principal) -> Access:
    """Removes a role or user with all it was granted; what a role owned goes to the role that drops it."""
    raise NotImplementedError


def grant_role(
    access: Access, roles: ActiveRoles | None, given: Principal, to: Principal, now: datetime, grant_option: bool = False
) -> Access:
    """Gives a role to a role or user; refuses a circle."""
    raise NotImplementedError


def revoke_role(access: Access, roles: ActiveRoles, given: Principal, from_: Principal) -> Access:
    """Takes a role back."""
    raise NotImplementedError


def roles_of_user(access: Access, user_name: str) -> tuple[Principal, ...]:
    """Roles granted to the user, PUBLIC included: what secondary roles ALL means."""
    raise NotImplementedError


def may_assume(access: Access, user_name: str, wanted: Principal) -> bool:
    """Whether USE ROLE is allowed: the role was granted to the user, or to a role the user has."""
    raise NotImplementedError


def active_roles(access: Access, primary: Principal, secondary: Iterable[Principal] = ()) -> ActiveRoles:
    """The primary role with every role below it, PUBLIC, and the secondary roles likewise."""
    raise NotImplementedError
