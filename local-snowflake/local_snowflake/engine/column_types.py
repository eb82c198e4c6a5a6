"""Types: the engine's to Snowflake's, in result sets and in what DESCRIBE shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

MAX_TEXT = 16777216
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_INTEGERS = frozenset(
    ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT", "UHUGEINT")
)
_CATALOG_TYPES = {
    "VARCHAR": f"VARCHAR({MAX_TEXT})",
    "DOUBLE": "FLOAT",
    "FLOAT": "FLOAT",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIME": "TIME(9)",
    "TIMESTAMP": "TIMESTAMP_NTZ(9)",
    "TIMESTAMP_NS": "TIMESTAMP_NTZ(9)",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP_TZ(9)",
    "BLOB": "BINARY(8388608)",
    "JSON": "VARIANT",
    "UUID": f"VARCHAR({MAX_TEXT})",
    '"NULL"': f"VARCHAR({MAX_TEXT})",
    "INTERVAL": f"VARCHAR({MAX_TEXT})",
}


@dataclass(frozen=True)
class ResultColumn:
    """One column of a result set; `type` is the protocol's word: fixed, real, text, boolean, date, timestamp_ntz, …"""

    name: str
    type: str
    precision: int | None = None
    scale: int | None = None
    length: int | None = None


def text_column(name: str) -> ResultColumn:
    """A column of text."""
    return ResultColumn(name, "text", length=MAX_TEXT)


def number_column(name: str) -> ResultColumn:
    """A column of whole numbers."""
    return ResultColumn(name, "fixed", 38, 0)


def timestamp_column(name: str) -> ResultColumn:
    """A column of moments with a time zone, as SHOW gives created_on."""
    return ResultColumn(name, "timestamp_ltz", 0, 9)


def result_column(name: str, engine_type: str) -> ResultColumn:
    """A result column from the engine's type text; nested values are sent as JSON text."""
    decimal = _DECIMAL.fullmatch(engine_type)
    if decimal:
        return ResultColumn(name, "fixed", int(decimal.group(1)), int(decimal.group(2)))
    if engine_type in _INTEGERS:
        return number_column(name)
    if engine_type in ("DOUBLE", "FLOAT"):
        return ResultColumn(name, "real")
    if engine_type == "BOOLEAN":
        return ResultColumn(name, "boolean")
    if engine_type == "DATE":
        return ResultColumn(name, "date")
    if engine_type == "TIME":
        return ResultColumn(name, "time", 0, 9)
    if engine_type.startswith("TIMESTAMP"):
        return ResultColumn(name, "timestamp_tz" if "ZONE" in engine_type else "timestamp_ntz", 0, 9)
    if engine_type == "BLOB":
        return ResultColumn(name, "binary", length=8388608)
    if engine_type == "JSON":
        return ResultColumn(name, "variant")
    if engine_type.endswith("]"):
        return ResultColumn(name, "array")
    if engine_type.startswith(("STRUCT", "MAP")):
        return ResultColumn(name, "object")
    return text_column(name)


def catalog_type(engine_type: str) -> str:
    """Snowflake's type of a column whose type the engine inferred, for example NUMBER(38,0) from BIGINT."""
    decimal = _DECIMAL.fullmatch(engine_type)
    if decimal:
        return f"NUMBER({decimal.group(1)},{decimal.group(2)})"
    if engine_type in _INTEGERS:
        return "NUMBER(38,0)"
    if engine_type.endswith("]"):
        return "ARRAY"
    if engine_type.startswith(("STRUCT", "MAP")):
        return "OBJECT"
    return _CATALOG_TYPES.get(engine_type, f"VARCHAR({MAX_TEXT})")


_Type = exp.DataType.Type
_DECLARED_TYPES = {
    _Type.DOUBLE: "FLOAT",
    _Type.FLOAT: "FLOAT",
    _Type.BOOLEAN: "BOOLEAN",
    _Type.DATE: "DATE",
    _Type.TIME: "TIME(9)",
    _Type.TIMESTAMP: "TIMESTAMP_NTZ(9)",
    _Type.TIMESTAMPNTZ: "TIMESTAMP_NTZ(9)",
    _Type.DATETIME: "TIMESTAMP_NTZ(9)",
    _Type.TIMESTAMPLTZ: "TIMESTAMP_LTZ(9)",
    _Type.TIMESTAMPTZ: "TIMESTAMP_TZ(9)",
    _Type.VARIANT: "VARIANT",
    _Type.OBJECT: "OBJECT",
    _Type.ARRAY: "ARRAY",
    _Type.VARBINARY: "BINARY(8388608)",
    _Type.BINARY: "BINARY(8388608)",
}
_DECLARED_INTEGERS = frozenset((_Type.INT, _Type.BIGINT, _Type.SMALLINT, _Type.TINYINT))


def declared_type(data_type: exp.DataType) -> str:
    """Snowflake's own text of a type written in CREATE or ALTER TABLE."""
    sizes = [parameter.this.name for parameter in data_type.expressions if isinstance(parameter, exp.DataTypeParam)]
    if data_type.this in _DECLARED_INTEGERS:
        return "NUMBER(38,0)"
    if data_type.this == _Type.DECIMAL:
        precision = sizes[0] if sizes else "38"
        return f"NUMBER({precision},{sizes[1] if len(sizes) > 1 else '0'})"
    if data_type.this in (_Type.VARCHAR, _Type.TEXT, _Type.CHAR, _Type.NCHAR, _Type.NVARCHAR):
        length = "1" if data_type.this in (_Type.CHAR, _Type.NCHAR) else str(MAX_TEXT)
        return f"VARCHAR({sizes[0] if sizes else length})"
    known = _DECLARED_TYPES.get(data_type.this)
    return known or data_type.sql(dialect="snowflake")
