"""GRANT … and REVOKE …"""

from __future__ import annotations

from typing import Literal

from .kinds import OBJECT_KINDS, SINGULAR, take_kind
from .model_access import (
    Grantee,
    GrantOwnership,
    GrantPrivileges,
    GrantRole,
    OnMany,
    OnObject,
    RevokePrivileges,
    RevokeRole,
)
from .name import Name
from .reader import TokenReader


def parse_grant(reader: TokenReader) -> GrantPrivileges | GrantOwnership | GrantRole:
    """GRANT privileges | OWNERSHIP | ROLE | DATABASE ROLE …"""
    role_kind = _take_role_kind(reader)
    if role_kind:
        roles = reader.names()
        reader.expect("TO")
        to = read_grantee(reader, needs_kind=True)
        grant_option = reader.take("WITH", "GRANT", "OPTION")
        reader.finish()
        return GrantRole(role_kind, roles, to, grant_option)
    if reader.take("OWNERSHIP", "ON"):
        return _ownership(reader)
    privileges = _privileges(reader)
    on = _target(reader)
    reader.expect("TO")
    to = read_grantee(reader)
    grant_option = reader.take("WITH", "GRANT", "OPTION")
    reader.finish()
    return GrantPrivileges(privileges, on, to, grant_option)


def parse_revoke(reader: TokenReader) -> RevokePrivileges | RevokeRole:
    """REVOKE [GRANT OPTION FOR] privileges | ROLE | DATABASE ROLE … FROM …"""
    option_only = reader.take("GRANT", "OPTION", "FOR")
    role_kind = None if option_only else _take_role_kind(reader)
    if role_kind:
        roles = reader.names()
        reader.expect("FROM")
        from_role = read_grantee(reader, needs_kind=True)
        reader.finish()
        return RevokeRole(role_kind, roles, from_role)
    privileges = _privileges(reader)
    on = _target(reader)
    reader.expect("FROM")
    from_ = read_grantee(reader)
    cascade = reader.take("CASCADE")
    if not cascade:
        reader.take("RESTRICT")
    reader.finish()
    return RevokePrivileges(privileges, on, from_, option_only, cascade)


def _take_role_kind(reader: TokenReader) -> Literal["ROLE", "DATABASE ROLE"] | None:
    if reader.take("ROLE"):
        return "ROLE"
    return "DATABASE ROLE" if reader.take("DATABASE", "ROLE") else None


def _ownership(reader: TokenReader) -> GrantOwnership:
    on = _target(reader)
    reader.expect("TO")
    to = read_grantee(reader, needs_kind=True)
    current: Literal["COPY", "REVOKE"] | None = None
    if reader.take("COPY", "CURRENT", "GRANTS"):
        current = "COPY"
    elif reader.take("REVOKE", "CURRENT", "GRANTS"):
        current = "REVOKE"
    reader.finish()
    return GrantOwnership(on, to, current)


def _privileges(reader: TokenReader) -> tuple[str, ...]:
    found: list[str] = []
    words: list[str] = []
    while True:
        token = reader.peek()
        if token.word and token.word != "ON":
            words.append(token.word)
        elif words and (token.word == "ON" or reader.at_mark(",")):
            found.append(" ".join(words))
            words = []
        else:
            raise reader.unknown("a privilege")
        reader.position += 1
        if token.word == "ON":
            return tuple("ALL" if name == "ALL PRIVILEGES" else name for name in found)


def _target(reader: TokenReader) -> OnObject | OnMany:
    which: Literal["ALL", "FUTURE"] | None = None
    if reader.take("FUTURE"):
        which = "FUTURE"
    elif reader.at("ALL") and not reader.at_mark(".", 1) and reader.peek(1).word != "TO":
        reader.expect("ALL")
        which = "ALL"
    if which is None:
        return read_object(reader)
    kind = take_kind(reader, SINGULAR)
    if kind is None:
        raise reader.unknown("a kind of object in the plural")
    reader.expect("IN")
    if reader.take("SCHEMA"):
        return OnMany(which, SINGULAR[kind], "SCHEMA", reader.name())
    reader.expect("DATABASE")
    return OnMany(which, SINGULAR[kind], "DATABASE", reader.name())


def read_object(reader: TokenReader) -> OnObject:
    """ACCOUNT, or [kind] name; without a kind it is the table or view of that name."""
    if reader.at("ACCOUNT") and not reader.at_mark(".", 1):
        reader.expect("ACCOUNT")
        return OnObject("ACCOUNT", None)
    begin = reader.position
    kind = take_kind(reader, OBJECT_KINDS)
    if kind and (not reader.at_identifier() or reader.at("TO") or reader.at("FROM")):
        # A schema or table may be called like a kind: `grant select on task.t to r`.
        reader.position = begin
        kind = None
    name = reader.name()
    if kind in ("FUNCTION", "PROCEDURE"):
        return OnObject(kind, name, _arguments(reader))
    return OnObject(kind or "OBJECT", name)


def _arguments(reader: TokenReader) -> tuple[str, ...]:
    text = reader.bracketed_text().upper()
    return tuple(" ".join(part.split()) for part in text.split(",")) if text else ()


def read_grantee(reader: TokenReader, needs_kind: bool = False) -> Grantee:
    """[ROLE] x, DATABASE ROLE x, USER x or SHARE x. ROLE with a qualified name is a database role."""
    if reader.take("DATABASE", "ROLE"):
        return Grantee("DATABASE ROLE", reader.name())
    for kind in ("USER", "SHARE"):
        if reader.at(kind) and reader.at_identifier(1) and not reader.at(kind, "WITH"):
            reader.expect(kind)
            return Grantee(kind, reader.name())
    written = reader.at("ROLE") and reader.at_identifier(1) and not reader.at("ROLE", "WITH")
    if written:
        reader.expect("ROLE")
    elif needs_kind:
        raise reader.unknown("ROLE, DATABASE ROLE, USER or SHARE")
    name: Name = reader.name()
    return Grantee("ROLE" if len(name.parts) == 1 else "DATABASE ROLE", name)
