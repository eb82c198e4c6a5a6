"""ALTER …"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .kinds import take_kind
from .model_access import AddAccessToken, RemoveAccessToken
from .model_objects import (
    AlterClustering,
    CommentColumns,
    RenameObject,
    SetManagedAccess,
    SetProperties,
    SwapObjects,
    UnsetProperties,
)
from .model_session import AlterWarehouse
from .name import Name, Statement
from .policies import parse_policy_change
from .reader import TokenReader
from .session import parse_alter_session
from .tags import parse_tag_change

_ALTERED = ("SCHEMA", "DATABASE", "TABLE", "VIEW", "ROLE", "DATABASE ROLE", "USER", "WAREHOUSE")
_SWAPPED = ("SCHEMA", "DATABASE", "TABLE")


def parse_alter(reader: TokenReader) -> Statement | None:
    """ALTER <kind> x …; None for changes of a table's columns, which the SQL engine makes."""
    if reader.take("SESSION"):
        return parse_alter_session(reader)
    kind = take_kind(reader, _ALTERED)
    if kind is None:
        raise reader.unknown("SESSION or a kind of object that can be altered here")
    if_exists = reader.take("IF", "EXISTS")
    if kind in _UNNAMED and _UNNAMED[kind](reader):
        return _OWN_ACTIONS[kind](reader, None, if_exists)
    name = reader.name()
    about_tags = parse_tag_change(reader, kind, name, if_exists) if kind in ("TABLE", "VIEW") else None
    if about_tags is not None:
        return about_tags
    return _shared_action(reader, kind, name, if_exists) or _own_action(reader, kind, name, if_exists)


def _own_action(reader: TokenReader, kind: str, name: Name, if_exists: bool) -> Statement | None:
    if kind not in _OWN_ACTIONS:
        raise reader.unknown("RENAME TO, SET or UNSET")
    return _OWN_ACTIONS[kind](reader, name, if_exists)


def _shared_action(reader: TokenReader, kind: str, name: Name, if_exists: bool) -> Statement | None:
    found: Statement
    if reader.take("RENAME", "TO"):
        found = RenameObject(kind, name, reader.name(), if_exists)
    elif kind in _SWAPPED and reader.take("SWAP", "WITH"):
        found = SwapObjects(kind, name, reader.name(), if_exists)
    elif reader.take("SET"):
        found = _set(reader, kind, name, if_exists)
    elif reader.take("UNSET"):
        found = UnsetProperties(kind, name, reader.words(), if_exists)
    else:
        return None
    reader.finish()
    return found


def _set(reader: TokenReader, kind: str, name: Name, if_exists: bool) -> SetProperties:
    if kind == "VIEW" and reader.take("SECURE"):
        return SetProperties(kind, name, {"SECURE": True}, if_exists)
    properties = reader.properties()
    if not properties:
        raise reader.unknown("NAME = value")
    return SetProperties(kind, name, properties, if_exists)


# ---- actions of one kind only


def _schema(reader: TokenReader, name: Name | None, if_exists: bool) -> Statement:
    assert name is not None
    enabled = reader.take("ENABLE")
    if not enabled:
        reader.expect("DISABLE")
    reader.expect("MANAGED", "ACCESS")
    reader.finish()
    return SetManagedAccess(name, enabled, if_exists)


def _table(reader: TokenReader, name: Name | None, if_exists: bool) -> Statement | None:
    assert name is not None
    about_policies = parse_policy_change(reader, "TABLE", name, if_exists)
    if about_policies is not None:
        return about_policies
    for action in ("SUSPEND RECLUSTER", "RESUME RECLUSTER", "DROP CLUSTERING KEY"):
        if take_kind(reader, (action,)):
            reader.finish()
            return AlterClustering(name, action, "", if_exists)
    if reader.take("CLUSTER", "BY"):
        keys = reader.bracketed_text()
        reader.finish()
        return AlterClustering(name, "CLUSTER BY", keys, if_exists)
    if reader.at("ALTER") or reader.at("MODIFY"):
        return _columns(reader, "TABLE", name, if_exists)
    if reader.at("ADD") or reader.at("DROP"):
        if reader.peek(1).word in ("SEARCH", "ROW", "AGGREGATION", "STORAGE", "DATA", "CONTACT", "ALL"):
            raise reader.unknown("a change of columns or constraints")
        return None
    if reader.at("RENAME", "COLUMN"):
        return None
    raise reader.unknown("a change of the table that is known here")


def _view(reader: TokenReader, name: Name | None, if_exists: bool) -> Statement:
    assert name is not None
    found = parse_policy_change(reader, "VIEW", name, if_exists) or _columns(reader, "VIEW", name, if_exists)
    if found is None:
        raise reader.unknown("a change of the view that is known here")
    return found


def _columns(reader: TokenReader, kind: str, name: Name, if_exists: bool) -> CommentColumns | None:
    """ALTER [COLUMN] a COMMENT '…' [, [COLUMN] b COMMENT '…']; None when the first change is no comment."""
    begin = reader.position
    if not (reader.take("ALTER") or reader.take("MODIFY")):
        raise reader.unknown("ALTER or MODIFY")
    bracketed = reader.take_mark("(")
    comments: list[tuple[str, str | None]] = []
    while True:
        reader.take("COLUMN")
        column = reader.identifier()
        if reader.take("UNSET", "COMMENT"):
            comments.append((column, None))
        elif reader.take("COMMENT"):
            comments.append((column, reader.string()))
        elif comments:
            raise reader.unknown("COMMENT '…', as for the columns before")
        else:
            reader.position = begin
            return None
        if not reader.take_mark(","):
            break
    if bracketed:
        reader.expect_mark(")")
    reader.finish()
    return CommentColumns("VIEW" if kind == "VIEW" else "TABLE", name, tuple(comments), if_exists)


def _user(reader: TokenReader, name: Name | None, if_exists: bool) -> Statement:
    found: Statement
    if _take_token_words(reader, "ADD"):
        found = AddAccessToken(name, reader.name(), reader.properties())
    elif _take_token_words(reader, "REMOVE"):
        found = RemoveAccessToken(name, reader.name())
    else:
        raise reader.unknown("SET, UNSET, RENAME TO, ADD or REMOVE PROGRAMMATIC ACCESS TOKEN")
    reader.finish()
    return found


def _take_token_words(reader: TokenReader, verb: str) -> bool:
    return reader.take(verb, "PROGRAMMATIC", "ACCESS", "TOKEN") or reader.take(verb, "PAT")


def _at_token_words(reader: TokenReader) -> bool:
    verb = reader.peek().word
    return verb in ("ADD", "REMOVE") and (reader.at(verb, "PROGRAMMATIC") or reader.at(verb, "PAT"))


def _warehouse(reader: TokenReader, name: Name | None, if_exists: bool) -> Statement:
    if_suspended = False
    if reader.take("RESUME"):
        if_suspended = reader.take("IF", "SUSPENDED")
        found = AlterWarehouse(name, "RESUME", if_exists, if_suspended)
    elif reader.take("SUSPEND"):
        found = AlterWarehouse(name, "SUSPEND", if_exists)
    else:
        reader.expect("ABORT", "ALL", "QUERIES")
        found = AlterWarehouse(name, "ABORT ALL QUERIES", if_exists)
    reader.finish()
    return found


def _at_warehouse_action(reader: TokenReader) -> bool:
    last = reader.at_end or reader.position + 1 == len(reader.tokens)
    return last and (reader.at("SUSPEND") or reader.at("RESUME"))


_OWN_ACTIONS: Mapping[str, Callable[[TokenReader, Name | None, bool], Statement | None]] = {
    "SCHEMA": _schema,
    "TABLE": _table,
    "VIEW": _view,
    "USER": _user,
    "WAREHOUSE": _warehouse,
}

_UNNAMED: Mapping[str, Callable[[TokenReader], bool]] = {
    "USER": _at_token_words,
    "WAREHOUSE": _at_warehouse_action,
}
"""Kinds whose name may be left out (the current user or warehouse), with how to see that it was."""
