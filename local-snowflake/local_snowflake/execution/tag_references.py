"""TABLE(INFORMATION_SCHEMA.TAG_REFERENCES(…)) and TAG_REFERENCES_ALL_COLUMNS: the tags of a table or view.

https://docs.snowflake.com/en/sql-reference/functions/tag_references,
https://docs.snowflake.com/en/sql-reference/functions/tag_references_all_columns
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import Expr, exp

from ..account.objects import AttachedTag, ListedObject
from ..engine.names import Found, Names, find_relation, parse_name
from ..errors import invalid, not_supported
from ..show.relations import Place
from .context import Context
from .result import SELECT, Result, listing
from .tags import TAG

_ALL_COLUMNS = "TAG_REFERENCES_ALL_COLUMNS"
TAG_REFERENCE_FUNCTIONS = ("TAG_REFERENCES", _ALL_COLUMNS)
_COLUMNS = tuple(
    (name, "text")
    for name in (
        "TAG_DATABASE", "TAG_SCHEMA", "TAG_NAME", "TAG_VALUE", "APPLY_METHOD", "LEVEL", "OBJECT_DATABASE",
        "OBJECT_SCHEMA", "OBJECT_NAME", "DOMAIN", "COLUMN_NAME",
    )
)  # fmt: skip


def tag_references(context: Context, function: str, call: Expr) -> Result:
    """`('<name>', 'TABLE')` of a table or view: its own tags, or those of its columns and what they inherit from it."""
    written, domain = _arguments(function, call)
    if domain.upper() != "TABLE":
        raise not_supported(f"the domain {domain} of {function}")
    names = context.names
    found = find_relation(names, parse_name(written))
    set_on = _of_columns(found) if function == _ALL_COLUMNS else _of_table(found)
    tags = _tags(names)
    # A tag that was dropped is set nowhere any more.
    rows = [_row(found, *tags[tag.id], tag.value, level, column) for tag, level, column in set_on if tag.id in tags]
    return listing(_COLUMNS, rows, SELECT)


def _arguments(function: str, call: Expr) -> tuple[str, str]:
    arguments = call.args.get("expressions") or []
    if len(arguments) != 2:
        raise invalid(f"{function} needs the name of an object and its domain", "001015")
    if not all(isinstance(one, exp.Literal) for one in arguments):
        raise not_supported(f"the arguments of {call.sql(dialect='snowflake')}")
    return arguments[0].name, arguments[1].name


def _of_table(found: Found) -> Iterator[tuple[AttachedTag, str, str | None]]:
    for tag in found.relation.tags:
        yield tag, "TABLE", None


def _of_columns(found: Found) -> Iterator[tuple[AttachedTag, str, str | None]]:
    """A column's own value of a tag overrides the table's.

    https://docs.snowflake.com/en/user-guide/object-tagging/inheritance
    """
    for column in found.relation.columns:
        for tag in column.tags:
            yield tag, "COLUMN", column.name
        own = {tag.id for tag in column.tags}
        for tag in found.relation.tags:
            if tag.id not in own:
                yield tag, "TABLE", column.name


def _row(found: Found, place: Place, tag: ListedObject, value: str, level: str, column: str | None) -> dict[str, Any]:
    domain = "TABLE" if column is None else "COLUMN"
    return {
        "TAG_DATABASE": place.database.name,
        "TAG_SCHEMA": place.schema.name,
        "TAG_NAME": tag.name,
        "TAG_VALUE": value,
        "APPLY_METHOD": "MANUAL" if level == domain else "INHERITED",
        "LEVEL": level,
        "OBJECT_DATABASE": found.database.name,
        "OBJECT_SCHEMA": found.schema.name,
        "OBJECT_NAME": found.relation.name,
        "DOMAIN": domain,
        "COLUMN_NAME": column,
    }


def _tags(names: Names) -> dict[str, tuple[Place, ListedObject]]:
    """Every tag of the account by id."""
    return {
        one.id: (Place(database, schema), one)
        for database in names.state.databases.values()
        for schema in database.schemas.values()
        for one in schema.listed.values()
        if one.kind == TAG
    }
