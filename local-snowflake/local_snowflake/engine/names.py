"""Names to objects, with Snowflake's rules for what a name means and what a role may know of.

https://docs.snowflake.com/en/sql-reference/name-resolution
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..access import ActiveRoles
from ..access.privileges import can, can_see
from ..account.objects import AccountState, Database, Relation, Schema
from ..errors import SnowflakeError, does_not_exist, insufficient_privileges, invalid
from ..statements import Name

PUBLIC = "PUBLIC"
INFORMATION_SCHEMA = "INFORMATION_SCHEMA"


@dataclass(frozen=True)
class Names:
    """Where unqualified names are looked up: one state, the roles, and the current database and schema.

    `temporary` holds the session's temporary relations by schema id and name.
    """

    state: AccountState
    roles: ActiveRoles
    database: str | None
    schema: str | None
    temporary: Mapping[tuple[str, str], Relation]


@dataclass(frozen=True)
class Found:
    """A table or view with the containers it was found in."""

    database: Database
    schema: Schema
    relation: Relation

    @property
    def full_name(self) -> str:
        """DATABASE.SCHEMA.NAME, quoted where needed."""
        return str(Name((self.database.name, self.schema.name, self.relation.name)))


def parse_name(text: str) -> Name:
    """A possibly qualified name from its text: unquoted parts upper-cased, quoted ones exact."""
    try:
        table = exp.to_table(text, dialect="snowflake")
    except SqlglotError as error:
        raise invalid(f"syntax error: '{text}' is no object name") from error
    parts = [table.args.get("catalog"), table.args.get("db"), table.this]
    named = [part for part in parts if isinstance(part, exp.Identifier)]
    return Name(tuple(part.name if part.quoted else part.name.upper() for part in named))


def find_database(names: Names, name: str | None) -> Database:
    """The database of this name or the current one; 002003 if the role must not know of it."""
    wanted = name or names.database
    if wanted is None:
        raise SnowflakeError(
            "090105",
            "22000",
            "Cannot perform operation. This session does not have a current database. "
            "Call 'USE DATABASE', or use a qualified name.",
        )
    database = names.state.databases.get(wanted)
    if database is None or not can_see(names.state.access, names.roles, database.id):
        raise does_not_exist("Database", str(Name((wanted,))))
    return database


def split_schema_name(names: Names, name: Name) -> tuple[str, str]:
    """Database and schema name of a schema's name; the current database if it has no other part."""
    if len(name.parts) == 1:
        return find_database(names, None).name, name.last
    if len(name.parts) != 2:
        raise does_not_exist("Schema", str(name))
    return find_database(names, name.parts[0]).name, name.last


def find_schema(names: Names, database_name: str | None, schema_name: str | None) -> tuple[Database, Schema]:
    """The schema of this name or the current one; 002003 if the role must not know of it."""
    database = find_database(names, database_name)
    wanted = schema_name or (names.schema if database_name is None else PUBLIC)
    if wanted is None:
        raise SnowflakeError(
            "090106",
            "22000",
            "Cannot perform operation. This session does not have a current schema. "
            "Call 'USE SCHEMA', or use a qualified name.",
        )
    schema = database.schemas.get(wanted)
    if schema is None or not can_see(names.state.access, names.roles, schema.id):
        raise does_not_exist("Schema", str(Name((database.name, wanted))))
    return database, schema


def containers_of(names: Names, name: Name) -> tuple[Database, Schema]:
    """The database and schema that a table's name means, whether the table exists or not."""
    parts = name.parts
    if len(parts) > 3:
        raise does_not_exist("Object", str(name))
    database = parts[-3] if len(parts) == 3 else None
    schema = parts[-2] if len(parts) >= 2 else None
    return find_schema(names, database, schema)


def lookup_relation(names: Names, name: Name) -> Found | None:
    """The table or view of this name, None where there is none; a container that is not there is an error."""
    if len(name.parts) == 1:
        return _lookup_on_path(names, name.last)
    database, schema = containers_of(names, name)
    return _in_schema(names, database, schema, name.last)


def find_relation(names: Names, name: Name) -> Found:
    """The table or view of this name if the role may know of it; else 002003."""
    found = lookup_relation(names, name)
    if found is None or not (found.relation.temporary or can_see(names.state.access, names.roles, found.relation.id)):
        raise does_not_exist("Object", str(name))
    return found


def require_privilege(names: Names, found: Found, privilege: str) -> None:
    """Raises 003001 unless the roles hold the privilege; temporary objects belong to their session."""
    if found.relation.temporary:
        return
    if not can(names.state.access, names.roles, found.relation.id, privilege):
        raise insufficient_privileges(found.relation.kind, found.relation.name)


def _lookup_on_path(names: Names, name: str) -> Found | None:
    """An unqualified name: the current schema, then PUBLIC (the default search path)."""
    database, schema = find_schema(names, None, None)
    found = _in_schema(names, database, schema, name)
    public = database.schemas.get(PUBLIC)
    if found is None and public is not None and can_see(names.state.access, names.roles, public.id):
        found = _in_schema(names, database, public, name)
    return found


def _in_schema(names: Names, database: Database, schema: Schema, name: str) -> Found | None:
    relation = names.temporary.get((schema.id, name)) or schema.relations.get(name)
    return Found(database, schema, relation) if relation else None
