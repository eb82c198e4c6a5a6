"""Every statement that must not reach the SQL engine, as data.

Kinds are upper-case singular words with blanks: "TABLE", "DYNAMIC TABLE", "DATABASE ROLE".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .name import Name, Properties, Statement

# ---- schemas, databases, and what other objects share with them


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


@dataclass(frozen=True)
class CreateDatabase(Statement):
    """CREATE DATABASE; `clone_of` names the source of a database clone."""

    name: Name
    or_replace: bool = False
    transient: bool = False
    if_not_exists: bool = False
    clone_of: Name | None = None
    properties: Properties = field(default_factory=dict)


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

    kind: Literal["ROLE", "DATABASE ROLE", "USER", "WAREHOUSE"]
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


# ---- access


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


# ---- session


@dataclass(frozen=True)
class Use(Statement):
    """USE ROLE | WAREHOUSE | DATABASE | SCHEMA x. Bare `USE a` is DATABASE, `USE a.b` is SCHEMA."""

    kind: Literal["ROLE", "WAREHOUSE", "DATABASE", "SCHEMA"]
    name: Name


@dataclass(frozen=True)
class UseSecondaryRoles(Statement):
    """USE SECONDARY ROLES ALL | NONE | a, b."""

    roles: Literal["ALL", "NONE"] | tuple[str, ...]


@dataclass(frozen=True)
class Begin(Statement):
    """BEGIN [WORK | TRANSACTION] [NAME x] or START TRANSACTION."""

    label: str | None = None


@dataclass(frozen=True)
class Commit(Statement):
    """COMMIT [WORK]."""


@dataclass(frozen=True)
class Rollback(Statement):
    """ROLLBACK [WORK]."""


@dataclass(frozen=True)
class SetSessionParameters(Statement):
    """ALTER SESSION SET a = 1 b = 2."""

    parameters: Properties


@dataclass(frozen=True)
class UnsetSessionParameters(Statement):
    """ALTER SESSION UNSET a, b."""

    parameters: tuple[str, ...]


@dataclass(frozen=True)
class AlterWarehouse(Statement):
    """ALTER WAREHOUSE x SUSPEND | RESUME | ABORT ALL QUERIES (SET, UNSET and RENAME have their own classes)."""

    name: Name | None
    action: Literal["SUSPEND", "RESUME", "ABORT ALL QUERIES"]
    if_exists: bool = False
    if_suspended: bool = False


# ---- questions


@dataclass(frozen=True)
class Scope:
    """IN …; kind None when only a name was written, name None for the current one or for ACCOUNT."""

    kind: str | None
    name: Name | None


@dataclass(frozen=True)
class Show(Statement):
    """SHOW <kind>; kind is plural as written ("SCHEMAS", "PRIMARY KEYS"), `like` is the raw pattern."""

    kind: str
    terse: bool = False
    history: bool = False
    like: str | None = None
    scope: Scope | None = None
    starts_with: str | None = None
    limit: int | None = None
    limit_from: str | None = None


@dataclass(frozen=True)
class ShowGrants(Statement):
    """SHOW GRANTS [ON object | TO grantee | OF role]; all None lists those of the current user."""

    on: OnObject | None = None
    to: Grantee | None = None
    of: Grantee | None = None
    limit: int | None = None


@dataclass(frozen=True)
class ShowFutureGrants(Statement):
    """SHOW FUTURE GRANTS IN SCHEMA | DATABASE x, or TO ROLE | DATABASE ROLE x."""

    in_: OnObject | None = None
    to: Grantee | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Describe(Statement):
    """DESCRIBE | DESC <kind> x."""

    kind: str
    name: Name


@dataclass(frozen=True)
class Explain(Statement):
    """EXPLAIN [USING format] statement; `statement` is its text."""

    format: Literal["TABULAR", "TEXT", "JSON"]
    statement: str


@dataclass(frozen=True)
class ExecuteImmediate(Statement):
    """EXECUTE IMMEDIATE: the inner statements in order, and the text of the RETURN expression that ends them.

    `is_block` is False for a single statement, whose own result is then the result.
    """

    statements: tuple[str, ...]
    is_block: bool = True
    returns: str | None = None
