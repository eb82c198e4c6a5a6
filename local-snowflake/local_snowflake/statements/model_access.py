"""Statements about privileges, roles, owners and access tokens.

Kinds are upper-case singular words with blanks: "TABLE", "DYNAMIC TABLE", "DATABASE ROLE".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .name import Name, Properties, Statement


@dataclass(frozen=True)
class OnObject:
    """One object. Kind "OBJECT" (no kind written) is the table or view of that name; "ACCOUNT" has no name."""

    kind: str
    name: Name | None
    arguments: tuple[str, ...] | None = None
    """Argument types of a function or procedure, upper case."""


@dataclass(frozen=True)
class OnMany:
    """ALL or FUTURE objects of a kind in a schema or database; `kind` is singular ("TABLE")."""

    which: Literal["ALL", "FUTURE"]
    kind: str
    container_kind: Literal["SCHEMA", "DATABASE"]
    container: Name


@dataclass(frozen=True)
class Grantee:
    """Who receives; a database role's name may be qualified by its database."""

    kind: Literal["ROLE", "DATABASE ROLE", "USER", "SHARE"]
    name: Name


@dataclass(frozen=True)
class GrantPrivileges(Statement):
    """GRANT privileges ON …; privileges are upper case, ("ALL",) for ALL [PRIVILEGES]."""

    privileges: tuple[str, ...]
    on: OnObject | OnMany
    to: Grantee
    grant_option: bool = False


@dataclass(frozen=True)
class RevokePrivileges(Statement):
    """REVOKE [GRANT OPTION FOR] privileges ON … FROM …"""

    privileges: tuple[str, ...]
    on: OnObject | OnMany
    from_: Grantee
    grant_option_only: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class GrantOwnership(Statement):
    """GRANT OWNERSHIP ON … TO …; `current_grants` None means the clause was not written."""

    on: OnObject | OnMany
    to: Grantee
    current_grants: Literal["COPY", "REVOKE"] | None = None


@dataclass(frozen=True)
class GrantRole(Statement):
    """GRANT ROLE | DATABASE ROLE x [, y] TO …"""

    kind: Literal["ROLE", "DATABASE ROLE"]
    roles: tuple[Name, ...]
    to: Grantee
    grant_option: bool = False


@dataclass(frozen=True)
class RevokeRole(Statement):
    """REVOKE ROLE | DATABASE ROLE x [, y] FROM …"""

    kind: Literal["ROLE", "DATABASE ROLE"]
    roles: tuple[Name, ...]
    from_: Grantee


@dataclass(frozen=True)
class AddAccessToken(Statement):
    """ALTER USER x ADD PROGRAMMATIC ACCESS TOKEN; user None is the current one."""

    user: Name | None
    token: Name
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class RemoveAccessToken(Statement):
    """ALTER USER x REMOVE PROGRAMMATIC ACCESS TOKEN."""

    user: Name | None
    token: Name
