"""$name in a statement: replaced by the session variable's literal, outside of strings and comments."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import SnowflakeError

# Strings, quoted names, $$ texts and comments are skipped; what is left may hold a variable.
_PIECE = re.compile(
    r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"]|\"\")*\"|\$\$.*?\$\$|--[^\n]*|//[^\n]*|/\*.*?\*/"
    r"|(?<![\w$])\$(?P<name>[A-Za-z_]\w*)",
    re.DOTALL,
)


def inline_variables(text: str, variables: Mapping[str, str]) -> str:
    """The text with the values of its variables; an unknown one is an error.

    https://docs.snowflake.com/en/sql-reference/session-variables
    """
    if "$" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name = match.group("name")
        if name is None:
            return match.group(0)
        known = variables.get(name.upper())
        if known is None:
            raise SnowflakeError(
                "002211", "02000", f"SQL compilation error:\nSession variable '${name.upper()}' does not exist"
            )
        return known

    return _PIECE.sub(value, text)
