"""Results in the protocol's JSON form, which both drivers read.

Booleans are "1" and "0", dates days since 1970, times and timestamps seconds with nine decimals, a time zone is its
offset in minutes plus 1440 (https://github.com/snowflakedb/snowflake-connector-nodejs, lib/connection/result).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from ..engine.column_types import ResultColumn

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_DAY_ZERO = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


def rowtype(columns: Sequence[ResultColumn]) -> list[dict[str, Any]]:
    """Column descriptions for the reply."""
    return [
        {
            "name": column.name, "database": "", "schema": "", "table": "", "nullable": True, "type": column.type,
            "precision": column.precision, "scale": column.scale, "length": column.length,
            "byteLength": column.length, "collation": None,
        }
        for column in columns
    ]  # fmt: skip


def rowset(columns: Sequence[ResultColumn], rows: Sequence[Sequence[Any]]) -> list[list[str | None]]:
    """Rows as arrays of text."""
    encoders = [_ENCODERS.get(column.type, _text) for column in columns]
    return [
        [None if value is None else encode(value) for encode, value in zip(encoders, row, strict=True)] for row in rows
    ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _boolean(value: Any) -> str:
    return "1" if value in (True, "true", "True") else "0"


def _date(value: Any) -> str:
    return str(value.toordinal() - _DAY_ZERO)


def _time(value: time) -> str:
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return f"{seconds}.{value.microsecond:06d}000"


def _seconds(moment: datetime) -> str:
    """Epoch seconds; the engine's moments before 1970 count down, with a fraction that counts up."""
    microseconds = (moment - _EPOCH) // _MICROSECOND
    sign = "-" if microseconds < 0 else ""
    whole, fraction = divmod(abs(microseconds), 1_000_000)
    return f"{sign}{whole}.{fraction:06d}000"


def _timestamp_ntz(value: datetime) -> str:
    return _seconds(value.replace(tzinfo=timezone.utc))


def _timestamp_ltz(value: datetime) -> str:
    return _seconds(value.astimezone(timezone.utc))


def _timestamp_tz(value: datetime) -> str:
    return f"{_seconds(value.astimezone(timezone.utc))} 1440"


def _binary(value: bytes) -> str:
    return value.hex().upper()


def _number(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _real(value: Any) -> str:
    return repr(float(value))


def _semi_structured(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


_ENCODERS: dict[str, Callable[[Any], str]] = {
    "fixed": _number,
    "real": _real,
    "boolean": _boolean,
    "date": _date,
    "time": _time,
    "timestamp_ntz": _timestamp_ntz,
    "timestamp_ltz": _timestamp_ltz,
    "timestamp_tz": _timestamp_tz,
    "binary": _binary,
    "variant": _semi_structured,
    "object": _semi_structured,
    "array": _semi_structured,
}
