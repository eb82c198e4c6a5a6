"""INSERT with array binds: many rows in one request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from ..account.account import Account
from ..engine.translate import parse_sql
from ..errors import SnowflakeError
from ..execution.execute import execute
from ..execution.result import Result
from ..session.session import Session
from .binds import inline_binds


def execute_rows(
    account: Account, session: Session, text: str, rows: list[dict[str, Mapping[str, Any]]], query_id: str
) -> Result:
    """INSERT INTO … VALUES (?, …) for all rows, as one statement of many tuples.

    https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver-execute#binding-array-for-bulk-insertions
    """
    start = text[: _values_position(text)]
    tuple_text = text[_values_position(text) + len("values") :]
    tuples = ",".join(inline_binds(tuple_text, row) for row in rows)
    return execute(account, session, f"{start} VALUES {tuples}", query_id)


def _values_position(text: str) -> int:
    tree = parse_sql(text)
    position = text.lower().rfind("values")
    if not isinstance(tree, exp.Insert) or not isinstance(tree.expression, exp.Values) or position < 0:
        raise SnowflakeError("002099", "42601", "Array binds are only supported for INSERT INTO … VALUES (?, …).")
    if len(tree.expression.expressions) != 1:
        raise SnowflakeError("002099", "42601", "Array binds need exactly one row of placeholders.")
    return position
