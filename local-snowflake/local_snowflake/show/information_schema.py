"""Tables of INFORMATION_SCHEMA, as far as they are served: SCHEMATA, TABLES, VIEWS, COLUMNS, DATABASES,
TABLE_PRIVILEGES.

https://docs.snowflake.com/en/sql-reference/info-schema: only objects that the role may see are in them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..access.listing import grants_on
from ..access.privileges import can_see, has_any
from ..account.objects import Column, Database, Relation
from ..engine.names import Names
from ..execution.result import SELECT, Result, listing
from .columns import base_type, sizes
from .containers import owner_of
from .relations import CountRows, Place, estimated_bytes, visible


def information_schema_table(names: Names, database: Database, name: str, count: CountRows) -> Result | None:
    """The table's content now; None for a table that is not served."""
    if name == "TABLES":
        return _tables(names, database, count)
    make = _OTHERS.get(name)
    return make(names, database) if make else None


def _places(names: Names, database: Database) -> list[Place]:
    return [
        Place(database, schema)
        for schema in sorted(database.schemas.values(), key=lambda one: one.name)
        if can_see(names.state.access, names.roles, schema.id)
    ]


def _typed(columns: str, kinds: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, kinds.get(name, "text")) for name in columns.split())


_TIMES = {"CREATED": "time", "LAST_ALTERED": "time", "LAST_DDL": "time"}
_NUMBERS = dict.fromkeys(
    ("RETENTION_TIME", "ROW_COUNT", "BYTES", "ORDINAL_POSITION", "CHARACTER_MAXIMUM_LENGTH", "CHARACTER_OCTET_LENGTH",
     "NUMERIC_PRECISION", "NUMERIC_PRECISION_RADIX", "NUMERIC_SCALE", "DATETIME_PRECISION"), "number",
)  # fmt: skip
_KINDS = {**_TIMES, **_NUMBERS}


def _schemata(names: Names, database: Database) -> Result:
    columns = (
        "CATALOG_NAME SCHEMA_NAME SCHEMA_OWNER IS_TRANSIENT IS_MANAGED_ACCESS RETENTION_TIME CREATED LAST_ALTERED "
        "COMMENT"
    )
    rows = [
        {
            "CATALOG_NAME": database.name,
            "SCHEMA_NAME": place.schema.name,
            "SCHEMA_OWNER": owner_of(names, place.schema.id),
            "IS_TRANSIENT": _yes(place.schema.transient),
            "IS_MANAGED_ACCESS": _yes(place.schema.managed_access),
            "RETENTION_TIME": place.schema.retention_time,
            "CREATED": place.schema.created_on,
            "LAST_ALTERED": place.schema.created_on,
            "COMMENT": place.schema.comment or None,
        }
        for place in _places(names, database)
    ]
    return listing(_typed(columns, _KINDS), rows, SELECT)


def _yes(value: bool) -> str:
    return "YES" if value else "NO"


def _tables(names: Names, database: Database, count: CountRows) -> Result:
    columns = (
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER TABLE_TYPE IS_TRANSIENT CLUSTERING_KEY ROW_COUNT BYTES "
        "RETENTION_TIME CREATED LAST_ALTERED LAST_DDL AUTO_CLUSTERING_ON COMMENT IS_TEMPORARY IS_ICEBERG IS_DYNAMIC "
        "IS_IMMUTABLE IS_HYBRID"
    )
    shown = list(visible(names, _places(names, database)))
    sizes = count([one for _, one in shown])
    rows = [
        {
            **_table_row(names, place, one),
            "ROW_COUNT": sizes.get(one.id),
            "BYTES": estimated_bytes(one, sizes.get(one.id)),
        }
        for place, one in shown
    ]
    return listing(_typed(columns, _KINDS), rows, SELECT)


def _table_row(names: Names, place: Place, relation: Relation) -> dict[str, Any]:
    return {
        "TABLE_CATALOG": place.database.name,
        "TABLE_SCHEMA": place.schema.name,
        "TABLE_NAME": relation.name,
        "TABLE_OWNER": owner_of(names, relation.id),
        "TABLE_TYPE": "VIEW" if relation.is_view else "LOCAL TEMPORARY" if relation.temporary else "BASE TABLE",
        "IS_TRANSIENT": _yes(relation.transient),
        "CLUSTERING_KEY": f"LINEAR({relation.cluster_by})" if relation.cluster_by else None,
        "RETENTION_TIME": relation.retention_time,
        "CREATED": relation.created_on,
        "LAST_ALTERED": relation.created_on,
        "LAST_DDL": relation.created_on,
        "AUTO_CLUSTERING_ON": _yes(relation.automatic_clustering),
        "COMMENT": relation.comment or None,
        "IS_TEMPORARY": _yes(relation.temporary),
        **dict.fromkeys(("IS_ICEBERG", "IS_DYNAMIC", "IS_IMMUTABLE", "IS_HYBRID"), "NO"),
    }


def _views(names: Names, database: Database) -> Result:
    columns = (
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_OWNER VIEW_DEFINITION IS_SECURE CREATED LAST_ALTERED LAST_DDL "
        "COMMENT"
    )
    rows = [
        {**_table_row(names, place, one), "VIEW_DEFINITION": one.text, "IS_SECURE": _yes(one.secure)}
        for place, one in visible(names, _places(names, database))
        if one.is_view
    ]
    return listing(_typed(columns, _KINDS), rows, SELECT)


def _columns(names: Names, database: Database) -> Result:
    columns = (
        "TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION COLUMN_DEFAULT IS_NULLABLE DATA_TYPE "
        "CHARACTER_MAXIMUM_LENGTH CHARACTER_OCTET_LENGTH NUMERIC_PRECISION NUMERIC_PRECISION_RADIX NUMERIC_SCALE "
        "DATETIME_PRECISION COLLATION_NAME COMMENT"
    )
    rows = [
        _column_row(place, one, index, column)
        for place, one in visible(names, _places(names, database))
        for index, column in enumerate(one.columns)
    ]
    return listing(_typed(columns, _KINDS), rows, SELECT)


def _column_row(place: Place, relation: Relation, index: int, column: Column) -> dict[str, Any]:
    word, first, second = sizes(column.type)
    is_number, is_text = word == "NUMBER", word in ("VARCHAR", "BINARY")
    return {
        "TABLE_CATALOG": place.database.name,
        "TABLE_SCHEMA": place.schema.name,
        "TABLE_NAME": relation.name,
        "COLUMN_NAME": column.name,
        "ORDINAL_POSITION": index + 1,
        "COLUMN_DEFAULT": column.default,
        "IS_NULLABLE": _yes(column.nullable),
        "DATA_TYPE": base_type(column.type),
        "CHARACTER_MAXIMUM_LENGTH": first if is_text else None,
        "CHARACTER_OCTET_LENGTH": min((first or 0) * 4, 16777216) if is_text else None,
        "NUMERIC_PRECISION": first if is_number else None,
        "NUMERIC_PRECISION_RADIX": 10 if is_number else None,
        "NUMERIC_SCALE": second if is_number else None,
        "DATETIME_PRECISION": None if is_number or is_text else first,
        "COLLATION_NAME": column.collation,
        "COMMENT": column.comment,
    }


def _databases(names: Names, _: Database) -> Result:
    columns = "DATABASE_NAME DATABASE_OWNER IS_TRANSIENT COMMENT CREATED LAST_ALTERED RETENTION_TIME TYPE"
    rows = [
        {
            "DATABASE_NAME": one.name,
            "DATABASE_OWNER": owner_of(names, one.id),
            "IS_TRANSIENT": _yes(one.transient),
            "COMMENT": one.comment or None,
            "CREATED": one.created_on,
            "LAST_ALTERED": one.created_on,
            "RETENTION_TIME": one.retention_time,
            "TYPE": "STANDARD",
        }
        for one in names.state.databases.values()
        if can_see(names.state.access, names.roles, one.id)
    ]
    return listing(_typed(columns, _KINDS), rows, SELECT)


def _table_privileges(names: Names, database: Database) -> Result:
    """Every privilege on the tables and views that the role has a privilege on itself.

    https://docs.snowflake.com/en/sql-reference/info-schema/table_privileges: the owner has OWNERSHIP. MANAGE GRANTS
    shows nothing more (before https://docs.snowflake.com/en/release-notes/bcr-bundles/2026_07/bcr-2416). That grants
    to users and database roles are listed, too, is not documented.
    """
    columns = (
        "GRANTOR GRANTEE GRANTED_TO TABLE_CATALOG TABLE_SCHEMA TABLE_NAME PRIVILEGE_TYPE IS_GRANTABLE WITH_HIERARCHY "
        "CREATED"
    )
    access = names.state.access
    rows = [
        {
            "GRANTOR": row["granted_by"],
            "GRANTEE": row["grantee_name"],
            "GRANTED_TO": row["granted_to"],
            "TABLE_CATALOG": place.database.name,
            "TABLE_SCHEMA": place.schema.name,
            "TABLE_NAME": one.name,
            "PRIVILEGE_TYPE": row["privilege"],
            "IS_GRANTABLE": _yes(row["grant_option"] == "true"),
            "WITH_HIERARCHY": "NO",
            "CREATED": row["created_on"],
        }
        for place, one in visible(names, _places(names, database))
        if has_any(access, names.roles, one.id)
        for row in grants_on(access, one.id, str)
    ]
    return listing(_typed(columns, _KINDS), rows, SELECT)


_OTHERS: dict[str, Callable[[Names, Database], Result]] = {
    "SCHEMATA": _schemata,
    "VIEWS": _views,
    "COLUMNS": _columns,
    "DATABASES": _databases,
    "TABLE_PRIVILEGES": _table_privileges,
}
