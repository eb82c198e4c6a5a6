"""EXECUTE IMMEDIATE of one statement or of a BEGIN … END block."""

from __future__ import annotations

from collections.abc import Callable

from ..engine.column_types import text_column
from ..statements import ExecuteImmediate
from .context import Context
from .result import CALL, Result


def run_block(context: Context, block: ExecuteImmediate, run: Callable[[Context, str], Result]) -> Result:
    """Runs the statements in order; the first error ends the block, what was done before stays done.

    https://docs.snowflake.com/en/sql-reference/sql/execute-immediate
    """
    answer = Result((text_column("anonymous block"),), [(None,)], CALL)
    for text in block.statements:
        inner = run(context, text)
        if not block.is_block:
            answer = inner
    if block.returns is not None:
        returned = run(context, f"SELECT {block.returns}")
        value = returned.rows[0][0] if returned.rows else None
        answer = Result((text_column("anonymous block"),), [(None if value is None else str(value),)], CALL)
    return answer
