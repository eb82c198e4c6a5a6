"""Snowflake SQL to a tree in DuckDB's dialect, by fakesnow's transformations; names in it are still logical.

fakesnow's cursor is not used: it maps one schema to one DuckDB schema, which cannot be renamed or swapped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

import sqlglot
from fakesnow import transforms
from sqlglot import Expr, exp
from sqlglot.errors import SqlglotError

from ..errors import invalid, not_supported
from . import functions

# sqlglot warns on every Snowflake property that DuckDB lacks; those are read from the tree before.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

Transform = Callable[[Expr], Expr]

# The order is fakesnow's (FakeSnowflakeCursor._transform): several of them rely on what an earlier one left.
_VALUE_TRANSFORMS: tuple[Transform, ...] = (
    transforms.current_version,
    transforms.semi_structured_types,
    transforms.try_parse_json,
    transforms.split,
    transforms.trim_cast_varchar,
    transforms.indices_to_json_extract,
    transforms.json_extract_cast_as_varchar,
    transforms.json_extract_cased_as_varchar,
    transforms.json_extract_precedence,
    transforms.flatten_value_cast_as_varchar,
    transforms.flatten,
    transforms.regex_replace,
    transforms.regex_substr,
    transforms.values_columns,
    transforms.to_date,
    transforms.timestamp_offsets,
    transforms.to_decimal,
    transforms.to_timestamp,
    transforms.to_variant,
    transforms.object_construct,
    transforms.timestamp_ntz,
    transforms.float_to_double,
    transforms.integer_precision,
    transforms.sample,
    transforms.array_size,
    transforms.random,
    transforms.array_agg_within_group,
    transforms.array_agg,
    transforms.object_agg,
    transforms.array_construct_etc,
    transforms.dateadd_date_cast,
    transforms.dateadd_string_literal_timestamp_cast,
    transforms.datediff_string_literal_timestamp_cast,
    transforms.haversine,
    transforms.hex_string,
    transforms.sha256,
    transforms.alias_in_join,
    transforms.alias_in_where,
)


def parse_sql(text: str) -> Expr:
    """One statement as a Snowflake tree, cached; copy it before changing it."""
    return _parse(text)


@lru_cache(maxsize=512)
def _parse(text: str) -> Expr:
    try:
        tree = sqlglot.parse_one(text, read="snowflake")
    except SqlglotError as error:
        plain = str(error).replace("\x1b[4m", "").replace("\x1b[0m", "")
        raise invalid(f"syntax error {plain}") from error
    if tree is None or isinstance(tree, exp.Command):
        raise not_supported(f"this statement: {text.strip()[:300]}")
    return tree


def translate(tree: Expr) -> Expr:
    """A copy of a Snowflake tree in DuckDB's dialect: unquoted names upper-cased, functions and types replaced."""
    result = tree.copy()
    try:
        result = result.transform(lambda node: transforms.identifier(node, None), copy=False)
        result = result.transform(transforms.upper_case_unquoted_identifiers, copy=False)
        result = result.transform(functions.replace_function, copy=False)
        for transform in _VALUE_TRANSFORMS:
            result = result.transform(transform, copy=False)
    except NotImplementedError as error:
        raise not_supported(str(error)) from error
    return result


@lru_cache(maxsize=512)
def translated(text: str) -> Expr:
    """The translated tree of a statement's text, cached; copy it before changing it."""
    return translate(functions.name_outputs(parse_sql(text).copy()))


def to_duckdb(tree: Expr) -> str:
    """The text that the engine runs."""
    return tree.sql(dialect="duckdb")
