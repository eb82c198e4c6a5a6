"""TABLE(INFORMATION_SCHEMA.QUERY_HISTORY()): what runs now and what ran."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlglot import Expr, exp

from ..errors import not_supported
from ..statement_log import Entry
from .context import Context
from .result import Result, listing
from .running import sees_all_statements

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
    ("END_TIME", "time"),
    ("TOTAL_ELAPSED_TIME", "number"),
)
_STATUS = {"running": "RUNNING", "success": "SUCCESS", "failed": "FAIL", "cancelled": "FAIL"}
_DEFAULT_LIMIT = 100
QUERY_HISTORY_FUNCTIONS = ("QUERY_HISTORY", "QUERY_HISTORY_BY_SESSION", "QUERY_HISTORY_BY_USER")


def query_history(context: Context, call: Expr) -> Result:
    """The newest statements first: one's own user's, all of them for an administrator.

    https://docs.snowflake.com/en/sql-reference/functions/query_history. Served: RESULT_LIMIT, SESSION_ID and USER_NAME.
    """
    arguments = _arguments(call)
    entries = [entry for entry in reversed(context.account.log.since()) if entry.parent is None]
    if not sees_all_statements(context):
        entries = [entry for entry in entries if entry.user == context.session.user]
    own = context.session
    defaults = {"QUERY_HISTORY_BY_SESSION": ("", str(own.id)), "QUERY_HISTORY_BY_USER": (own.user, "")}
    user, session_id = defaults.get(str(call.this).upper(), ("", ""))
    user, session_id = arguments.get("USER_NAME", user), arguments.get("SESSION_ID", session_id)
    entries = [one for one in entries if user in ("", one.user) and session_id in ("", one.session)]
    limit = int(arguments.get("RESULT_LIMIT", _DEFAULT_LIMIT))
    return listing(_COLUMNS, [_row(entry) for entry in entries[:limit]])


def _arguments(call: Expr) -> Mapping[str, str]:
    arguments: dict[str, str] = {}
    for one in call.args.get("expressions") or []:
        if isinstance(one, exp.Kwarg) and isinstance(one.expression, exp.Literal):
            name = one.this.name.upper()
            if name in ("SESSION_ID", "RESULT_LIMIT", "USER_NAME"):
                arguments[name] = one.expression.name
                continue
        raise not_supported(f"the argument {one.sql(dialect='snowflake')} of QUERY_HISTORY")
    return arguments


def _row(entry: Entry) -> dict[str, Any]:
    duration = entry.duration_ms
    return {
        "QUERY_ID": entry.query_id,
        "QUERY_TEXT": entry.text,
        "USER_NAME": entry.user,
        "ROLE_NAME": entry.role,
        "SESSION_ID": int(entry.session),
        "QUERY_TAG": entry.query_tag,
        "EXECUTION_STATUS": _STATUS[entry.status],
        "ERROR_MESSAGE": entry.error,
        "START_TIME": entry.started_at,
        "END_TIME": None if duration is None else entry.started_at + timedelta(milliseconds=duration),
        "TOTAL_ELAPSED_TIME": None if duration is None else round(duration),
    }
