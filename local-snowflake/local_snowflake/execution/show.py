"""SHOW: which objects a statement is about, and the list of them.

https://docs.snowflake.com/en/sql-reference/sql/show: needs no warehouse; lists what the role has a privilege on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..access.privileges import can_see
from ..account.objects import Database
from ..engine.names import Names, find_database, find_relation, find_schema, split_schema_name
from ..errors import SnowflakeError, cannot_be_performed, not_supported
from ..show.columns import show_column_row
from ..show.containers import DATABASE_COLUMNS, SCHEMA_COLUMNS, TERSE_COLUMNS, Columns, Row, database_rows, schema_rows
from ..show.listed_rows import wanted_rows
from ..show.policies import POLICY_COLUMNS, policy_rows
from ..show.relations import (
    COLUMN_COLUMNS,
    KEY_COLUMNS,
    LISTED_COLUMNS,
    OBJECT_COLUMNS,
    TABLE_COLUMNS,
    VIEW_COLUMNS,
    Place,
    key_rows,
    listed_rows,
    relation_rows,
    visible,
    with_table_kinds,
)
from ..statements import Name, Show
from . import show_account
from .context import Context
from .result import Result, listing
from .row_counts import RowCounter

_TERSE_KINDS = ("SCHEMAS", "TABLES", "VIEWS", "OBJECTS")
_DROPPED_ON = ("dropped_on", "time")


def show(context: Context, statement: Show) -> Result:
    """SHOW <kind>; a container that is not there, or not for this role, is 002043."""
    try:
        columns, rows = _SHOWN.get(statement.kind, _show_listed)(context, statement)
    except SnowflakeError as error:
        if error.code == "002003":
            scope = statement.scope.name if statement.scope and statement.scope.name else statement.kind
            raise cannot_be_performed(str(scope)) from error
        raise
    if statement.terse and statement.kind in _TERSE_KINDS:
        columns = TERSE_COLUMNS
    if statement.history:
        columns = (columns[0], _DROPPED_ON, *columns[1:])
    return listing(columns, wanted_rows(statement, rows, _KEYS.get(statement.kind, "name")))


_KEYS = {"COLUMNS": "column_name", "PARAMETERS": "key", "PRIMARY KEYS": "column_name", "UNIQUE KEYS": "column_name"}


def _databases_in_scope(names: Names, statement: Show) -> list[Database]:
    scope = statement.scope
    if scope is not None and scope.kind != "ACCOUNT":
        return [find_database(names, scope.name.last if scope.name else None)]
    if scope is None and names.database is not None:
        return [find_database(names, None)]
    found = (names.state.databases[name] for name in sorted(names.state.databases))
    return [one for one in found if can_see(names.state.access, names.roles, one.id)]


def _places(names: Names, statement: Show) -> list[Place]:
    """The schemas that the statement is about."""
    scope = statement.scope
    if scope is not None and scope.name is not None and scope.kind in (None, "SCHEMA"):
        return _named_places(names, scope.name, scope.kind is None)
    if scope is not None and scope.kind in ("TABLE", "VIEW"):
        raise not_supported(f"SHOW {statement.kind} IN {scope.kind}")
    if (scope is None or scope.kind == "SCHEMA") and names.schema is not None:
        return [Place(*find_schema(names, None, None))]
    return [place for database in _databases_in_scope(names, statement) for place in _usable(names, database)]


def _named_places(names: Names, name: Name, may_be_database: bool) -> list[Place]:
    try:
        return [Place(*find_schema(names, *split_schema_name(names, name)))]
    except SnowflakeError:
        if may_be_database and len(name.parts) == 1:
            return _usable(names, find_database(names, name.last))
        raise


def _usable(names: Names, database: Database) -> list[Place]:
    access, roles = names.state.access, names.roles
    schemas = sorted(database.schemas.values(), key=lambda one: one.name)
    return [Place(database, schema) for schema in schemas if can_see(access, roles, schema.id)]


def _counter(context: Context, statement: Show) -> RowCounter | None:
    return None if statement.terse else RowCounter(context)


Shown = tuple[Columns, list[Row]]


def _show_schemas(context: Context, statement: Show) -> Shown:
    names = context.names
    return SCHEMA_COLUMNS, schema_rows(names, _databases_in_scope(names, statement), statement.history)


def _show_databases(context: Context, statement: Show) -> Shown:
    return DATABASE_COLUMNS, database_rows(context.names, statement.history)


def _show_relations(kinds: frozenset[str], columns: Columns) -> Callable[[Context, Show], Shown]:
    def shown(context: Context, statement: Show) -> Shown:
        places = _places(context.names, statement)
        counter = None if columns is VIEW_COLUMNS else _counter(context, statement)
        rows = relation_rows(context.names, places, kinds, counter, statement.history)
        return columns, with_table_kinds(rows) if columns is TABLE_COLUMNS else rows

    return shown


def _show_columns(context: Context, statement: Show) -> Shown:
    rows = [
        show_column_row(place, relation, column)
        for place, relation in _relations_in_scope(context, statement)
        for column in relation.columns
    ]
    return COLUMN_COLUMNS, rows


def _relations_in_scope(context: Context, statement: Show) -> list[tuple[Place, Any]]:
    scope, names = statement.scope, context.names
    if scope is not None and scope.name is not None and scope.kind in ("TABLE", "VIEW", None):
        try:
            found = find_relation(names, scope.name)
            return [(Place(found.database, found.schema), found.relation)]
        except SnowflakeError:
            if scope.kind is not None:
                raise
    return list(visible(names, _places(names, statement)))


def _show_keys(kind: str) -> Callable[[Context, Show], Shown]:
    return lambda context, statement: (KEY_COLUMNS, key_rows(_relations_in_scope(context, statement), kind))


def _show_listed(context: Context, statement: Show) -> Shown:
    kind = statement.kind.removesuffix("S") if not statement.kind.endswith("IES") else statement.kind[:-3] + "Y"
    return LISTED_COLUMNS, listed_rows(context.names, _places(context.names, statement), kind)


def _show_policies(kind: str) -> Callable[[Context, Show], Shown]:
    return lambda context, statement: (
        POLICY_COLUMNS,
        policy_rows(context.names, _places(context.names, statement), kind),
    )


def _show_functions(context: Context, statement: Show) -> Shown:
    """User functions cannot be created here, so there are none; a schema that is not there is still an error."""
    _places(context.names, statement)
    columns = ("created_on", "name", "schema_name", "is_builtin", "arguments", "description", "catalog_name")
    return tuple((name, "text") for name in columns), []


def _unsupported(_: Context, statement: Show) -> Shown:
    raise not_supported(f"SHOW {statement.kind}")


_SHOWN: dict[str, Callable[[Context, Show], Shown]] = {
    "SCHEMAS": _show_schemas,
    "DATABASES": _show_databases,
    "TABLES": _show_relations(frozenset(("TABLE",)), TABLE_COLUMNS),
    "VIEWS": _show_relations(frozenset(("VIEW",)), VIEW_COLUMNS),
    "OBJECTS": _show_relations(frozenset(("TABLE", "VIEW")), OBJECT_COLUMNS),
    "COLUMNS": _show_columns,
    "PRIMARY KEYS": _show_keys("PRIMARY KEY"),
    "UNIQUE KEYS": _show_keys("UNIQUE"),
    "USER FUNCTIONS": _show_functions,
    "USER PROCEDURES": _show_functions,
    "MASKING POLICIES": _show_policies("MASKING POLICY"),
    "ROW ACCESS POLICIES": _show_policies("ROW ACCESS POLICY"),
    "PARAMETERS": show_account.show_parameters,
    "WAREHOUSES": show_account.show_warehouses,
    "ROLES": show_account.show_roles,
    "DATABASE ROLES": show_account.show_database_roles,
    "USERS": show_account.show_users,
    "TRANSACTIONS": _unsupported,
    "LOCKS": _unsupported,
    "VARIABLES": _unsupported,
    "IMPORTED KEYS": _unsupported,
    "EXPORTED KEYS": _unsupported,
}
