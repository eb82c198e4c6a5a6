"""CREATE …"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import cast

from .kinds import ACCOUNT_KINDS, LISTED_KINDS, take_kind
from .lexer import LEADING_BLANKS
from .model_objects import (
    AccountKind,
    CreateAccountObject,
    CreateDatabase,
    CreateListedObject,
    CreateSchema,
    CreateTableClone,
    PointInTime,
)
from .name import Name, PropertyValue, Statement
from .policy_text import parse_policy_text
from .reader import TokenReader

_CLONE_OPTIONS = (
    "IGNORE TABLES WITH INSUFFICIENT DATA RETENTION",
    "IGNORE HYBRID TABLES",
    "INCLUDE INTERNAL STAGES",
)
_ENGINE_WORDS = ("VIEW", "RECURSIVE", "FUNCTION", "AGGREGATE", "PROCEDURE")
"""How the rest of a CREATE begins that the SQL engine is to run."""


_TIMESTAMP = re.compile(
    r"TIMESTAMP\s*=>\s*'(?P<text>[^']*)'\s*::\s*(?P<type>TIMESTAMP(?:_(?:LTZ|NTZ|TZ))?)", re.IGNORECASE
)

_ENGINE_HEADER = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:LOCAL|GLOBAL)\s+)?(?:(?:TEMP|TEMPORARY|VOLATILE|TRANSIENT)\s+)?"
    r"(?:SECURE\s+)?(?:RECURSIVE\s+)?(TABLE|VIEW)\b",
    re.IGNORECASE,
)


def is_plain_create(sql: str) -> bool:
    """Whether this is surely a CREATE TABLE or VIEW for the SQL engine, told without tokenizing a long query."""
    blanks = LEADING_BLANKS.match(sql)
    header = _ENGINE_HEADER.match(sql, blanks.end() if blanks else 0)
    return header is not None and (header.group(1).upper() == "VIEW" or "clone" not in sql.lower())


def parse_create(reader: TokenReader) -> Statement | None:
    """CREATE of what the catalog keeps; None for tables from columns or queries, views, functions."""
    or_replace = reader.take("OR", "REPLACE")
    if reader.at("OR"):
        raise reader.unknown("CREATE or CREATE OR REPLACE")
    transient = reader.take("TRANSIENT")
    if reader.take("SCHEMA"):
        return _schema(reader, or_replace, transient)
    if not reader.at("DATABASE", "ROLE") and reader.take("DATABASE"):
        return _database(reader, or_replace, transient)
    if transient and reader.at("DYNAMIC", "TABLE"):
        return _listed(reader, or_replace)
    temporary = _take_temporary(reader)
    if reader.take("TABLE"):
        return _table_clone(reader, or_replace, transient, temporary)
    if transient:
        return None
    account_kind = take_kind(reader, ACCOUNT_KINDS)
    if account_kind:
        return _account_object(reader, account_kind, or_replace)
    listed = _listed(reader, or_replace)
    if listed is None and not any(reader.at(word) for word in _ENGINE_WORDS):
        raise reader.unknown("a kind of object that can be created here")
    return listed


def _take_if_not_exists(reader: TokenReader, or_replace: bool) -> bool:
    # https://docs.snowflake.com/en/sql-reference/sql/create-clone: the two are mutually exclusive.
    if or_replace and reader.at("IF", "NOT", "EXISTS"):
        raise reader.unknown("OR REPLACE without IF NOT EXISTS")
    return reader.take("IF", "NOT", "EXISTS")


def _take_temporary(reader: TokenReader) -> bool:
    if reader.at("LOCAL") or reader.at("GLOBAL"):
        reader.position += 1
    return reader.take("TEMPORARY") or reader.take("TEMP") or reader.take("VOLATILE")


def _schema(reader: TokenReader, or_replace: bool, transient: bool) -> CreateSchema:
    if_not_exists = _take_if_not_exists(reader, or_replace)
    name = reader.name()
    clone_of, clone_options = _clone_source(reader)
    managed_access = False
    properties: dict[str, PropertyValue] = {}
    while not reader.at_end:
        if reader.take("WITH", "MANAGED", "ACCESS"):
            managed_access = True
        elif reader.at("CLONE") and clone_of is None:
            clone_of, clone_options = _clone_source(reader)
        else:
            key, value = reader.property()
            properties[key] = value
    return CreateSchema(name, or_replace, transient, if_not_exists, clone_of, managed_access, properties, clone_options)


def _database(reader: TokenReader, or_replace: bool, transient: bool) -> CreateDatabase:
    if_not_exists = _take_if_not_exists(reader, or_replace)
    name = reader.name()
    clone_of, clone_options = _clone_source(reader)
    properties = reader.properties()
    reader.finish()
    return CreateDatabase(name, or_replace, transient, if_not_exists, clone_of, properties, clone_options)


def _clone_source(reader: TokenReader) -> tuple[Name | None, tuple[str, ...]]:
    if not reader.take("CLONE"):
        return None, ()
    source = reader.name()
    if _at_point(reader):
        raise reader.unknown("no Time Travel of a schema or database (it is not served here)")
    options: list[str] = []
    while option := take_kind(reader, _CLONE_OPTIONS):
        options.append(option)
    return source, tuple(options)


def _at_point(reader: TokenReader) -> bool:
    return (reader.at("AT") or reader.at("BEFORE")) and reader.at_mark("(", 1)


def _point_in_time(reader: TokenReader) -> PointInTime:
    """AT | BEFORE (TIMESTAMP => '…'::TIMESTAMP_TZ): https://docs.snowflake.com/en/sql-reference/constructs/at-before."""
    inclusive = reader.at("AT")
    wanted = (
        "(TIMESTAMP => '2020-01-31T00:00:00+00:00'::TIMESTAMP_TZ): a text with its offset, or without as TIMESTAMP_NTZ"
    )
    unknown = reader.unknown(wanted)
    reader.position += 1
    written = _TIMESTAMP.fullmatch(reader.bracketed_text())
    if written is None:
        raise unknown
    try:
        moment = datetime.fromisoformat(written["text"])
    except ValueError:
        raise unknown from None
    # Without an offset a TIMESTAMP_LTZ or _TZ is of the session's time zone, which the text does not tell; _NTZ is UTC.
    if (moment.tzinfo is None) != (written["type"].upper() in ("TIMESTAMP", "TIMESTAMP_NTZ")):
        raise unknown
    utc = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return PointInTime(int(utc.timestamp() * 1000), inclusive)


def _table_clone(reader: TokenReader, or_replace: bool, transient: bool, temporary: bool) -> CreateTableClone | None:
    if not any(token.word == "CLONE" for token in reader.tokens[:24]):
        return None
    if_not_exists = _take_if_not_exists(reader, or_replace)
    name = reader.name()
    if not reader.take("CLONE"):
        return None
    source = reader.name()
    point = _point_in_time(reader) if _at_point(reader) else None
    copy_grants = reader.take("COPY", "GRANTS")
    properties = reader.properties()
    copy_grants = copy_grants or reader.take("COPY", "GRANTS")
    reader.finish()
    return CreateTableClone(
        name, source, or_replace, transient, temporary, if_not_exists, copy_grants, properties, point
    )


def _account_object(reader: TokenReader, kind: str, or_replace: bool) -> CreateAccountObject:
    if_not_exists = _take_if_not_exists(reader, or_replace)
    name = reader.name()
    if kind == "WAREHOUSE":
        reader.take("WITH")
    properties = reader.properties()
    reader.finish()
    return CreateAccountObject(cast(AccountKind, kind), name, or_replace, if_not_exists, properties)


def _listed(reader: TokenReader, or_replace: bool) -> CreateListedObject | None:
    reader.take("TRANSIENT")
    reader.take("SECURE")
    kind = take_kind(reader, LISTED_KINDS)
    if kind is None:
        return None
    if_not_exists = _take_if_not_exists(reader, or_replace)
    name = reader.name()
    if kind in ("MASKING POLICY", "ROW ACCESS POLICY"):
        parse_policy_text(reader.source)  # Raises for what could never be applied.
    if kind == "TAG":
        # Values that a tag is limited to, several values and propagation are not served.
        if reader.at_property() and reader.peek().word == "COMMENT":
            reader.property()
        reader.finish()
    return CreateListedObject(kind, name, reader.source, or_replace, if_not_exists)
