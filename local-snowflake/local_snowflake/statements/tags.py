"""ALTER TABLE and ALTER VIEW as far as they are about tags.

https://docs.snowflake.com/en/sql-reference/sql/alter-table, https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
"""

from __future__ import annotations

from typing import Literal, cast

from .model_tags import ChangeTags
from .name import Name
from .reader import TokenReader


def parse_tag_change(reader: TokenReader, kind: str, name: Name, if_exists: bool) -> ChangeTags | None:
    """The change of tags that comes next; None (and nothing read) when it is another one. One column in a statement."""
    begin = reader.position
    column = None
    if reader.take("ALTER") or reader.take("MODIFY"):
        reader.take("COLUMN")
        column = reader.identifier() if reader.at_identifier() else None
    altered = cast(Literal["TABLE", "VIEW"], kind)
    if reader.take("SET", "TAG"):
        values = dict([_tag(reader)])
        while reader.take_mark(","):
            values.update([_tag(reader)])
        found = ChangeTags(altered, name, column, values, if_exists=if_exists)
    elif reader.take("UNSET", "TAG"):
        found = ChangeTags(altered, name, column, unset=reader.names(), if_exists=if_exists)
    else:
        reader.position = begin
        return None
    reader.finish()
    return found


def _tag(reader: TokenReader) -> tuple[Name, str]:
    name = reader.name()
    reader.expect_mark("=")
    return name, reader.string()
