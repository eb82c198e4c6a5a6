"""INSERT … VALUES with many rows of plain literals, as dbt's seeds send it.

Parsing ten thousand rows into a tree takes many seconds; here the rows are taken over as text, and one row is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STRING = r"'(?:[^'\\]|\\.|'')*'"
_LITERAL = rf"(?:{_STRING}|[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|NULL|TRUE|FALSE)"
_ROW = re.compile(rf"\s*\(\s*{_LITERAL}(?:\s*,\s*{_LITERAL})*\s*\)\s*", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(
    r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*INSERT\s+(?:OVERWRITE\s+)?INTO\s+[\w$.\"]+\s*(?:\([\w\s$,\"]*\))?\s*VALUES",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(r"\s*;?(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*;?\s*$", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-7]{3}|.)", re.DOTALL)
_STRINGS = re.compile(_STRING, re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
# Fewer rows are parsed as fast as they are cut.
_WORTH_IT = 2000


@dataclass(frozen=True)
class LiteralRows:
    """`statement` is the INSERT with its first row only, `rows` are all rows as the engine's text."""

    statement: str
    rows: str


def take_literal_rows(text: str) -> LiteralRows | None:
    """The statement cut in two; None if it is no such INSERT, or too short for it to matter."""
    if len(text) < _WORTH_IT:
        return None
    head = _HEAD.match(text)
    first = _ROW.match(text, head.end()) if head else None
    if head is None or first is None:
        return None
    rows: list[str] = []
    row: re.Match[str] | None = first
    while row is not None:
        rows.append(_STRINGS.sub(_engine_string, row.group()))
        end = row.end()
        row = _ROW.match(text, end + 1) if text[end : end + 1] == "," else None
    if not _TAIL.match(text, end):
        return None
    return LiteralRows(text[: first.end()], ",".join(rows))


def _engine_string(match: re.Match[str]) -> str:
    """A backslash starts an escape in a Snowflake string and is an ordinary character in the engine's.

    https://docs.snowflake.com/en/sql-reference/data-types-text (escape sequences)
    """
    written = match.group()
    if "\\" not in written:
        return written
    value = _ESCAPE.sub(_escaped, written[1:-1].replace("''", "'"))
    return "'" + value.replace("'", "''") + "'"


def _escaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) == 1:
        return _PLAIN_ESCAPES.get(code, code)
    return chr(int(code[1:], 16)) if code[0] in "ux" else chr(int(code, 8))
