"""Scripts to single statements."""

from __future__ import annotations

from io import StringIO

from snowflake.connector.util_text import split_statements as split_lines


def split_statements(script: str) -> list[str]:
    """The statements of a script in order, without comments; a semicolon in a string splits nothing."""
    parts = (text.strip().removesuffix(";") for text, _ in split_lines(StringIO(script), remove_comments=True))
    return [part for part in parts if part]
