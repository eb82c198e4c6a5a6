"""Running the engine's own SQL, where a session may read and with errors in Snowflake's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from ..errors import SnowflakeError, from_engine
from .context import Context


@contextmanager
def outside_transaction(context: Context) -> Iterator[duckdb.DuckDBPyConnection]:
    """The session's engine, or a connection beside it while it has a transaction open."""
    session = context.session
    if not session.transaction.open_in_engine:
        yield session.engine
        return
    session.reader = context.account.storage.connect()
    try:
        yield session.reader
    finally:
        session.reader.close()
        session.reader = None


def run_engine(
    context: Context, sql: str, engine: duckdb.DuckDBPyConnection | None = None
) -> duckdb.DuckDBPyConnection:
    """Runs the engine's SQL, in the session's engine unless another is given; errors come in Snowflake's words."""
    try:
        return (engine or context.session.engine).execute(sql)
    except duckdb.Error as error:
        raise from_engine(error, context.text) from error
    except RuntimeError as error:
        raise SnowflakeError("000603", "XX000", f"SQL execution error: {error}\nin: {context.text[:200]}") from error
