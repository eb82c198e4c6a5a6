"""LIKE, STARTS WITH, LIMIT … FROM of SHOW.

https://docs.snowflake.com/en/sql-reference/sql/show-schemas: LIKE ignores case and takes % and _, STARTS WITH is
literal and case-sensitive, LIMIT n FROM 'x' starts after the first name that begins with x.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..statements import Show

MAX_ROWS = 10_000


def like_pattern(pattern: str) -> re.Pattern[str]:
    """A LIKE pattern as a regular expression that ignores case; a backslash makes the next character literal."""
    parts: list[str] = []
    escaped = False
    for character in pattern:
        if escaped or character not in "%_\\":
            parts.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append(".*" if character == "%" else ".")
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def wanted_rows(statement: Show, rows: Iterable[Mapping[str, Any]], key: str = "name") -> list[Mapping[str, Any]]:
    """The rows that the statement's clauses leave, in the order they came."""
    left = list(rows)
    if statement.like is not None:
        pattern = like_pattern(statement.like)
        left = [row for row in left if pattern.fullmatch(str(row[key]))]
    if statement.starts_with is not None:
        left = [row for row in left if str(row[key]).startswith(statement.starts_with)]
    if statement.limit is not None and statement.limit_from is not None:
        left = [row for row in left if str(row[key]) > statement.limit_from]
    if statement.limit is not None:
        left = left[: min(statement.limit, MAX_ROWS)]
    return left
