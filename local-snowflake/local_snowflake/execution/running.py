"""Statements of other sessions: cancelling them."""

from __future__ import annotations

from ..errors import SnowflakeError, insufficient_privileges
from ..session.session import Session
from .context import Context

_ADMIN_ROLES = ("ACCOUNTADMIN", "SECURITYADMIN", "SYSADMIN")


def sees_all_statements(context: Context) -> bool:
    """Whether statements of other users concern this role (MONITOR and OPERATE on the warehouse, in Snowflake)."""
    return context.session.role.name in _ADMIN_ROLES


def _may_touch(context: Context, other: Session) -> bool:
    return other.user == context.session.user or sees_all_statements(context)


def cancel_query(context: Context, query_id: str) -> str:
    """SYSTEM$CANCEL_QUERY (https://docs.snowflake.com/en/sql-reference/functions/system_cancel_query)."""
    running = context.account.running.get(query_id)
    if running is None:
        return f"Identified SQL statement is not currently executing: {query_id}."
    if not _may_touch(context, running.session):
        raise insufficient_privileges("query", query_id)
    running.cancel()
    return f"query [{query_id}] terminated."


def abort_session(context: Context, session_id: int, close: bool) -> str:
    """SYSTEM$CANCEL_ALL_QUERIES, and SYSTEM$ABORT_SESSION, which ends the session too.

    https://docs.snowflake.com/en/sql-reference/functions/system_cancel_all_queries
    """
    session = next((one for one in context.account.sessions.values() if one.id == session_id), None)
    if session is None:
        raise SnowflakeError("000605", "02000", f"Identified session does not exist: {session_id}.")
    if not _may_touch(context, session):
        raise insufficient_privileges("session", str(session_id))
    own = context.query_id
    for running in list(context.account.running.values()):
        if running.session is session and running.query_id != own:
            running.cancel()
    if close:
        session.closed = True
        context.account.sessions.pop(session.token, None)
    return f"session [{session_id}] terminated." if close else "all queries cancelled."
