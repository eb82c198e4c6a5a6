"""COMMENT ON, ALTER … SET and UNSET, CLUSTER BY: what is said of objects without touching rows."""

from __future__ import annotations

from dataclasses import replace

from ..access.privileges import owns
from ..account.changes import with_database, with_listed, with_relation, with_schema
from ..account.objects import AccountState, Relation
from ..engine.names import Found, containers_of, find_database, find_relation, find_schema, split_schema_name
from ..errors import SnowflakeError, does_not_exist, insufficient_privileges, invalid, not_supported
from ..statements import (
    AlterClustering,
    CommentColumns,
    CommentOn,
    Name,
    Properties,
    SetProperties,
    UnsetProperties,
)
from . import result
from .context import Context
from .create_relation import require_ownership
from .result import Result
from .transactions import commit_before_ddl


def comment_on(context: Context, statement: CommentOn) -> Result:
    """COMMENT [IF EXISTS] ON <kind> … IS '…' (needs OWNERSHIP)."""
    if statement.kind == "COLUMN":
        table = Name(statement.name.parts[:-1])
        return comment_columns(context, CommentColumns("TABLE", table, ((statement.name.last, statement.comment),)))
    properties: Properties = {"COMMENT": statement.comment}
    return set_properties(context, SetProperties(statement.kind, statement.name, properties, statement.if_exists))


def set_properties(context: Context, statement: SetProperties) -> Result:
    """ALTER SCHEMA | DATABASE | TABLE | VIEW … SET: comment, retention, change tracking."""
    commit_before_ddl(context)
    with context.changing() as change:
        try:
            change.state = _with_properties(context, change.state, statement.kind, statement.name, statement.properties)
        except SnowflakeError as error:
            if statement.if_exists and error.code in ("002003", "002043"):
                return result.status()
            raise
    context.note_write(str(statement.name))
    return result.status()


_DEFAULTS: Properties = {"COMMENT": "", "DATA_RETENTION_TIME_IN_DAYS": 1, "CHANGE_TRACKING": False}


def unset_properties(context: Context, statement: UnsetProperties) -> Result:
    """ALTER … UNSET: back to the defaults."""
    unknown = [name for name in statement.properties if name not in _DEFAULTS]
    if unknown:
        raise not_supported(f"ALTER {statement.kind} … UNSET {', '.join(unknown)}")
    defaults: Properties = {name: _DEFAULTS[name] for name in statement.properties}
    return set_properties(context, SetProperties(statement.kind, statement.name, defaults, statement.if_exists))


def _fields(kind: str, properties: Properties) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in properties.items():
        if name == "COMMENT":
            fields["comment"] = str(value)
        elif name == "DATA_RETENTION_TIME_IN_DAYS":
            fields["retention_time"] = int(str(value))
        elif name == "CHANGE_TRACKING" and kind == "TABLE":
            fields["change_tracking"] = str(value).upper() == "TRUE"
        elif name == "SECURE" and kind == "VIEW":
            fields["secure"] = str(value).upper() == "TRUE"
        else:
            raise not_supported(f"ALTER {kind} … SET {name}")
    return fields


def _with_properties(
    context: Context, state: AccountState, kind: str, name: Name, properties: Properties
) -> AccountState:
    names = context.names_in(state)
    roles = names.roles
    fields = _fields(kind, properties)
    if kind == "DATABASE":
        database = find_database(names, name.last)
        if not owns(state.access, roles, database.id):
            raise insufficient_privileges("database", database.name)
        return with_database(state, replace(database, **fields))  # type: ignore[arg-type]
    if kind == "SCHEMA":
        database, schema = find_schema(names, *split_schema_name(names, name))
        if not owns(state.access, roles, schema.id):
            raise insufficient_privileges("schema", str(name))
        return with_schema(state, database.name, replace(schema, **fields))  # type: ignore[arg-type]
    if kind in ("TABLE", "VIEW", "OBJECT"):
        found = _relation_of_kind(context, state, kind, name)
        changed = replace(found.relation, **fields)  # type: ignore[arg-type]
        return with_relation(state, found.database.name, found.schema.name, changed)
    database, schema = containers_of(names, name)
    listed = schema.listed.get((kind, name.last))
    if listed is None:
        raise does_not_exist(kind.capitalize(), str(name))
    return with_listed(state, database.name, schema.name, replace(listed, **fields))  # type: ignore[arg-type]


def _relation_of_kind(context: Context, state: AccountState, kind: str, name: Name) -> Found:
    names = context.names_in(state)
    found = find_relation(names, name)
    if kind not in ("OBJECT", found.relation.kind):
        raise does_not_exist(kind.capitalize(), str(name))
    require_ownership(names, found)
    return found


def comment_columns(context: Context, statement: CommentColumns) -> Result:
    """ALTER TABLE | VIEW … ALTER COLUMN … COMMENT, as dbt's persist_docs writes it."""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        found = find_relation(names, statement.name)
        if not found.relation.temporary:
            require_ownership(names, found)
        relation = found.relation
        for column_name, text in statement.comments:
            relation = _with_column_comment(relation, column_name, text)
        change.state = with_relation(change.state, found.database.name, found.schema.name, relation)
    return result.status()


def _with_column_comment(relation: Relation, name: str, text: str | None) -> Relation:
    if all(column.name != name for column in relation.columns):
        raise invalid(f"column '{name}' does not exist", "000904")
    columns = tuple(
        replace(column, comment=text or None) if column.name == name else column for column in relation.columns
    )
    return replace(relation, columns=columns)


def alter_clustering(context: Context, statement: AlterClustering) -> Result:
    """CLUSTER BY, DROP CLUSTERING KEY, SUSPEND | RESUME RECLUSTER: recorded, rows are not moved."""
    commit_before_ddl(context)
    changes: dict[str, dict[str, object]] = {
        "CLUSTER BY": {"cluster_by": statement.keys, "automatic_clustering": True},
        "DROP CLUSTERING KEY": {"cluster_by": "", "automatic_clustering": False},
        "SUSPEND RECLUSTER": {"automatic_clustering": False},
        "RESUME RECLUSTER": {"automatic_clustering": True},
    }
    with context.changing() as change:
        found = _relation_of_kind(context, change.state, "TABLE", statement.name)
        changed = replace(found.relation, **changes[statement.action])  # type: ignore[arg-type]
        change.state = with_relation(change.state, found.database.name, found.schema.name, changed)
    return result.status()
