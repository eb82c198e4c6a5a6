"""USE …, transactions, ALTER SESSION."""

from __future__ import annotations

from .model_session import Begin, Commit, Rollback, SetSessionParameters, UnsetSessionParameters, Use, UseSecondaryRoles
from .reader import TokenReader


def parse_use(reader: TokenReader) -> Use | UseSecondaryRoles:
    """USE ROLE | WAREHOUSE | DATABASE | SCHEMA x, USE x, USE SECONDARY ROLES …"""
    if reader.take("SECONDARY", "ROLES"):
        return _secondary_roles(reader)
    for kind in ("ROLE", "WAREHOUSE", "DATABASE", "SCHEMA"):
        if reader.at(kind) and not reader.at_mark(".", 1):
            reader.expect(kind)
            name = reader.name()
            reader.finish()
            return Use(kind, name)
    name = reader.name()
    reader.finish()
    return Use("DATABASE" if len(name.parts) == 1 else "SCHEMA", name)


def _secondary_roles(reader: TokenReader) -> UseSecondaryRoles:
    if reader.take("ALL"):
        found = UseSecondaryRoles("ALL")
    elif reader.take("NONE"):
        found = UseSecondaryRoles("NONE")
    else:
        found = UseSecondaryRoles(tuple(name.last for name in reader.names()))
    reader.finish()
    return found


def parse_begin(reader: TokenReader) -> Begin:
    """BEGIN [WORK | TRANSACTION] [NAME x]; a block of statements needs EXECUTE IMMEDIATE."""
    if not reader.take("TRANSACTION"):
        reader.take("WORK")
    label = reader.identifier() if reader.take("NAME") else None
    reader.finish()
    return Begin(label)


def parse_start(reader: TokenReader) -> Begin:
    """START TRANSACTION [NAME x]."""
    reader.expect("TRANSACTION")
    label = reader.identifier() if reader.take("NAME") else None
    reader.finish()
    return Begin(label)


def parse_commit(reader: TokenReader) -> Commit:
    """COMMIT [WORK]."""
    reader.take("WORK")
    reader.finish()
    return Commit()


def parse_rollback(reader: TokenReader) -> Rollback:
    """ROLLBACK [WORK]."""
    reader.take("WORK")
    reader.finish()
    return Rollback()


def parse_alter_session(reader: TokenReader) -> SetSessionParameters | UnsetSessionParameters:
    """ALTER SESSION SET … | UNSET …"""
    found: SetSessionParameters | UnsetSessionParameters
    if reader.take("UNSET"):
        found = UnsetSessionParameters(reader.words())
    else:
        reader.expect("SET")
        found = SetSessionParameters(reader.properties())
        if not found.parameters:
            raise reader.unknown("NAME = value")
    reader.finish()
    return found
