"""The statement that sets tags on tables, views and their columns, or takes them off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .name import Name, Statement


@dataclass(frozen=True)
class ChangeTags(Statement):
    """ALTER TABLE | VIEW x [MODIFY COLUMN a] SET TAG t = '…', … | UNSET TAG t, …; `column` None is x itself."""

    kind: Literal["TABLE", "VIEW"]
    name: Name
    column: str | None
    set: Mapping[Name, str] = field(default_factory=dict)
    unset: tuple[Name, ...] = ()
    if_exists: bool = False
