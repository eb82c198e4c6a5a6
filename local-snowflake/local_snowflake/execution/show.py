"""SHOW: which objects a statement is about, and the list of them.

https://docs.snowflake.com/en/sql-reference/sql/show: needs no warehouse; lists what the role has a privilege on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..access import listing as grant_rows
from ..access.privileges import can_see, can_use
from ..account.objects import Database
from ..engine.names import Names, find_database, find_relation, find_schema, split_schema_name
from ..errors import SnowflakeError, cannot_be_performed, not_supported
from ..session.parameters import PARAMETERS
from ..show.columns import show_column_row
from ..show.containers import DATABASE_COLUMNS, SCHEMA_COLUMNS, TERSE_COLUMNS, Columns, Row, database_rows, schema_rows
from ..show.listed_rows import wanted_rows
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
from ..statements import Grantee, Name, Show, ShowFutureGrants, ShowGrants
from .context import Context
from .queries import run_engine
from .result import Result, listing
from .securables import id_of, name_lookup, principal_of

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
    return [Place(database, schema) for schema in schemas if can_use(access, roles, schema.id)]


def _counter(context: Context, statement: Show) -> Callable[[list[str]], Mapping[str, int]] | None:
    if statement.terse:
        return None

    def count(physical: list[str]) -> Mapping[str, int]:
        if not physical:
            return {}
        parts = (f"SELECT '{name}', count(*) FROM \"{name}\"" for name in physical)
        return {str(name): int(size) for name, size in run_engine(context, " UNION ALL ".join(parts)).fetchall()}

    return count


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


def _show_functions(context: Context, statement: Show) -> Shown:
    """User functions cannot be created here, so there are none; a schema that is not there is still an error."""
    _places(context.names, statement)
    columns = ("created_on", "name", "schema_name", "is_builtin", "arguments", "description", "catalog_name")
    return tuple((name, "text") for name in columns), []


def _show_parameters(context: Context, statement: Show) -> Shown:
    if statement.scope is not None and statement.scope.kind not in (None, "SESSION"):
        raise not_supported(f"SHOW PARAMETERS IN {statement.scope.kind}")
    own = context.session.parameters
    rows: list[Row] = [
        {
            "key": name,
            "value": own.get(name, default),
            "default": default,
            "level": "SESSION" if name in own else "",
            "description": description,
            "type": kind,
        }
        for name, (default, kind, description) in sorted(PARAMETERS.items())
    ]
    columns = ("key", "value", "default", "level", "description", "type")
    return tuple((name, "text") for name in columns), rows


def _show_warehouses(context: Context, _: Show) -> Shown:
    columns = (("name", "text"), ("state", "text"), ("type", "text"), ("size", "text"), ("is_current", "text"),
               ("created_on", "time"), ("comment", "text"))  # fmt: skip
    rows: list[Row] = [
        {
            "name": one.name, "state": "STARTED", "type": "STANDARD", "size": one.size,
            "is_current": "Y" if one.name == context.session.warehouse else "N",
            "created_on": one.created_on, "comment": one.comment,
        }
        for one in context.state.warehouses.values()
    ]  # fmt: skip
    return columns, rows


def _show_roles(context: Context, _: Show) -> Shown:
    columns = (("created_on", "time"), ("name", "text"), ("is_current", "text"), ("owner", "text"), ("comment", "text"))
    rows: list[Row] = [
        {
            "created_on": one.created_on, "name": one.principal.name,
            "is_current": "Y" if one.principal == context.session.role else "N",
            "owner": one.owner.name if one.owner else "", "comment": "",
        }
        for one in context.state.access.objects.values()
        if one.kind == "ROLE" and one.principal is not None and not one.dropped
    ]  # fmt: skip
    return columns, sorted(rows, key=lambda row: str(row["name"]))


def _show_users(context: Context, _: Show) -> Shown:
    columns = (("name", "text"), ("created_on", "time"), ("default_role", "text"), ("default_warehouse", "text"),
               ("type", "text"), ("disabled", "text"), ("has_password", "text"), ("has_rsa_public_key", "text"))  # fmt: skip
    rows: list[Row] = [
        {
            "name": one.name, "created_on": one.created_on, "default_role": one.default_role,
            "default_warehouse": one.default_warehouse, "type": one.type, "disabled": str(one.disabled).lower(),
            "has_password": str(bool(one.password_hash)).lower(),
            "has_rsa_public_key": str(bool(one.rsa_public_key)).lower(),
        }
        for one in context.state.users.values()
    ]  # fmt: skip
    return columns, sorted(rows, key=lambda row: str(row["name"]))


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
    "PARAMETERS": _show_parameters,
    "WAREHOUSES": _show_warehouses,
    "ROLES": _show_roles,
    "USERS": _show_users,
    "TRANSACTIONS": _unsupported,
    "LOCKS": _unsupported,
    "VARIABLES": _unsupported,
    "IMPORTED KEYS": _unsupported,
    "EXPORTED KEYS": _unsupported,
}

_GRANT_COLUMNS: Columns = (
    ("created_on", "time"), ("privilege", "text"), ("granted_on", "text"), ("name", "text"), ("granted_to", "text"),
    ("grantee_name", "text"), ("grant_option", "text"), ("granted_by", "text"),
)  # fmt: skip


def show_grants(context: Context, statement: ShowGrants) -> Result:
    """SHOW GRANTS ON | TO | OF; without any of them those of the current user."""
    names, access = context.names, context.state.access
    name_of = name_lookup(context.state)
    if statement.on is not None:
        object_id, _ = id_of(names, statement.on)
        rows = grant_rows.grants_on(access, object_id, name_of)
        return _limited((*_GRANT_COLUMNS, ("granted_by_role_type", "text")), rows, statement.limit)
    if statement.of is not None:
        rows = grant_rows.grants_of(access, principal_of(names, statement.of))
        columns = ("role", "granted_to", "grantee_name", "granted_by")
        return _limited((("created_on", "time"), *((name, "text") for name in columns)), rows, statement.limit)
    to = statement.to or Grantee("USER", Name((context.session.user,)))
    rows = grant_rows.grants_to(access, principal_of(names, to), name_of)
    columns_to = (_GRANT_COLUMNS[0], ("role", "text"), *_GRANT_COLUMNS[1:]) if to.kind == "USER" else _GRANT_COLUMNS
    return _limited(columns_to, rows, statement.limit)


_FUTURE_COLUMNS: Columns = (
    ("created_on", "time"), ("privilege", "text"), ("grant_on", "text"), ("name", "text"), ("grant_to", "text"),
    ("grantee_name", "text"), ("grant_option", "text"),
)  # fmt: skip


def show_future_grants(context: Context, statement: ShowFutureGrants) -> Result:
    """SHOW FUTURE GRANTS IN SCHEMA | DATABASE, or TO ROLE."""
    names, access = context.names, context.state.access
    name_of = name_lookup(context.state)
    if statement.in_ is not None:
        object_id, _ = id_of(names, statement.in_)
        return _limited(_FUTURE_COLUMNS, grant_rows.future_grants_in(access, object_id, name_of), statement.limit)
    assert statement.to is not None
    rows = grant_rows.future_grants_to(access, principal_of(names, statement.to), name_of)
    return _limited(_FUTURE_COLUMNS, rows, statement.limit)


def _limited(columns: Columns, rows: list[Any], limit: int | None) -> Result:
    return listing(columns, rows if limit is None else rows[:limit])
