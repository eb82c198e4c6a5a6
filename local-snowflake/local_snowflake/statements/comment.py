"""COMMENT ON …"""

from __future__ import annotations

from .kinds import OBJECT_KINDS, take_kind
from .model_objects import CommentOn
from .reader import TokenReader


def parse_comment(reader: TokenReader) -> CommentOn:
    """COMMENT [IF EXISTS] ON <kind> x IS '…'."""
    if_exists = reader.take("IF", "EXISTS")
    reader.expect("ON")
    kind = take_kind(reader, (*OBJECT_KINDS, "COLUMN"))
    if kind is None:
        raise reader.unknown("a kind of object")
    name = reader.name()
    reader.expect("IS")
    comment = reader.string()
    reader.finish()
    return CommentOn(kind, name, comment, if_exists)
