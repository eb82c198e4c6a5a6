"""The DuckDB database that holds every row, under physical names that never change.

A table keeps its physical name through renames and swaps; replacing a table makes a new one beside it, so that a
statement which took the old state goes on reading the old rows. Old tables are purged when nobody can read them.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
from fakesnow import macros

STORE = "store"
# fakesnow's translations still write lambdas with an arrow, which DuckDB 2 only reads on request.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {"lambda_syntax": "ENABLE_SINGLE_ARROW"}


class Storage:
    """Connections to the store, copies of tables, and the purge of what nobody reads any more."""

    def __init__(self, directory: Path | None) -> None:
        self._root = duckdb.connect(":memory:", config=_CONFIG)
        location = str(directory / "rows.duckdb") if directory else ":memory:"
        self._root.execute(f"ATTACH '{location.replace(chr(39), chr(39) * 2)}' AS {STORE}")
        self._root.execute(f"USE {STORE}")
        self._root.execute("SET GLOBAL TimeZone = 'UTC'")
        self._root.execute(macros.creation_sql(STORE))
        self._names = itertools.count(self._highest_number() + 1)
        self._clock = itertools.count(1)
        self._lock = threading.Lock()
        self._readers: dict[int, int] = {}
        self._retired: list[tuple[int, str]] = []

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, for one session."""
        connection = self._root.cursor()
        connection.execute(f"USE {STORE}")
        return connection

    def new_name(self) -> str:
        """A physical name that no table has or had."""
        return f"T_{next(self._names)}"

    def tables(self) -> set[str]:
        """Physical names of all tables that exist."""
        rows = self.connect().execute(f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{STORE}'")
        return {name for (name,) in rows.fetchall() if name.startswith("T_")}

    def close(self) -> None:
        """Ends the engine; rows of a store on disk are then all in its file."""
        self._root.close()

    def _highest_number(self) -> int:
        return max((int(name[2:]) for name in self.tables()), default=0)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While this is open, tables that were there at its start are not purged."""
        with self._lock:
            ticket = next(self._clock)
            self._readers[ticket] = ticket
        try:
            yield
        finally:
            with self._lock:
                del self._readers[ticket]
            self.purge()

    def retire(self, names: Iterable[str]) -> None:
        """Marks tables that no new statement can name; they go when the statements of before are over."""
        with self._lock:
            now = next(self._clock)
            self._retired.extend((now, name) for name in names if name)

    def purge(self) -> None:
        """Drops the retired tables that no running statement can still read."""
        with self._lock:
            oldest = min(self._readers, default=next(self._clock))
            ready = [name for since, name in self._retired if since < oldest]
            self._retired = [(since, name) for since, name in self._retired if since >= oldest]
        if not ready:
            return
        connection = self.connect()
        for name in ready:
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')
        connection.close()


def copy_tables(connection: duckdb.DuckDBPyConnection, copies: Mapping[str, str]) -> None:
    """New tables with the columns, defaults, NOT NULLs and rows of others; physical names, source to target."""
    if not copies:
        return
    marks = ", ".join("?" for _ in copies)
    rows = connection.execute(
        f"SELECT table_name, sql FROM duckdb_tables() WHERE database_name = '{STORE}' AND table_name IN ({marks})",
        list(copies),
    ).fetchall()
    statements = {str(name): str(sql) for name, sql in rows}
    for source, target in copies.items():
        if source not in statements:
            raise duckdb.CatalogException(f"Table with name {source} does not exist")
        connection.execute(re.sub(r"^CREATE TABLE .*?\(", f'CREATE TABLE "{target}"(', statements[source], count=1))
        connection.execute(f'INSERT INTO "{target}" FROM "{source}"')
