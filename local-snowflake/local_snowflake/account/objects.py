"""What an account holds, as immutable data: a statement takes one state and works on it from start to end.

A swap or rename is then one assignment, and no reader ever sees half of it
(https://docs.snowflake.com/en/sql-reference/sql/alter-schema). Owners and grants are in `access`, by object id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from ..access import Access

T = TypeVar("T")


@dataclass(frozen=True)
class AttachedPolicy:
    """A policy, by its object id, on a column or on a table or view; `arguments` are the columns it is given."""

    id: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class AttachedTag:
    """A tag, by its object id, with the value that it has on a column, table or view."""

    id: str
    value: str


@dataclass(frozen=True)
class Column:
    """One column; `type` is Snowflake's text, for example NUMBER(38,0)."""

    name: str
    type: str
    nullable: bool = True
    default: str | None = None
    comment: str | None = None
    collation: str | None = None
    masking_policy: AttachedPolicy | None = None
    tags: tuple[AttachedTag, ...] = ()


@dataclass(frozen=True)
class Constraint:
    """A constraint that Snowflake records and does not enforce."""

    kind: str
    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    """A table or view; they share one name space in a schema.

    `physical` is the table's name in the engine, `text` the statement that made a view.
    """

    id: str
    name: str
    kind: str
    created_on: datetime
    columns: tuple[Column, ...] = ()
    comment: str = ""
    physical: str = ""
    transient: bool = False
    temporary: bool = False
    secure: bool = False
    cluster_by: str = ""
    automatic_clustering: bool = False
    text: str = ""
    retention_time: int = 1
    change_tracking: bool = False
    constraints: tuple[Constraint, ...] = ()
    row_access_policy: AttachedPolicy | None = None
    tags: tuple[AttachedTag, ...] = ()

    @property
    def is_view(self) -> bool:
        """Whether it is read by expanding its text."""
        return self.kind == "VIEW"

    @property
    def policies(self) -> set[str]:
        """The ids of all policies that are set on it and its columns."""
        attached = [self.row_access_policy, *(column.masking_policy for column in self.columns)]
        return {one.id for one in attached if one is not None}


@dataclass(frozen=True)
class ListedObject:
    """An object that SHOW lists and nothing runs: stream, task, pipe, stage, sequence, policy, …"""

    id: str
    name: str
    kind: str
    created_on: datetime
    text: str
    comment: str = ""


@dataclass(frozen=True)
class Dropped(Generic[T]):
    """Something that UNDROP can bring back."""

    thing: T
    dropped_on: datetime


@dataclass(frozen=True)
class Schema:
    """A schema with its objects by stored-case name."""

    id: str
    name: str
    created_on: datetime
    comment: str = ""
    transient: bool = False
    managed_access: bool = False
    retention_time: int = 1
    relations: Mapping[str, Relation] = field(default_factory=dict)
    listed: Mapping[tuple[str, str], ListedObject] = field(default_factory=dict)
    dropped: tuple[Dropped[Relation], ...] = ()

    @property
    def children(self) -> tuple[Relation | ListedObject, ...]:
        """All objects in it."""
        return (*self.relations.values(), *self.listed.values())


@dataclass(frozen=True)
class Database:
    """A database with its schemas by stored-case name."""

    id: str
    name: str
    created_on: datetime
    comment: str = ""
    transient: bool = False
    retention_time: int = 1
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    dropped: tuple[Dropped[Schema], ...] = ()


@dataclass(frozen=True)
class AccessToken:
    """A programmatic access token; only the hash of its secret is kept."""

    name: str
    secret_hash: str


@dataclass(frozen=True)
class User:
    """A user and how it may log in. `password_hash` is salted; `rsa_public_key` is base64 without PEM lines."""

    name: str
    created_on: datetime
    password_hash: str = ""
    rsa_public_key: str = ""
    default_role: str = ""
    default_warehouse: str = ""
    default_namespace: str = ""
    type: str = "PERSON"
    disabled: bool = False
    secondary_roles: bool = False
    """Whether its sessions start with all its roles as secondary ones (DEFAULT_SECONDARY_ROLES = ('ALL'))."""
    comment: str = ""
    tokens: tuple[AccessToken, ...] = ()


@dataclass(frozen=True)
class Warehouse:
    """A warehouse by name only: every session has the engine of this process."""

    name: str
    created_on: datetime
    comment: str = ""
    size: str = "X-Small"


def warehouse_id(name: str) -> str:
    """The id under which the privilege model knows a warehouse."""
    return f"WAREHOUSE:{name}"


@dataclass(frozen=True)
class AccountState:
    """The whole account at one instant."""

    access: Access
    databases: Mapping[str, Database] = field(default_factory=dict)
    dropped: tuple[Dropped[Database], ...] = ()
    users: Mapping[str, User] = field(default_factory=dict)
    warehouses: Mapping[str, Warehouse] = field(default_factory=dict)
    next_id: int = 1
