"""Statements about schemas, tables, comments and everything else that has a name.

Kinds are upper-case singular words with blanks: "TABLE", "DYNAMIC TABLE", "DATABASE ROLE".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .name import Name, Properties, Statement

AccountKind: TypeAlias = Literal["ROLE", "DATABASE ROLE", "USER", "WAREHOUSE"]


@dataclass(frozen=True)
class CreateSchema(Statement):
    """CREATE SCHEMA, with `clone_of` when it is a clone. `properties` holds COMMENT, DATA_RETENTION_TIME_IN_DAYS, …"""

    name: Name
    or_replace: bool = False
    transient: bool = False
    if_not_exists: bool = False
    clone_of: Name | None = None
    managed_access: bool = False
    properties: Properties = field(default_factory=dict)
    clone_options: tuple[str, ...] = ()
    """Such as "IGNORE HYBRID TABLES"."""


@dataclass(frozen=True)
class CreateDatabase(Statement):
    """CREATE DATABASE; `clone_of` names the source of a database clone."""

    name: Name
    or_replace: bool = False
    transient: bool = False
    if_not_exists: bool = False
    clone_of: Name | None = None
    properties: Properties = field(default_factory=dict)
    clone_options: tuple[str, ...] = ()


@dataclass(frozen=True)
class PointInTime:
    """AT (includes what was committed at that moment) or BEFORE (does not); milliseconds since 1970, the resolution."""

    milliseconds: int
    inclusive: bool


@dataclass(frozen=True)
class CreateTableClone(Statement):
    """CREATE TABLE x CLONE y."""

    name: Name
    clone_of: Name
    or_replace: bool = False
    transient: bool = False
    temporary: bool = False
    if_not_exists: bool = False
    copy_grants: bool = False
    properties: Properties = field(default_factory=dict)
    point: PointInTime | None = None
    """The moment of the source's rows; None for now."""


@dataclass(frozen=True)
class CreateListedObject(Statement):
    """CREATE of an object that no engine here runs (kind STREAM, TASK, PIPE, STAGE, DYNAMIC TABLE, …).

    It can be listed by SHOW and refused everywhere else; `text` is the whole statement.
    """

    kind: str
    name: Name
    text: str
    or_replace: bool = False
    if_not_exists: bool = False


@dataclass(frozen=True)
class CreateAccountObject(Statement):
    """CREATE ROLE | DATABASE ROLE | USER | WAREHOUSE; `kind` says which."""

    kind: AccountKind
    name: Name
    or_replace: bool = False
    if_not_exists: bool = False
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True)
class DropObject(Statement):
    """DROP of a schema, table, view, database, role, user, warehouse or listed object."""

    kind: str
    name: Name
    if_exists: bool = False
    restrict: bool = False


@dataclass(frozen=True)
class UndropObject(Statement):
    """UNDROP SCHEMA | TABLE | DATABASE."""

    kind: str
    name: Name


@dataclass(frozen=True)
class RenameObject(Statement):
    """ALTER <kind> x RENAME TO y."""

    kind: str
    name: Name
    new_name: Name
    if_exists: bool = False


@dataclass(frozen=True)
class SwapObjects(Statement):
    """ALTER <kind> x SWAP WITH y, kind SCHEMA, TABLE or DATABASE."""

    kind: str
    name: Name
    other: Name
    if_exists: bool = False


@dataclass(frozen=True)
class SetProperties(Statement):
    """ALTER <kind> x SET a = 1 b = 2, for schemas, databases, tables, views, users, roles and warehouses."""

    kind: str
    name: Name
    properties: Properties
    if_exists: bool = False


@dataclass(frozen=True)
class UnsetProperties(Statement):
    """ALTER <kind> x UNSET a, b; names are upper case."""

    kind: str
    name: Name
    properties: tuple[str, ...]
    if_exists: bool = False


@dataclass(frozen=True)
class SetManagedAccess(Statement):
    """ALTER SCHEMA x ENABLE | DISABLE MANAGED ACCESS."""

    name: Name
    enabled: bool
    if_exists: bool = False


@dataclass(frozen=True)
class AlterClustering(Statement):
    """ALTER TABLE x CLUSTER BY (…) | DROP CLUSTERING KEY | SUSPEND | RESUME RECLUSTER.

    `keys` is the text between the brackets, only for action CLUSTER BY.
    """

    name: Name
    action: Literal["CLUSTER BY", "DROP CLUSTERING KEY", "SUSPEND RECLUSTER", "RESUME RECLUSTER"]
    keys: str = ""
    if_exists: bool = False


@dataclass(frozen=True)
class CommentOn(Statement):
    """COMMENT ON <kind> x IS '…'. For kind COLUMN the last part of the name is the column."""

    kind: str
    name: Name
    comment: str
    if_exists: bool = False


@dataclass(frozen=True)
class CommentColumns(Statement):
    """ALTER TABLE | VIEW x ALTER [COLUMN] a COMMENT '…', b COMMENT '…': pairs of column and text (None: unset)."""

    kind: Literal["TABLE", "VIEW"]
    name: Name
    comments: tuple[tuple[str, str | None], ...]
    if_exists: bool = False
