"""Rows of SHOW TABLES, VIEWS, OBJECTS, COLUMNS and keys, and of the objects that are only listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..access.privileges import can_see, owns
from ..account.objects import Database, ListedObject, Relation, Schema
from ..engine.names import Names
from .containers import Columns, Row, owner_of

CountRows = Callable[[list[Relation]], Mapping[str, int]]
"""Row counts by object id."""


def estimated_bytes(relation: Relation, rows: int | None) -> int | None:
    """What `bytes` says: 8 for each value. The engine does not tell how much of its storage a table takes."""
    return None if rows is None else 8 * len(relation.columns) * rows


TABLE_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("database_name", "text"),
    ("schema_name", "text"),
    ("kind", "text"),
    ("comment", "text"),
    ("cluster_by", "text"),
    ("rows", "number"),
    ("bytes", "number"),
    ("owner", "text"),
    ("retention_time", "text"),
    ("automatic_clustering", "text"),
    ("change_tracking", "text"),
    ("is_external", "text"),
    ("enable_schema_evolution", "text"),
    ("owner_role_type", "text"),
    ("is_event", "text"),
    ("is_hybrid", "text"),
    ("is_iceberg", "text"),
    ("is_dynamic", "text"),
    ("is_immutable", "text"),
)
OBJECT_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("database_name", "text"),
    ("schema_name", "text"),
    ("kind", "text"),
    ("comment", "text"),
    ("cluster_by", "text"),
    ("rows", "number"),
    ("bytes", "number"),
    ("owner", "text"),
    ("retention_time", "text"),
    ("owner_role_type", "text"),
    ("is_hybrid", "text"),
    ("is_dynamic", "text"),
    ("is_iceberg", "text"),
    ("is_interactive", "text"),
)
VIEW_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("reserved", "text"),
    ("database_name", "text"),
    ("schema_name", "text"),
    ("owner", "text"),
    ("comment", "text"),
    ("text", "text"),
    ("is_secure", "text"),
    ("is_materialized", "text"),
    ("owner_role_type", "text"),
    ("change_tracking", "text"),
)
LISTED_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("database_name", "text"),
    ("schema_name", "text"),
    ("owner", "text"),
    ("comment", "text"),
    ("definition", "text"),
    ("owner_role_type", "text"),
)


@dataclass(frozen=True)
class Place:
    """A schema that is listed, with its database."""

    database: Database
    schema: Schema


def visible(names: Names, places: list[Place]) -> Iterator[tuple[Place, Relation]]:
    """Tables and views that the role may see, temporary ones of the session among them, by name."""
    for place in places:
        relations = dict(place.schema.relations)
        for (schema_id, name), relation in names.temporary.items():
            if schema_id == place.schema.id:
                relations[name] = relation
        for relation in sorted(relations.values(), key=lambda one: one.name):
            if relation.temporary or can_see(names.state.access, names.roles, relation.id):
                yield place, relation


def relation_rows(
    names: Names, places: list[Place], kinds: frozenset[str], count: CountRows | None, history: bool = False
) -> list[Row]:
    """Rows of all the columns of SHOW TABLES, VIEWS and OBJECTS; without `count` the number of rows is NULL."""
    shown = [(place, one) for place, one in visible(names, places) if one.kind in kinds]
    sizes: dict[str, int] = {}
    if count:
        # Views have 0 rows and bytes in these lists, not NULL.
        sizes = {**{one.id: 0 for _, one in shown if one.is_view}, **count([one for _, one in shown])}
    rows: list[Row] = [_relation_row(names, place, one, sizes.get(one.id), None) for place, one in shown]
    if history:
        rows += [
            _relation_row(names, place, gone.thing, None, gone.dropped_on)
            for place in places
            for gone in place.schema.dropped
            if gone.thing.kind in kinds
        ]
    return rows


def _yes(value: bool) -> str:
    return "Y" if value else "N"


def _on(value: bool) -> str:
    return "ON" if value else "OFF"


def _relation_row(
    names: Names,
    place: Place,
    relation: Relation,
    size: int | None,
    dropped_on: datetime | None,
) -> dict[str, Any]:
    # https://docs.snowflake.com/en/sql-reference/sql/show-views: the text of a secure view is for its owner only
    hidden = relation.secure and not relation.temporary and not owns(names.state.access, names.roles, relation.id)
    return {
        "created_on": relation.created_on,
        "dropped_on": dropped_on,
        "name": relation.name,
        "reserved": "",
        "database_name": place.database.name,
        "schema_name": place.schema.name,
        "kind": relation.kind,
        "table_kind": "TEMPORARY" if relation.temporary else "TRANSIENT" if relation.transient else "TABLE",
        "comment": relation.comment,
        "cluster_by": f"LINEAR({relation.cluster_by})" if relation.cluster_by else "",
        "rows": size,
        "bytes": estimated_bytes(relation, size),
        "owner": owner_of(names, relation.id),
        "retention_time": str(relation.retention_time),
        "automatic_clustering": _on(relation.automatic_clustering),
        "change_tracking": _on(relation.change_tracking),
        "text": "" if hidden else relation.text,
        "is_secure": str(relation.secure).lower(),
        "is_materialized": "false",
        "owner_role_type": "ROLE",
        "enable_schema_evolution": "N",
        **{f"is_{flag}": "N" for flag in _ALWAYS_NO},
    }


_ALWAYS_NO = ("external", "event", "hybrid", "iceberg", "dynamic", "immutable", "interactive")


def listed_rows(names: Names, places: list[Place], kind: str) -> list[Row]:
    """Streams, tasks and the like that the role may see."""
    return [
        _listed_row(names, place, one)
        for place in places
        for one in sorted(place.schema.listed.values(), key=lambda one: one.name)
        if one.kind == kind and can_see(names.state.access, names.roles, one.id)
    ]


def _listed_row(names: Names, place: Place, one: ListedObject) -> Row:
    return {
        "created_on": one.created_on,
        "name": one.name,
        "database_name": place.database.name,
        "schema_name": place.schema.name,
        "owner": owner_of(names, one.id),
        "comment": one.comment,
        "definition": one.text,
        "owner_role_type": "ROLE",
    }


COLUMN_COLUMNS: Columns = (
    ("table_name", "text"),
    ("schema_name", "text"),
    ("column_name", "text"),
    ("data_type", "text"),
    ("null?", "text"),
    ("default", "text"),
    ("kind", "text"),
    ("expression", "text"),
    ("comment", "text"),
    ("database_name", "text"),
    ("autoincrement", "text"),
)
KEY_COLUMNS: Columns = (
    ("created_on", "time"),
    ("database_name", "text"),
    ("schema_name", "text"),
    ("table_name", "text"),
    ("column_name", "text"),
    ("key_sequence", "number"),
    ("constraint_name", "text"),
    ("rely", "text"),
    ("comment", "text"),
)


def with_table_kinds(rows: list[Row]) -> list[Row]:
    """SHOW TABLES tells transient and temporary tables apart, SHOW OBJECTS calls all of them TABLE.

    https://docs.snowflake.com/en/sql-reference/sql/show-objects, https://docs.snowflake.com/en/sql-reference/sql/show-tables
    """
    return [{**row, "kind": row["table_kind"]} for row in rows]


def key_rows(relations: list[tuple[Place, Relation]], kind: str) -> list[Row]:
    """Columns of PRIMARY KEY or UNIQUE constraints."""
    return [
        {
            "created_on": relation.created_on,
            "database_name": place.database.name,
            "schema_name": place.schema.name,
            "table_name": relation.name,
            "column_name": column,
            "key_sequence": index + 1,
            "constraint_name": constraint.name,
            "rely": "false",
            "comment": None,
        }
        for place, relation in relations
        for constraint in relation.constraints
        if constraint.kind == kind
        for index, column in enumerate(constraint.columns)
    ]
