"""Snowflake SQL to a tree in DuckDB's dialect, by fakesnow's transformations; names in it are still logical.

fakesnow's cursor is not used: it maps one schema to one DuckDB schema, which cannot be renamed or swapped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import sqlglot
from fakesnow import transforms
from fakesnow.transforms.stage import LOCAL_BUCKET_PATH
from sqlglot import Expr, exp
from sqlglot.errors import SqlglotError

from ..errors import invalid, not_supported
from . import functions

# sqlglot warns on every Snowflake property that DuckDB lacks; those are read from the tree before.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

# fakesnow makes a folder for stages when it is imported and never removes it; stages are not served here.
Path(LOCAL_BUCKET_PATH).rmdir()

Transform = Callable[[Expr], Expr]

# The order is fakesnow's (FakeSnowflakeCursor._transform): several of them rely on what an earlier one left. Beside
# each are the nodes it looks for: passing over a tree that has none of them would cost as much as parsing it.
_VALUE_TRANSFORMS: tuple[tuple[Transform, tuple[type[Expr], ...]], ...] = (
    (transforms.current_version, (exp.CurrentVersion,)),
    (transforms.semi_structured_types, (exp.DataType,)),
    (transforms.try_parse_json, (exp.Anonymous,)),
    (transforms.split, (exp.Split,)),
    (transforms.trim_cast_varchar, (exp.Trim,)),
    (transforms.indices_to_json_extract, (exp.Bracket,)),
    (transforms.json_extract_cast_as_varchar, (exp.JSONExtract,)),
    (transforms.json_extract_cased_as_varchar, (exp.JSONExtract,)),
    (transforms.json_extract_precedence, (exp.JSONExtract, exp.JSONExtractScalar)),
    (transforms.flatten_value_cast_as_varchar, (exp.Explode,)),
    (transforms.flatten, (exp.Explode,)),
    (transforms.regex_replace, (exp.RegexpReplace,)),
    (transforms.regex_substr, (exp.RegexpExtract,)),
    (transforms.values_columns, (exp.Values,)),
    (transforms.to_date, (exp.Anonymous,)),
    (transforms.timestamp_offsets, (exp.Cast,)),
    (transforms.to_decimal, (exp.ToNumber,)),
    (transforms.to_timestamp, (exp.UnixToTime, exp.Anonymous, exp.Cast)),
    (transforms.to_variant, (exp.ToVariant,)),
    (transforms.object_construct, (exp.StarMap, exp.Struct, exp.JSONObject)),
    (transforms.timestamp_ntz, (exp.DataType,)),
    (transforms.float_to_double, (exp.DataType,)),
    (transforms.integer_precision, (exp.DataType,)),
    (transforms.sample, (exp.TableSample,)),
    (transforms.array_size, (exp.ArraySize,)),
    (transforms.random, (exp.Rand,)),
    (transforms.array_agg_within_group, (exp.WithinGroup,)),
    (transforms.array_agg, (exp.ArrayAgg,)),
    (transforms.object_agg, (exp.ObjectAgg,)),
    (transforms.array_construct_etc, (exp.ArrayConstructCompact, exp.Array, exp.ArrayConcat)),
    (transforms.dateadd_date_cast, (exp.DateAdd,)),
    (transforms.dateadd_string_literal_timestamp_cast, (exp.DateAdd,)),
    (transforms.datediff_string_literal_timestamp_cast, (exp.DateDiff,)),
    (transforms.haversine, (exp.Anonymous,)),
    (transforms.hex_string, (exp.HexString,)),
    (transforms.sha256, (exp.SHA2, exp.SHA2Digest, exp.Anonymous)),
    (transforms.alias_in_join, (exp.Join,)),
    (transforms.alias_in_where, (exp.Where,)),
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
        present = _node_types(result)
        for transform, looked_for in _VALUE_TRANSFORMS:
            if any(issubclass(kind, looked_for) for kind in present):
                result = result.transform(transform, copy=False)
                present = _node_types(result)
    except NotImplementedError as error:
        raise not_supported(str(error)) from error
    return result


def _node_types(tree: Expr) -> set[type[Expr]]:
    return {type(node) for node in tree.walk()}


@lru_cache(maxsize=512)
def translated(text: str) -> Expr:
    """The translated tree of a statement's text, cached; copy it before changing it."""
    return translate(functions.name_outputs(parse_sql(text).copy()))


def to_duckdb(tree: Expr) -> str:
    """The text that the engine runs."""
    return tree.sql(dialect="duckdb")
