"""EXPLAIN: compiles a query, so that unknown names and missing privileges show without running it."""

from __future__ import annotations

import json

from sqlglot import exp

from ..engine.column_types import number_column, text_column
from ..engine.translate import parse_sql, translated
from ..errors import not_supported
from ..statements import Explain
from .context import Context
from .queries import BoundQuery
from .result import SELECT, Result


def explain(context: Context, statement: Explain) -> Result:
    """One row with the plan's outline (https://docs.snowflake.com/en/sql-reference/sql/explain).

    The outline names the tables that are read; operators and partitions are Snowflake's own and not imitated.
    """
    tree = parse_sql(statement.statement)
    if not isinstance(tree, exp.Query):
        raise not_supported(f"EXPLAIN of anything but a query: {statement.statement.strip()[:200]}")
    with BoundQuery(context, translated(statement.statement).copy()) as bound:
        columns = bound.describe()
        tables = sorted({found.full_name for found in bound.reads if not found.relation.is_view})
    if statement.format == "JSON":
        plan = {"Operations": [[{"operation": "TableScan", "objects": [name]} for name in tables]]}
        return Result((text_column("content"),), [(json.dumps(plan),)], SELECT)
    if statement.format == "TEXT":
        outline = "\n".join(
            ["Result  " + ", ".join(name for name, _ in columns), *(f"  TableScan  {name}" for name in tables)]
        )
        return Result((text_column("content"),), [(outline,)], SELECT)
    rows: list[tuple[object, ...]] = [(0, "Result", None)]
    rows += [(index + 1, "TableScan", name) for index, name in enumerate(tables)]
    return Result((number_column("id"), text_column("operation"), text_column("objects")), rows, SELECT)
