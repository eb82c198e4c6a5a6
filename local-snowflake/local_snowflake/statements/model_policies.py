"""Statements that put masking and row access policies on tables and views, or take them off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .name import Name, Statement


@dataclass(frozen=True)
class MaskedColumn:
    """A column and the policy that it is to have (None: none). `using` are the policy's arguments, the column first."""

    column: str
    policy: Name | None
    using: tuple[str, ...] = ()
    force: bool = False


@dataclass(frozen=True)
class SetMaskingPolicies(Statement):
    """ALTER TABLE | VIEW x MODIFY COLUMN a SET MASKING POLICY p [USING (…)] [FORCE] | UNSET MASKING POLICY, …"""

    kind: Literal["TABLE", "VIEW"]
    name: Name
    columns: tuple[MaskedColumn, ...]
    if_exists: bool = False


@dataclass(frozen=True)
class ChangeRowAccessPolicy(Statement):
    """ALTER TABLE | VIEW x [DROP ROW ACCESS POLICY p,] [ADD ROW ACCESS POLICY q ON (a)] | DROP ALL ROW … POLICIES."""

    kind: Literal["TABLE", "VIEW"]
    name: Name
    dropped: Name | None = None
    added: Name | None = None
    arguments: tuple[str, ...] = ()
    drop_all: bool = False
    if_exists: bool = False
