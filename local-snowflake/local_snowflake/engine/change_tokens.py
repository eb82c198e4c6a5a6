"""When each table's rows changed last: what SYSTEM$LAST_CHANGE_COMMIT_TIME gives.

A commit and its token are one step for everybody who asks
(https://docs.snowflake.com/en/sql-reference/functions/system_last_change_commit_time).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import duckdb

from .storage import STORE, Storage

_TABLE = "change_tokens"


class ChangeTokens:
    """Tokens by object id: nanoseconds since 1970, always growing. Kept in the store itself if that is on disk."""

    def __init__(self, storage: Storage, durable: bool) -> None:
        self._durable = durable
        self._lock = threading.Lock()
        self._tokens: dict[str, int] = {}
        self._last = 0
        if durable:
            connection = storage.connect()
            connection.execute(f"CREATE TABLE IF NOT EXISTS {STORE}.{_TABLE} (id VARCHAR, token BIGINT)")
            rows = connection.execute(f"SELECT id, max(token) FROM {STORE}.{_TABLE} GROUP BY id").fetchall()
            self._tokens = {str(row[0]): int(row[1]) for row in rows}
            connection.close()
        self._last = max(self._tokens.values(), default=0)

    def commit(
        self,
        connection: duckdb.DuckDBPyConnection,
        object_ids: Iterable[str],
        just_before: Callable[[int], None] | None = None,
    ) -> None:
        """Commits the connection's transaction and moves the tokens of these objects, as one step.

        `just_before` is called with the token, when no other commit can come between.
        """
        changed = list(object_ids)
        with self._lock:
            token = self._next()
            if just_before is not None:
                just_before(token)
            if self._durable and changed:
                rows = ", ".join(f"('{object_id}', {token})" for object_id in changed)
                connection.execute(f"INSERT INTO {STORE}.{_TABLE} VALUES {rows}")
            connection.commit()
            self._tokens.update((object_id, token) for object_id in changed)

    def start(self, connection: duckdb.DuckDBPyConnection, object_ids: Iterable[str]) -> None:
        """Gives new objects their first token, outside of any transaction."""
        connection.begin()
        try:
            self.commit(connection, object_ids)
        except duckdb.Error:
            with suppress(duckdb.Error):
                connection.rollback()
            raise

    def latest(self, object_ids: Iterable[str]) -> int:
        """The newest token of these objects; 0 if none ever changed."""
        with self._lock:
            return max((self._tokens.get(object_id, 0) for object_id in object_ids), default=0)

    def snapshot(self) -> Mapping[str, int]:
        """All tokens at one instant, so that one SELECT that asks for several gets them as of one moment."""
        with self._lock:
            return dict(self._tokens)

    def _next(self) -> int:
        self._last = max(time.time_ns(), self._last + 1)
        return self._last
