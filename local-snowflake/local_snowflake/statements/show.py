"""SHOW … and DESCRIBE …"""

from __future__ import annotations

from .grant import read_grantee, read_object
from .kinds import OBJECT_KINDS, plural, take_kind
from .model_access import OnObject
from .model_session import Describe, Scope, Show, ShowFutureGrants, ShowGrants
from .name import Statement
from .reader import TokenReader

_SHOWN = (
    *(plural(kind) for kind in OBJECT_KINDS),
    "OBJECTS",
    "COLUMNS",
    "PRIMARY KEYS",
    "UNIQUE KEYS",
    "IMPORTED KEYS",
    "EXPORTED KEYS",
    "USER FUNCTIONS",
    "USER PROCEDURES",
    "PARAMETERS",
    "TRANSACTIONS",
    "LOCKS",
    "VARIABLES",
    "DATABASE ROLES",
)
_SCOPES = ("ACCOUNT", "DATABASE", "SCHEMA", "TABLE", "VIEW", "SESSION", "USER", "WAREHOUSE", "TASK")
_DESCRIBED = ("TABLE", "VIEW", "SCHEMA", "DATABASE", "USER", "WAREHOUSE")


def parse_show(reader: TokenReader) -> Statement:
    """SHOW GRANTS, or SHOW [TERSE] <kind> [HISTORY] [LIKE] [IN] [STARTS WITH] [LIMIT … [FROM]] in this order."""
    if reader.take("GRANTS"):
        return _grants(reader)
    if reader.take("FUTURE", "GRANTS"):
        return _future_grants(reader)
    terse = reader.take("TERSE")
    kind = take_kind(reader, _SHOWN)
    if kind is None:
        raise reader.unknown("a kind of object that SHOW lists here")
    history = reader.take("HISTORY")
    like = reader.string() if reader.take("LIKE") else None
    scope = _scope(reader) if reader.take("IN") or (kind == "PARAMETERS" and reader.take("FOR")) else None
    starts_with = reader.string() if reader.take("STARTS", "WITH") else None
    limit = reader.integer() if reader.take("LIMIT") else None
    limit_from = reader.string() if limit is not None and reader.take("FROM") else None
    reader.finish()
    return Show(kind, terse, history, like, scope, starts_with, limit, limit_from)


def _scope(reader: TokenReader) -> Scope:
    kind = None
    if not reader.at_mark(".", 1):
        kind = take_kind(reader, _SCOPES)
    ends = reader.at_end or reader.at("STARTS", "WITH") or (reader.at("LIMIT") and reader.peek(1).kind == "number")
    if kind is None:
        return Scope(None, reader.name())
    if ends or kind in ("ACCOUNT", "SESSION"):
        return Scope(kind, None)
    return Scope(kind, reader.name())


def _grants(reader: TokenReader) -> ShowGrants:
    on = to = of = None
    if reader.take("ON"):
        on = read_object(reader)
    elif reader.take("TO"):
        to = read_grantee(reader)
    elif reader.take("OF"):
        of = read_grantee(reader)
    limit = _limit(reader)
    return ShowGrants(on, to, of, limit)


def _future_grants(reader: TokenReader) -> ShowFutureGrants:
    if reader.take("TO"):
        to = read_grantee(reader)
        return ShowFutureGrants(None, to, _limit(reader))
    reader.expect("IN")
    kind = take_kind(reader, ("SCHEMA", "DATABASE"))
    if kind is None:
        raise reader.unknown("SCHEMA or DATABASE")
    container = OnObject(kind, reader.name())
    return ShowFutureGrants(container, None, _limit(reader))


def _limit(reader: TokenReader) -> int | None:
    limit = reader.integer() if reader.take("LIMIT") else None
    reader.finish()
    return limit


def parse_describe(reader: TokenReader) -> Describe:
    """DESCRIBE | DESC <kind> x [TYPE = COLUMNS]."""
    kind = take_kind(reader, _DESCRIBED)
    if kind is None:
        raise reader.unknown("TABLE, VIEW, SCHEMA, DATABASE, USER or WAREHOUSE")
    name = reader.name()
    if kind == "TABLE" and reader.take("TYPE"):
        reader.expect_mark("=")
        reader.expect("COLUMNS")
    reader.finish()
    return Describe(kind, name)
