"""Columns as SHOW COLUMNS, DESCRIBE and INFORMATION_SCHEMA.COLUMNS give them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ..account.objects import Column, Relation
from .containers import Columns, Row
from .relations import Place

_SIZED = re.compile(r"(\w+)\((\d+)(?:,(\d+))?\)")


def sizes(kind: str) -> tuple[str, int | None, int | None]:
    """Base type and sizes of a type's text, for example ("NUMBER", 38, 0)."""
    match = _SIZED.fullmatch(kind)
    if match is None:
        return kind, None, None
    return match.group(1), int(match.group(2)), int(match.group(3)) if match.group(3) else None


def base_type(kind: str) -> str:
    """The type's word in INFORMATION_SCHEMA and SHOW COLUMNS: VARCHAR is TEXT there, NUMBER(38,0) is FIXED in SHOW."""
    word = sizes(kind)[0]
    return "TEXT" if word == "VARCHAR" else word


def show_column_row(place: Place, relation: Relation, column: Column) -> Row:
    """One row of SHOW COLUMNS (https://docs.snowflake.com/en/sql-reference/sql/show-columns)."""
    return {
        "table_name": relation.name,
        "schema_name": place.schema.name,
        "column_name": column.name,
        "data_type": json.dumps(_type_json(column)),
        "null?": str(column.nullable).lower(),
        "default": column.default or "",
        "kind": "COLUMN",
        "expression": "",
        "comment": column.comment or "",
        "database_name": place.database.name,
        "autoincrement": "",
    }


def _type_json(column: Column) -> dict[str, Any]:
    word, first, second = sizes(column.type)
    described: dict[str, Any] = {"type": {"NUMBER": "FIXED", "VARCHAR": "TEXT", "FLOAT": "REAL"}.get(word, word)}
    if word == "NUMBER":
        described |= {"precision": first, "scale": second}
    elif word in ("VARCHAR", "BINARY"):
        described |= {"length": first, "byteLength": min((first or 0) * 4, 16777216), "fixed": False}
    elif first is not None:
        described |= {"precision": 0, "scale": first}
    if column.collation is not None:
        described |= {"collation": column.collation}
    return {**described, "nullable": column.nullable}


def collate_clause(column: Column) -> str:
    """`\u0020COLLATE 'en-ci'` as DESCRIBE and GET_DDL write it after the type, or nothing."""
    return "" if column.collation is None else f" COLLATE '{column.collation}'"


DESCRIBE_COLUMNS: Columns = (
    ("name", "text"),
    ("type", "text"),
    ("kind", "text"),
    ("null?", "text"),
    ("default", "text"),
    ("primary key", "text"),
    ("unique key", "text"),
    ("check", "text"),
    ("expression", "text"),
    ("comment", "text"),
    ("policy name", "text"),
    ("privacy domain", "text"),
)


def describe_rows(relation: Relation, name_of: Callable[[str], str]) -> list[Row]:
    """Rows of DESCRIBE TABLE | VIEW (https://docs.snowflake.com/en/sql-reference/sql/desc-table).

    `name_of` gives the full name of a policy from its id.
    """
    keys = {kind: {name for one in relation.constraints if one.kind == kind for name in one.columns} for kind in _KEYS}
    return [
        {
            "name": column.name,
            "type": f"{column.type}{collate_clause(column)}",
            "kind": "COLUMN",
            "null?": "Y" if column.nullable else "N",
            "default": column.default,
            "primary key": "Y" if column.name in keys["PRIMARY KEY"] else "N",
            "unique key": "Y" if column.name in keys["UNIQUE"] else "N",
            "comment": column.comment,
            "policy name": None if column.masking_policy is None else name_of(column.masking_policy.id),
        }
        for column in relation.columns
    ]


_KEYS = ("PRIMARY KEY", "UNIQUE")
