"""Tables that exist for one statement only: INFORMATION_SCHEMA and its functions, RESULT_SCAN."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pyarrow
from sqlglot import Expr, exp

from ..engine.binding import table_name
from ..engine.column_types import ResultColumn
from ..engine.names import INFORMATION_SCHEMA, Names, find_database
from ..errors import does_not_exist, not_supported
from ..show.information_schema import information_schema_table
from .context import Context
from .policy_references import POLICY_REFERENCES, references
from .query_history import QUERY_HISTORY_FUNCTIONS, query_history
from .result import Result
from .row_counts import RowCounter
from .tag_references import TAG_REFERENCE_FUNCTIONS, tag_references

_numbers = itertools.count(1)

_ARROW_TYPES = {
    "text": pyarrow.string(),
    "boolean": pyarrow.bool_(),
    "real": pyarrow.float64(),
    "date": pyarrow.date32(),
    "time": pyarrow.time64("us"),
    "timestamp_ntz": pyarrow.timestamp("us"),
    "timestamp_ltz": pyarrow.timestamp("us", "UTC"),
    "timestamp_tz": pyarrow.timestamp("us", "UTC"),
    "binary": pyarrow.binary(),
    "variant": pyarrow.string(),
    "object": pyarrow.string(),
    "array": pyarrow.string(),
}


class InlineTables:
    """The tables that one statement made in its session's engine."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._registered: list[str] = []

    def name_of(self, names: Names, node: Expr) -> str | None:
        """The engine's name of the table that the node stands for; None if it is no such table."""
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            return self._information_schema(names, node)
        call = node.this if isinstance(node, exp.TableFromRows) else node
        if isinstance(call, exp.Table):
            call = call.this
        name = _call_name(call)
        if name == "RESULT_SCAN":
            return self._result_scan(call)
        if name in QUERY_HISTORY_FUNCTIONS:
            return self._register(query_history(self._context, _call(call)))
        if name == POLICY_REFERENCES:
            return self._register(references(self._context, _call(call)))
        if name in TAG_REFERENCE_FUNCTIONS:
            return self._register(tag_references(self._context, name, _call(call)))
        return None

    @property
    def used(self) -> bool:
        """Whether there are any; they exist in the session's own engine only."""
        return bool(self._registered)

    def close(self) -> None:
        """Takes the tables away."""
        for name in self._registered:
            self._context.session.engine.unregister(name)

    def _information_schema(self, names: Names, node: exp.Table) -> str:
        parts = table_name(node).parts
        database = find_database(names, parts[0] if len(parts) == 3 else None)
        result = information_schema_table(names, database, parts[-1], RowCounter(self._context))
        if result is None:
            raise does_not_exist("Object", f"{database.name}.{INFORMATION_SCHEMA}.{parts[-1]}")
        return self._register(result)

    def _result_scan(self, call: Expr) -> str:
        argument = next(iter(call.args.get("expressions") or []), None)
        session = self._context.session
        query_id = session.last_query_id
        if isinstance(argument, exp.Literal):
            query_id = argument.name
        elif argument is None or _call_name(argument) != "LAST_QUERY_ID" or argument.args.get("expressions"):
            raise not_supported("RESULT_SCAN of anything but LAST_QUERY_ID() or a literal query id")
        kept = session.results.get(query_id or "")
        if not isinstance(kept, Result):
            raise does_not_exist("Statement", str(query_id))
        return self._register(kept)

    def _register(self, result: Result) -> str:
        name = f"inline_{next(_numbers)}"
        arrays = [
            pyarrow.array([row[index] for row in result.rows], type=_arrow_type(column, result.rows, index))
            for index, column in enumerate(result.columns)
        ]
        table = pyarrow.Table.from_arrays(arrays, names=[column.name for column in result.columns])
        self._context.session.engine.register(name, table)
        self._registered.append(name)
        return name


def _arrow_type(column: ResultColumn, rows: Sequence[Sequence[Any]], index: int) -> pyarrow.DataType:
    known = _ARROW_TYPES.get(column.type)
    if known is not None:
        return known
    if column.scale:
        return pyarrow.decimal128(column.precision or 38, column.scale)
    largest = max((abs(row[index]) for row in rows if row[index] is not None), default=0)
    return pyarrow.int64() if largest < 2**63 else pyarrow.decimal128(38, 0)


def _call(node: Expr) -> Expr:
    """A function call without the schema that may stand before it."""
    return _call(node.expression) if isinstance(node, exp.Dot) else node


def _call_name(node: Expr) -> str:
    node = _call(node)
    if isinstance(node, exp.Anonymous):
        return str(node.this).upper()
    return node.sql_name() if isinstance(node, exp.Func) else ""
