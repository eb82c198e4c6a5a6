"""MERGE, by the engine's own MERGE (https://docs.snowflake.com/en/sql-reference/sql/merge)."""

from __future__ import annotations

from collections import Counter

import duckdb
from sqlglot import Expr, exp

from ..engine.translate import translated
from . import result
from .context import Context
from .dml import bound_dml_sql, find_target
from .engine_runs import run_engine
from .result import Result
from .transactions import write

_CHUNK = 100_000
_ACTIONS = {"inserted": "INSERT", "updated": "UPDATE", "deleted": "DELETE"}


def run_merge(context: Context) -> Result:
    """Counts only the kinds of change that the statement has clauses for, as Snowflake does."""
    tree = translated(context.text).copy()
    kinds = [_kind(when) for when in tree.args["whens"].expressions]
    privileges = {_ACTIONS[kind] for kind in kinds}
    found = find_target(context, tree, *sorted(privileges))
    _unqualify_assignments(tree)
    sql = bound_dml_sql(context, tree, found) + " RETURNING merge_action"

    def work() -> tuple[dict[str, int], int]:
        made = _count_actions(run_engine(context, sql))
        answer = {kind: made.get(action, 0) for kind, action in _ACTIONS.items() if kind in kinds}
        return answer, sum(made.values())

    return result.counts(result.MERGE, write(context, found.relation.id, work))


def _count_actions(cursor: duckdb.DuckDBPyConnection) -> Counter[str]:
    made: Counter[str] = Counter()
    while chunk := cursor.fetchmany(_CHUNK):
        made.update(row[0] for row in chunk)
    return made


def _kind(when: Expr) -> str:
    then = when.args["then"]
    if isinstance(then, exp.Insert):
        return "inserted"
    return "updated" if isinstance(then, exp.Update) else "deleted"


def _unqualify_assignments(tree: Expr) -> None:
    """The engine takes no alias before the column that is set."""
    for when in tree.args["whens"].expressions:
        then = when.args["then"]
        if isinstance(then, exp.Update):
            for assignment in then.expressions:
                if isinstance(assignment, exp.EQ) and isinstance(assignment.this, exp.Column):
                    assignment.this.set("table", None)
