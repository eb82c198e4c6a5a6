"""Collations: the specifications that the engine can follow, and its own names for them.

https://docs.snowflake.com/en/sql-reference/collation: `en-ci` compares without regard to case, `ai` without regard to
accents; HASH and HASH_AGG never look at a collation.
"""

from __future__ import annotations

import duckdb
import sqlglot
from sqlglot import Expr, exp

from ..errors import not_supported

NONE = "C"
"""The engine's name for comparing texts byte by byte."""

# Other locales, and orders of their own (upper and lower first, blanks, punctuation), the engine has not all of.
_ENGINE_NAMES = {
    "": NONE,
    "utf8": NONE,
    "en-ci": "NOCASE",
    "en-ai": "NOACCENT",
    "en-ci-ai": "NOCASE.NOACCENT",
}
_SPECIFICATIONS = {name: written for written, name in _ENGINE_NAMES.items() if name != NONE}


def engine_collation(specification: str) -> str:
    """The engine's COLLATE clause for a column with this specification, whose letters' case does not count."""
    return f'COLLATE "{_engine_name(specification)}"'


def _engine_name(specification: str) -> str:
    name = _ENGINE_NAMES.get(specification.lower())
    if name is None:
        raise not_supported(f"the collation '{specification}' (known: {', '.join(repr(one) for one in _ENGINE_NAMES)})")
    return name


def recorded(specification: str) -> str | None:
    """What the catalog says of a column with it; None: no collation."""
    return specification.lower() if specification.lower() in _SPECIFICATIONS.values() else None


def replace_collate(node: Expr) -> Expr:
    """COLLATE(text, specification) and `text COLLATE specification`."""
    if not isinstance(node.expression, exp.Literal):
        return node
    name = exp.to_identifier(_engine_name(node.expression.name), quoted=True)
    return exp.Paren(this=exp.Collate(this=node.this, expression=name))


def result_collations(engine: duckdb.DuckDBPyConnection, table: str) -> list[str | None]:
    """What the engine made of a query's collations: one for each column of the table that the query was stored in."""
    row = engine.execute("SELECT sql FROM duckdb_tables() WHERE table_name = ?", [table]).fetchone()
    assert row is not None
    schema = sqlglot.parse_one(str(row[0]), read="duckdb").this
    return [_collation_of(column) for column in schema.expressions if isinstance(column, exp.ColumnDef)]


def _collation_of(column: exp.ColumnDef) -> str | None:
    clause = column.find(exp.CollateColumnConstraint)
    if clause is None:
        return None
    return _SPECIFICATIONS.get(clause.this.sql(dialect="duckdb").upper().replace('"', ""))
