"""SYSTEM$LAST_CHANGE_COMMIT_TIME of tables and views."""

from __future__ import annotations

from ..engine.binding import Binding, view_query
from ..engine.names import Found, Names
from .context import Context


def last_change_commit_time(context: Context, names: Names, found: Found) -> int:
    """A token that moves when the rows of the table change, or of any table that the view reads.

    https://docs.snowflake.com/en/sql-reference/functions/system_last_change_commit_time
    """
    if not found.relation.is_view:
        return context.account.tokens.latest([found.relation.id])
    binding = Binding(lambda *_: None, lambda *_: None, lambda *_: None)
    view_query(found, names, binding)
    return context.account.tokens.latest(one.relation.id for one in binding.reads if not one.relation.is_view)
