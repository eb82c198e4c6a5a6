"""BEGIN, COMMIT, ROLLBACK, and how a write runs inside or outside of them.

https://docs.snowflake.com/en/sql-reference/transactions
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import duckdb

from ..errors import SnowflakeError, WriteConflict, cancelled, from_engine
from ..session.session import Session, Transaction
from .context import Context

T = TypeVar("T")

# DuckDB does not wait for a writer of the same rows but fails at once; Snowflake waits for the lock.
_CONFLICT_PATIENCE_SECONDS = 20.0
_CONFLICT_PAUSE_SECONDS = 0.02
_IDLE_SECONDS = 5.0


def begin(context: Context) -> None:
    """BEGIN; an open transaction goes on, as in Snowflake."""
    context.session.transaction.explicit = True


def commit(context: Context) -> None:
    """COMMIT; without a transaction it does nothing."""
    session = context.session
    transaction = session.transaction
    session.transaction = Transaction()
    if transaction.open_in_engine:
        try:
            context.account.commit_rows(session.engine, transaction.written)
        except duckdb.Error as error:
            _rollback_engine(session)
            raise _final(from_engine(error, context.text)) from error


def rollback(context: Context) -> None:
    """ROLLBACK; without a transaction it does nothing."""
    end_transaction(context.session)


def end_transaction(session: Session) -> None:
    """Gives up what the session wrote and did not commit."""
    was_open = session.transaction.open_in_engine
    session.transaction = Transaction()
    if was_open:
        _rollback_engine(session)


def commit_before_ddl(context: Context) -> None:
    """Every DDL statement commits an open transaction first and is a transaction of its own."""
    if context.session.transaction.explicit or context.session.transaction.open_in_engine:
        commit(context)


def write(context: Context, object_id: str, work: Callable[[], tuple[T, int]]) -> T:
    """Runs a write of one table; `work` gives its answer and how many rows it changed.

    Outside of BEGIN it is committed at once. A conflict with another writer is waited out, as long as nothing else
    of this transaction would be lost by starting again.
    """
    session = context.session
    explicit = session.transaction.explicit or session.parameter("AUTOCOMMIT").lower() == "false"
    deadline = time.monotonic() + _CONFLICT_PATIENCE_SECONDS
    while True:
        fresh = not session.transaction.open_in_engine
        if fresh:
            session.engine.begin()
            session.transaction.open_in_engine = True
        try:
            answer, changed = work()
            if changed:
                session.transaction.written.add(object_id)
            if not explicit:
                _commit_write(context)
            return answer
        except WriteConflict as conflict:
            if fresh:
                _forget(session)
            if not fresh or time.monotonic() > deadline:
                raise _final(conflict) from conflict
            _roll_back_idle(context, object_id)
            _pause(context)
        except BaseException:
            if fresh:
                _forget(session)
            raise


def _commit_write(context: Context) -> None:
    session = context.session
    try:
        context.account.commit_rows(session.engine, session.transaction.written)
    except duckdb.Error as error:
        converted = from_engine(error, context.text)
        raise converted from error
    session.transaction = Transaction()


def _forget(session: Session) -> None:
    """Rolls back, and keeps an explicit BEGIN open for the next statement."""
    explicit = session.transaction.explicit
    session.transaction = Transaction(explicit=explicit)
    _rollback_engine(session)


def _rollback_engine(session: Session) -> None:
    with suppress(duckdb.Error):  # an engine that already gave the transaction up says so
        session.engine.rollback()


def _roll_back_idle(context: Context, object_id: str) -> None:
    """Takes the transaction from a session that blocks this one and does nothing: its client may be dead.

    Snowflake does so after five minutes (https://docs.snowflake.com/en/sql-reference/transactions, idle transactions).
    """
    for other in list(context.account.sessions.values()):
        idle = time.monotonic() - other.last_active > _IDLE_SECONDS
        if other is context.session or not idle or object_id not in other.transaction.written:
            continue
        if other.lock.acquire(blocking=False):
            try:
                end_transaction(other)
                other.rolled_back_for = f"session {context.session.id} waited for it"
            finally:
                other.lock.release()


def raise_if_rolled_back(session: Session) -> None:
    """Tells a session, once, that its idle transaction is gone."""
    reason, session.rolled_back_for = session.rolled_back_for, ""
    if reason:
        raise SnowflakeError(
            "000628", "57014", f"Your transaction was idle and has been rolled back because {reason}. Start it again."
        )


def _pause(context: Context) -> None:
    running = context.account.running.get(context.query_id)
    if running is not None and running.cancelled.wait(_CONFLICT_PAUSE_SECONDS):
        raise cancelled()
    if running is None:
        time.sleep(_CONFLICT_PAUSE_SECONDS)


def _final(error: SnowflakeError | WriteConflict) -> SnowflakeError:
    if isinstance(error, SnowflakeError):
        return error
    return SnowflakeError(
        "000625", "57014", f"Statement has locked table rows that another transaction has changed: {error}"
    )
