"""Names as Snowflake stores them, and the base of every parsed statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

PropertyValue: TypeAlias = "str | int | float | bool | tuple[PropertyValue, ...] | Mapping[str, PropertyValue]"
"""A value of `NAME = value`: a bare word is upper-cased, a quoted word or string is exact, a list is a tuple."""

Properties: TypeAlias = Mapping[str, PropertyValue]
"""Options of a statement by upper-case name, for example {"COMMENT": "…", "DATA_RETENTION_TIME_IN_DAYS": 1}."""


@dataclass(frozen=True)
class Name:
    """A possibly qualified name, stored case: unquoted parts upper-cased, quoted parts exact.

    An empty inner part stands for the `db..object` form, which means schema PUBLIC
    (https://docs.snowflake.com/en/sql-reference/name-resolution).
    """

    parts: tuple[str, ...]

    @property
    def last(self) -> str:
        """The object's own name, without its containers."""
        return self.parts[-1]

    def __str__(self) -> str:
        return ".".join(quote_identifier(part) for part in self.parts)


def quote_identifier(part: str) -> str:
    """One identifier of stored case as SQL text, quoted only where Snowflake would need it."""
    bare = part != "" and part.isascii() and part.upper() == part and not part[0].isdigit() and part[0] != "$"
    if bare and all(letter.isalnum() or letter in "_$" for letter in part):
        return part
    return '"' + part.replace('"', '""') + '"'


@dataclass(frozen=True)
class Statement:
    """Base of every statement that the local Snowflake answers itself, without its SQL engine."""
