"""Bind values: put into the statement's text as literals, so that every statement takes them alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from ..errors import SnowflakeError

_PIECE = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"]|\"\")*\"|\$\$.*?\$\$|--[^\n]*|//[^\n]*|/\*.*?\*/"
    r"|(?P<question>\?)|(?<![\w:)\]\"'])(?P<colon>:)(?P<number>\d+)",
    re.DOTALL,
)
_EPOCH = datetime(1970, 1, 1)

Binding = Mapping[str, Any]


def text_literal(text: str) -> str:
    """Text as a Snowflake string literal; a backslash starts an escape in one."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def literal(kind: str, value: str | None) -> str:
    """One bind value, in the protocol's type and text form, as SQL.

    https://github.com/snowflakedb/snowflake-connector-python/blob/main/src/snowflake/connector/converter.py
    """
    if value is None:
        return "NULL"
    if kind == "FIXED":
        return format(Decimal(value), "f")
    if kind == "REAL":
        return f"CAST({text_literal(str(float(value)))} AS FLOAT)"
    if kind == "BOOLEAN":
        return "TRUE" if value.lower() in ("true", "1") else "FALSE"
    if kind == "DATE":
        return f"CAST('{(_EPOCH + timedelta(milliseconds=int(value))).date().isoformat()}' AS DATE)"
    if kind == "TIME":
        return f"CAST('{(_EPOCH + timedelta(microseconds=int(value) / 1000)).time().isoformat()}' AS TIME)"
    if kind.startswith("TIMESTAMP"):
        return _timestamp(kind, value)
    if kind == "BINARY":
        return f"TO_BINARY({text_literal(value)}, 'HEX')"
    return text_literal(value)


def _timestamp(kind: str, value: str) -> str:
    nanoseconds, _, offset = value.partition(" ")
    moment = _EPOCH + timedelta(microseconds=int(nanoseconds) // 1000)
    if kind == "TIMESTAMP_NTZ":
        return f"CAST('{moment.isoformat(sep=' ')}' AS TIMESTAMP_NTZ)"
    zone = timezone(timedelta(minutes=int(offset) - 1440)) if offset else timezone.utc
    local = moment.replace(tzinfo=timezone.utc).astimezone(zone)
    return f"CAST('{local.isoformat(sep=' ')}' AS TIMESTAMP_TZ)"


def inline_binds(text: str, bindings: Mapping[str, Binding]) -> str:
    """The text with `?` and `:1` replaced by their values, outside of strings and comments."""
    position = 0

    def value(match: re.Match[str]) -> str:
        nonlocal position
        if match.group("question"):
            position += 1
            key = str(position)
        elif match.group("colon"):
            key = match.group("number")
        else:
            return match.group(0)
        binding = bindings.get(key)
        if binding is None:
            raise SnowflakeError("002049", "42601", f"SQL compilation error:\nBind variable {key} not set.")
        return f" {literal(str(binding['type']).upper(), binding['value'])} "

    return _PIECE.sub(value, text)


def rows_of_binds(bindings: Mapping[str, Binding]) -> list[dict[str, Binding]] | None:
    """Array binds, one mapping a row; None if the binds are single values."""
    if not any(isinstance(binding["value"], list) for binding in bindings.values()):
        return None
    columns: dict[str, Sequence[Any]] = {key: binding["value"] for key, binding in bindings.items()}
    count = len(next(iter(columns.values())))
    return [
        {key: {"type": bindings[key]["type"], "value": values[index]} for key, values in columns.items()}
        for index in range(count)
    ]
