"""What a statement answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.column_types import ResultColumn, number_column, text_column, timestamp_column

# https://github.com/snowflakedb/snowflake-connector-nodejs/blob/master/lib/connection/result/statement_type.js
SELECT = 0x1000
INSERT = 0x3100
UPDATE = 0x3200
DELETE = 0x3300
MERGE = 0x3400
USE = 0x4300
SHOW = 0x4400
DESCRIBE = 0x4500
TRANSACTION = 0x5000
DDL = 0x6000
CALL = 0x0000
DML_TYPES = frozenset((INSERT, UPDATE, DELETE, MERGE))


@dataclass(frozen=True)
class Result:
    """Columns and rows (Python values), and what kind of statement it was; `affected` counts rows written by DML."""

    columns: tuple[ResultColumn, ...]
    rows: Sequence[Sequence[Any]]
    statement_type: int = SELECT
    affected: int | None = None


def status(message: str = "Statement executed successfully.", statement_type: int = DDL) -> Result:
    """The one-row answer of a statement that is no query."""
    return Result((text_column("status"),), [(message,)], statement_type)


def counts(statement_type: int, rows: Mapping[str, int]) -> Result:
    """The one-row answer of DML, for example {"inserted": 3}."""
    columns = tuple(number_column(_COUNT_NAMES.get(name, f"number of rows {name}")) for name in rows)
    return Result(columns, [tuple(rows.values())], statement_type, sum(rows.values()))


_COUNT_NAMES = {"multi-joined": "number of multi-joined rows updated"}


def listing(
    columns: Iterable[tuple[str, str]], rows: Iterable[Mapping[str, Any]], statement_type: int = SHOW
) -> Result:
    """A list such as SHOW gives: columns as (name, "text" | "number" | "time"), rows by column name."""
    made = tuple(_LISTING_COLUMNS[kind](name) for name, kind in columns)
    values = [tuple(row.get(column.name) for column in made) for row in rows]
    return Result(made, values, statement_type)


_LISTING_COLUMNS = {"text": text_column, "number": number_column, "time": timestamp_column}
