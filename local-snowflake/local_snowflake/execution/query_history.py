"""TABLE(INFORMATION_SCHEMA.QUERY_HISTORY()): statements that run now, and those of the log."""

from __future__ import annotations

from typing import Any

from ..account.account import Account
from .result import Result, listing

_COLUMNS = (
    ("QUERY_ID", "text"),
    ("QUERY_TEXT", "text"),
    ("USER_NAME", "text"),
    ("ROLE_NAME", "text"),
    ("SESSION_ID", "number"),
    ("QUERY_TAG", "text"),
    ("EXECUTION_STATUS", "text"),
    ("ERROR_MESSAGE", "text"),
    ("START_TIME", "time"),
    ("TOTAL_ELAPSED_TIME", "number"),
)


def query_history(account: Account) -> Result:
    """One row a statement, running ones first.

    https://docs.snowflake.com/en/sql-reference/functions/query_history
    """
    running: list[dict[str, Any]] = [
        {
            "QUERY_ID": one.query_id,
            "QUERY_TEXT": one.text,
            "USER_NAME": one.session.user,
            "ROLE_NAME": one.session.role.name,
            "SESSION_ID": one.session.id,
            "QUERY_TAG": one.session.query_tag,
            "EXECUTION_STATUS": "RUNNING",
            "START_TIME": one.started_at,
        }
        for one in list(account.running.values())
    ]
    return listing(_COLUMNS, running)
