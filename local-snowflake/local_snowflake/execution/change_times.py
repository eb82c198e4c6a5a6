"""SYSTEM$LAST_CHANGE_COMMIT_TIME of tables and views."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import Expr

from ..engine.binding import Binding, view_query
from ..engine.names import Found, Names
from .context import Context


def last_change_commit_time(context: Context, names: Names, found: Found) -> int:
    """A token that moves when the rows of the table change, or of any table that the view reads.

    https://docs.snowflake.com/en/sql-reference/functions/system_last_change_commit_time
    """
    if not found.relation.is_view:
        return context.account.tokens.latest([found.relation.id])
    reads: list[Found] = []
    binding = Binding(lambda *_: None, lambda *_: None, lambda _view, _query, inner: _note(reads, inner))
    view_query(found, names, binding)
    return context.account.tokens.latest(one.relation.id for one in reads if not one.relation.is_view)


def _note(reads: list[Found], inner: Iterable[Found]) -> Expr | None:
    reads.extend(inner)
    return None
