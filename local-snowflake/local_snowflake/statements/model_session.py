"""Statements about the session and its warehouse, and questions: SHOW, DESCRIBE, EXPLAIN."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .model_access import Grantee, OnObject
from .name import Name, Properties, Statement


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
