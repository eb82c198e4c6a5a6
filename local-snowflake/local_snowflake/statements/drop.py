"""DROP … and UNDROP …"""

from __future__ import annotations

from .kinds import ACCOUNT_KINDS, ENGINE_KINDS, LISTED_KINDS, SERVED_KINDS, take_kind
from .model_objects import DropObject, UndropObject
from .reader import TokenReader


def parse_drop(reader: TokenReader) -> DropObject | None:
    """DROP <kind> [IF EXISTS] x [CASCADE | RESTRICT]; None for what the SQL engine keeps."""
    kind = take_kind(reader, SERVED_KINDS + ACCOUNT_KINDS + LISTED_KINDS + ENGINE_KINDS)
    if kind is None:
        raise reader.unknown("a kind of object that exists here")
    if kind in ENGINE_KINDS:
        return None
    if_exists = reader.take("IF", "EXISTS")
    name = reader.name()
    restrict = reader.take("RESTRICT")
    if not restrict:
        reader.take("CASCADE")
    reader.finish()
    return DropObject(kind, name, if_exists, restrict)


def parse_undrop(reader: TokenReader) -> UndropObject:
    """UNDROP <kind> x."""
    kind = take_kind(reader, SERVED_KINDS)
    if kind is None:
        raise reader.unknown("SCHEMA, TABLE, VIEW or DATABASE")
    name = reader.name()
    reader.finish()
    return UndropObject(kind, name)
