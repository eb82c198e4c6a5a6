"""Queries: bound to the state of this moment, then run by the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import duckdb
from sqlglot import Expr, exp

from ..engine.binding import Binding, bind
from ..engine.collations import result_collations
from ..engine.column_types import result_column
from ..engine.names import Found, Names, containers_of
from ..engine.translate import to_duckdb, translated
from ..errors import from_engine, invalid
from ..statements import Name
from .context import Context
from .context_functions import context_value
from .engine_runs import outside_transaction, run_engine
from .inline_tables import InlineTables
from .result import Result

_PROBE = "collation_probe"


class BoundQuery:
    """A query ready to run; the tables made for it are gone when the block ends."""

    def __init__(self, context: Context, tree: Expr, inside: tuple[str, ...] = ()) -> None:
        """`inside` is the name of the view whose query this is: unqualified names then mean its schema."""
        self._context = context
        self._inside = inside
        self._inline = InlineTables(context)
        self._binding = Binding(
            self._inline.name_of, lambda names, node: context_value(context, names, node), self._check
        )
        self._tree = tree
        self.reads: list[Found] = []
        self.tree: Expr = tree

    def __enter__(self) -> BoundQuery:
        try:
            self.tree = bind(self._tree, self._names(), self._binding)
        except BaseException:
            self._inline.close()
            raise
        self.reads = self._binding.reads
        self._context.note_reads(self.reads)
        return self

    def __exit__(self, *_: object) -> None:
        self._inline.close()

    def _names(self) -> Names:
        names = self._context.names
        if not self._inside:
            return names
        database, schema = containers_of(names, Name(self._inside))
        return replace(names, database=database.name, schema=schema.name)

    def fetch(self) -> Result:
        """Runs the query and takes all of its rows."""
        with self._engine(self.reads) as engine:
            cursor = run_engine(self._context, to_duckdb(self.tree), engine)
            columns = tuple(result_column(column[0], str(column[1])) for column in cursor.description or [])
            return Result(columns, _fetch_rows(self._context, cursor))

    def describe(self) -> list[tuple[str, str]]:
        """Names and engine types of the columns, without running it."""
        with self._engine(self.reads) as engine:
            return describe(self._context, self.tree, engine)

    def collations(self) -> list[str | None]:
        """What the columns' texts are compared by, without running it; None where they have no collation."""
        if not any(column.collation for found in self.reads for column in found.relation.columns) and not any(
            self.tree.find_all(exp.Collate)
        ):
            return [None] * len(self.describe())
        engine = self._context.session.engine
        # Only of a table does the engine tell it.
        run_engine(
            self._context, f"CREATE TEMP TABLE {_PROBE} AS SELECT * FROM ({to_duckdb(self.tree)}) LIMIT 0", engine
        )
        try:
            return result_collations(engine, _PROBE)
        finally:
            run_engine(self._context, f"DROP TABLE temp.{_PROBE}", engine)

    @contextmanager
    def _engine(self, reads: list[Found]) -> Iterator[duckdb.DuckDBPyConnection]:
        """Where to read: in an open transaction only what it wrote itself is read in it.

        The engine's transaction sees the tables of its start; Snowflake's READ COMMITTED sees those that were committed
        before the statement began (https://docs.snowflake.com/en/sql-reference/transactions).
        """
        own = self._context.session.transaction.written
        if self._inline.used or any(found.relation.id in own for found in reads):
            yield self._context.session.engine
        else:
            with outside_transaction(self._context) as engine:
                yield engine

    def _check(self, view: Found, query: Expr, reads: list[Found]) -> None:
        """A view's column list is fixed when it is created; `select *` may give another number later.

        https://docs.snowflake.com/en/sql-reference/sql/create-view
        """
        if not _has_star(query):
            return
        key = (view.relation.id, tuple((found.relation.id, found.relation.columns) for found in reads))
        if key in self._context.account.checked_views:
            return
        with self._engine(reads) as engine:
            made = len(describe(self._context, query, engine))
        declared = len(view.relation.columns)
        if made != declared:
            raise invalid(
                f"View definition for '{view.full_name}' declared {declared} column(s), "
                f"but view query produces {made} column(s).",
                "002057",
                "42601",
            )
        self._context.account.checked_views.add(key)


def _has_star(query: Expr) -> bool:
    while isinstance(query, exp.Subquery | exp.SetOperation):
        query = query.this
    return isinstance(query, exp.Select) and query.is_star


def describe(context: Context, query: Expr, engine: duckdb.DuckDBPyConnection | None = None) -> list[tuple[str, str]]:
    """Names and engine types of a bound query's columns, without running it."""
    rows = run_engine(context, f"DESCRIBE {to_duckdb(query)}", engine).fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def run_query(context: Context) -> Result:
    """A SELECT, or anything else that only reads."""
    with BoundQuery(context, translated(context.text).copy()) as query:
        return query.fetch()


def describe_query(context: Context) -> Result:
    """A SELECT's columns and no rows, for describeOnly requests."""
    with BoundQuery(context, translated(context.text).copy()) as query:
        columns = query.describe()
    return Result(tuple(result_column(name, kind) for name, kind in columns), [])


def _fetch_rows(context: Context, cursor: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    try:
        return cursor.fetchall()
    except duckdb.Error as error:
        raise from_engine(error, context.text) from error
