"""Rows of SHOW SCHEMAS and SHOW DATABASES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ..access.privileges import can_see
from ..account.objects import Database, Schema
from ..engine.names import Names

Columns = tuple[tuple[str, str], ...]
Row = Mapping[str, Any]

SCHEMA_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("is_default", "text"),
    ("is_current", "text"),
    ("database_name", "text"),
    ("owner", "text"),
    ("comment", "text"),
    ("options", "text"),
    ("retention_time", "text"),
    ("owner_role_type", "text"),
)
TERSE_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("kind", "text"),
    ("database_name", "text"),
    ("schema_name", "text"),
)
DATABASE_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("is_default", "text"),
    ("is_current", "text"),
    ("origin", "text"),
    ("owner", "text"),
    ("comment", "text"),
    ("options", "text"),
    ("retention_time", "text"),
    ("kind", "text"),
    ("owner_role_type", "text"),
)


def owner_of(names: Names, object_id: str) -> str:
    """The owner's name as SHOW prints it; empty for what belongs to Snowflake itself."""
    securable = names.state.access.objects.get(object_id)
    return securable.owner.name if securable and securable.owner else ""


def schema_rows(names: Names, databases: Iterable[Database], history: bool) -> list[Row]:
    """Schemas that the role may see, by database and name; with HISTORY those that were dropped too."""
    rows: list[Row] = []
    for database in databases:
        rows += [
            _schema_row(names, database, schema, None)
            for schema in sorted(database.schemas.values(), key=lambda one: one.name)
            if can_see(names.state.access, names.roles, schema.id)
        ]
        if history:
            rows += [_schema_row(names, database, gone.thing, gone.dropped_on) for gone in database.dropped]
    return rows


def _schema_row(names: Names, database: Database, schema: Schema, dropped_on: datetime | None) -> Row:
    options = ["TRANSIENT"] * schema.transient + ["MANAGED ACCESS"] * schema.managed_access
    return {
        "created_on": schema.created_on,
        "dropped_on": dropped_on,
        "name": schema.name,
        "kind": None,
        "schema_name": None,
        "is_default": "N",
        "is_current": "Y" if (names.database, names.schema) == (database.name, schema.name) else "N",
        "database_name": database.name,
        "owner": owner_of(names, schema.id),
        "comment": schema.comment,
        "options": ", ".join(options),
        "retention_time": str(schema.retention_time),
        "owner_role_type": "ROLE",
    }


def database_rows(names: Names, history: bool) -> list[Row]:
    """Databases that the role may see."""
    rows: list[Row] = [
        _database_row(names, database, None)
        for database in sorted(names.state.databases.values(), key=lambda one: one.name)
        if can_see(names.state.access, names.roles, database.id)
    ]
    if history:
        rows += [_database_row(names, gone.thing, gone.dropped_on) for gone in names.state.dropped]
    return rows


def _database_row(names: Names, database: Database, dropped_on: datetime | None) -> Row:
    return {
        "created_on": database.created_on,
        "dropped_on": dropped_on,
        "name": database.name,
        "is_default": "N",
        "is_current": "Y" if names.database == database.name else "N",
        "origin": "",
        "owner": owner_of(names, database.id),
        "comment": database.comment,
        "options": "TRANSIENT" if database.transient else "",
        "retention_time": str(database.retention_time),
        "kind": "STANDARD",
        "owner_role_type": "ROLE",
    }
