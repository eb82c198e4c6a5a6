"""Functions that mean something else in DuckDB, or that it does not have."""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlglot
from sqlglot import Expr, exp

from ..errors import not_supported
from .collations import replace_collate

_SIGNED_64_OFFSET = 2**63
_UNSIGNED_64 = 2**64


def replace_function(node: Expr) -> Expr:
    """One node, or what stands for it in DuckDB; for use with `transform`."""
    handler = _BY_CLASS.get(type(node))
    if handler is not None:
        return handler(node)
    if isinstance(node, exp.Anonymous):
        by_name = _BY_NAME.get(str(node.this).upper())
        if by_name is not None:
            return by_name(node)
    return node


def _hash_arguments(arguments: list[Expr]) -> Expr:
    """HASH of columns, where * stands for all of them (https://docs.snowflake.com/en/sql-reference/functions/hash)."""
    expanded: list[Expr] = []
    for argument in arguments:
        if isinstance(argument, exp.Star):
            expanded.append(sqlglot.parse_one("*COLUMNS(*)", read="duckdb"))
        elif isinstance(argument, exp.Column) and isinstance(argument.this, exp.Star):
            table = exp.to_identifier(argument.table, quoted=True).sql(dialect="duckdb")
            expanded.append(sqlglot.parse_one(f"*COLUMNS({table}.*)", read="duckdb"))
        else:
            expanded.append(argument)
    return exp.Anonymous(this="HASH", expressions=expanded)


def _cast(node: Expr, to: str) -> exp.Cast:
    return exp.Cast(this=node, to=exp.DataType.build(to, dialect="duckdb"))


def _signed(unsigned: Expr) -> Expr:
    """The engine's hashes are unsigned, Snowflake's are signed 64-bit numbers."""
    shifted = exp.Sub(this=_cast(unsigned, "HUGEINT"), expression=exp.Literal.number(_SIGNED_64_OFFSET))
    return _cast(exp.Paren(this=shifted), "BIGINT")


def _hash(node: Expr) -> Expr:
    if node.meta.get("engine_hash"):
        return node
    inner = _hash_arguments(node.expressions)
    inner.meta["engine_hash"] = True
    return _signed(inner)


def _hash_agg(node: Expr) -> Expr:
    """HASH_AGG: one number for a multiset of rows, 0 for none; its values are not Snowflake's own.

    https://docs.snowflake.com/en/sql-reference/functions/hash_agg
    """
    arguments = [node.this, *node.expressions]
    distinct = isinstance(node.this, exp.Distinct)
    inner = _hash_arguments(node.this.expressions if distinct else arguments)
    inner.meta["engine_hash"] = True
    wide = _cast(inner, "HUGEINT")
    total = exp.Sum(this=exp.Distinct(expressions=[wide]) if distinct else wide)
    rest = exp.Mod(this=total, expression=exp.Literal.number(_UNSIGNED_64))
    shifted = exp.Sub(this=exp.Paren(this=rest), expression=exp.Literal.number(_SIGNED_64_OFFSET))
    return exp.Coalesce(this=_cast(exp.Paren(this=shifted), "BIGINT"), expressions=[exp.Literal.number(0)])


def _first_by(node: Expr) -> Expr:
    """MIN_BY and MAX_BY with a third argument give an ARRAY (https://docs.snowflake.com/en/sql-reference/functions/min_by)."""
    if not node.args.get("count") or (isinstance(node.parent, exp.Anonymous) and node.parent.name == "TO_JSON"):
        return node
    return exp.Anonymous(this="TO_JSON", expressions=[node.copy()])


def _divide(node: Expr) -> Expr:
    """Division by zero is an error in Snowflake (100051), infinity in DuckDB."""
    divisor = node.expression
    if isinstance(divisor, exp.Literal) and divisor.is_number and float(divisor.this) != 0:
        return node
    if isinstance(divisor, exp.Case) and divisor.meta.get("checked_divisor"):
        return node
    is_zero = exp.EQ(this=divisor.copy(), expression=exp.Literal.number(0))
    failure = exp.Anonymous(this="ERROR", expressions=[exp.Literal.string("Division by zero")])
    checked = exp.Case(ifs=[exp.If(this=is_zero, true=failure)], default=divisor.copy())
    checked.meta["checked_divisor"] = True
    node.set("expression", checked)
    return node


def _row_numbers(node: Expr) -> Expr:
    """SEQ1 to SEQ8: row numbers from 0 (https://docs.snowflake.com/en/sql-reference/functions/seq1).

    In a query over GENERATOR that is the generator's own column, which may stand inside a window too.
    """
    query = node.find_ancestor(exp.Select)
    source = query.args.get("from_") if query else None
    if source is not None and _is_generator(source.this):
        return exp.column("range")
    window = exp.Window(this=exp.RowNumber())
    return exp.Paren(this=exp.Sub(this=window, expression=exp.Literal.number(1)))


def _is_generator(source: Expr) -> bool:
    call = source.this
    if isinstance(call, exp.Anonymous):
        return call.name.upper() in ("GENERATOR", "RANGE")
    return isinstance(call, exp.Generator)


def _generator(node: Expr) -> Expr:
    """TABLE(GENERATOR(ROWCOUNT => n)) (https://docs.snowflake.com/en/sql-reference/functions/generator)."""
    call = node.this
    if not isinstance(call, exp.Generator | exp.Anonymous) or (
        call.key != "generator" and call.name.upper() != "GENERATOR"
    ):
        return node
    count = call.args.get("rowcount")
    for argument in call.args.get("expressions") or []:
        if isinstance(argument, exp.Kwarg) and argument.this.name.upper() == "ROWCOUNT":
            count = argument.expression
    if count is None:
        return node
    if isinstance(count, exp.Kwarg):
        count = count.expression
    return exp.Table(this=exp.Anonymous(this="RANGE", expressions=[count.copy()]), alias=node.args.get("alias"))


# Parts of a format model, longest first, and strftime's (https://docs.snowflake.com/en/sql-reference/date-time-input-output).
_FORMAT_PARTS = {
    "YYYY": "%Y",
    "MMMM": "%B",
    "HH24": "%H",
    "HH12": "%I",
    "MON": "%b",
    "FF3": "%g",
    "FF6": "%f",
    "YY": "%y",
    "MM": "%m",
    "DD": "%d",
    "DY": "%a",
    "MI": "%M",
    "SS": "%S",
    "FF": "%n",
    "AM": "%p",
    "PM": "%p",
    # No element of a format: Snowflake copies it, and dbt's catalog query relies on that.
    "UTC": "UTC",
}
_FORMAT_PART = re.compile("|".join(_FORMAT_PARTS) + r"|[A-Za-z]+|.", re.DOTALL | re.IGNORECASE)


def _to_char(node: Expr) -> Expr:
    """TO_CHAR of a date or time with a format, which DuckDB's translation would drop silently."""
    wanted = node.args.get("format")
    if wanted is None:
        return node
    return _formatted(node, _literal_text(wanted))


def _literal_text(node: Expr) -> str:
    """The text of a literal, or of several put together by ||."""
    if isinstance(node, exp.DPipe):
        return _literal_text(node.this) + _literal_text(node.expression)
    if not (isinstance(node, exp.Literal) and node.is_string):
        raise not_supported(f"TO_CHAR with the format {node.sql(dialect='snowflake')}, which is not a literal")
    return str(node.this)


def _formatted(node: Expr, wanted: str) -> Expr:
    pattern = ""
    for part in _FORMAT_PART.findall(wanted):
        if part.upper() not in _FORMAT_PARTS and part.isalpha():
            raise not_supported(f"TO_CHAR with the format '{wanted}'")
        pattern += _FORMAT_PARTS.get(part.upper(), part.replace("%", "%%"))
    return exp.Anonymous(this="STRFTIME", expressions=[node.this.copy(), exp.Literal.string(pattern)])


_STRFTIME_CODE = re.compile(r"%-?[A-Za-z%]")


def _time_to_str(node: Expr) -> Expr:
    """TO_CHAR of what is known to be a date: sqlglot translated a literal format and left what it does not know."""
    wanted = node.args["format"]
    if isinstance(wanted, exp.DPipe):
        return _formatted(node, _literal_text(wanted))
    if not isinstance(wanted, exp.Literal) or re.search("[A-Za-z]", _STRFTIME_CODE.sub("", wanted.name)):
        raise not_supported(f"TO_CHAR with the format {wanted.sql(dialect='snowflake')}")
    return node


def _with_time_zone(node: Expr) -> Expr:
    """TO_TIMESTAMP_TZ and TO_TIMESTAMP_LTZ of a value (https://docs.snowflake.com/en/sql-reference/functions/to_timestamp).

    sqlglot knows them with a literal and with a format; a number, which would mean seconds, the engine refuses to cast.
    """
    if len(node.expressions) != 1:
        return node
    # "… +0100" is a form that Snowflake reads (date-time-input-output) and DuckDB does not.
    arguments = [_cast(node.expressions[0], "VARCHAR"), *map(exp.Literal.string, (r" ?([+-]\d\d):?(\d\d)$", r"\1:\2"))]
    return _cast(exp.Anonymous(this="REGEXP_REPLACE", expressions=arguments), "TIMESTAMPTZ")


_BY_CLASS: dict[type[Expr], Callable[[Expr], Expr]] = {
    exp.HashAgg: _hash_agg,
    exp.ArgMin: _first_by,
    exp.ArgMax: _first_by,
    exp.Div: _divide,
    exp.TableFromRows: _generator,
    exp.Seq1: _row_numbers,
    exp.Seq2: _row_numbers,
    exp.Seq4: _row_numbers,
    exp.Seq8: _row_numbers,
    exp.ToChar: _to_char,
    exp.TimeToStr: _time_to_str,
    exp.Collate: replace_collate,
}
_BY_NAME = {"HASH": _hash, "TO_TIMESTAMP_TZ": _with_time_zone, "TO_TIMESTAMP_LTZ": _with_time_zone}
# The bare words are no column names in the engine, so that they get their brackets back.
_BARE_WORDS = ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "CURRENT_USER", "CURRENT_ROLE")


def name_outputs(tree: Expr) -> Expr:
    """Names every unnamed column of a query by its own text in upper case, as Snowflake does."""
    query = tree.expression if isinstance(tree, exp.Create | exp.Insert) else tree
    while isinstance(query, exp.Subquery | exp.SetOperation | exp.Paren):
        query = query.this
    if not isinstance(query, exp.Select):
        return tree
    for projection in list(query.expressions):
        if isinstance(projection, exp.Alias | exp.Column | exp.Star) or projection.is_star:
            continue
        name = projection.sql(dialect="snowflake").upper()
        name = f"{name}()" if name in _BARE_WORDS else name
        projection.replace(exp.alias_(projection.copy(), name, quoted=True))
    return tree
