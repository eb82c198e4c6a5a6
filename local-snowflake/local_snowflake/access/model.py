"""Who owns what and who was granted what, as immutable data.

Objects are known by an id that the catalog gives them, never by name: grants follow the object through a rename or
swap (https://docs.snowflake.com/en/sql-reference/sql/alter-schema). Every change returns a new `Access`, so that a
statement works on one state from start to end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

PrincipalKind: TypeAlias = Literal["ROLE", "DATABASE_ROLE", "USER", "SHARE"]

ACCOUNT_ID = "ACCOUNT"
"""Id of the account itself, on which global privileges such as CREATE DATABASE are granted."""


class AccessError(Exception):
    """A refusal in Snowflake's words, with its code and SQL state."""

    def __init__(self, message: str, code: str = "003001", sqlstate: str = "42501") -> None:
        super().__init__(message)
        self.code = code
        self.sqlstate = sqlstate


@dataclass(frozen=True)
class Principal:
    """A role, database role, user or share; names in stored case, `database` only for a database role."""

    kind: PrincipalKind
    name: str
    database: str | None = None

    @property
    def object_id(self) -> str:
        """Id under which the principal itself is an object that has an owner and grants."""
        return f"{self.kind}:{self.database or ''}:{self.name}"


@dataclass(frozen=True)
class Grant:
    """One privilege on one object; `granted_by` None means Snowflake's own SYSTEM role."""

    privilege: str
    grantee: Principal
    granted_by: Principal | None
    created_on: datetime
    grant_option: bool = False


@dataclass(frozen=True)
class FutureGrant:
    """A privilege that objects of `kind` ("TABLE") created later in the container will get."""

    privilege: str
    kind: str
    grantee: Principal
    created_on: datetime
    grant_option: bool = False


@dataclass(frozen=True)
class RoleGrant:
    """A role given to a role or user."""

    role: Principal
    to: Principal
    granted_by: Principal | None
    created_on: datetime
    grant_option: bool = False


@dataclass(frozen=True)
class Securable:
    """An object with an owner and grants. `container` is the id of the schema, database or account that holds it."""

    id: str
    kind: str
    container: str | None
    owner: Principal | None
    created_on: datetime
    grants: tuple[Grant, ...] = ()
    future_grants: tuple[FutureGrant, ...] = ()
    managed_access: bool = False
    dropped: bool = False
    principal: Principal | None = None
    """The role, user or share that this object is."""


@dataclass(frozen=True)
class Access:
    """The whole state: objects by id, and which role was given to whom."""

    objects: Mapping[str, Securable] = field(default_factory=dict)
    role_grants: tuple[RoleGrant, ...] = ()

    def with_objects(self, *changed: Securable) -> Access:
        """The state with these objects added or replaced."""
        return replace(self, objects={**self.objects, **{each.id: each for each in changed}})


@dataclass(frozen=True)
class ActiveRoles:
    """The roles a session acts with (https://docs.snowflake.com/en/user-guide/security-access-control-overview).

    `all` holds every role whose privileges count, `through_primary` those that count without secondary roles:
    what a CREATE is authorized by.
    """

    primary: Principal
    through_primary: frozenset[Principal]
    all: frozenset[Principal]
