"""CREATE, CLONE, RENAME, SWAP, DROP and UNDROP of schemas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..access.lifecycle import on_clone_schema, on_create, on_drop, on_set_managed_access, on_undrop
from ..access.privileges import can_create, owns
from ..account.account import Change
from ..account.changes import new_id, with_database, with_schema, without_schema
from ..account.objects import AccountState, Database, Dropped, Schema
from ..engine.names import find_database, find_schema, split_schema_name
from ..errors import SnowflakeError, already_exists, does_not_exist, insufficient_privileges, invalid
from ..statements import CreateSchema, DropObject, Name, RenameObject, SetManagedAccess, SwapObjects, UndropObject
from . import result
from .clones import CopiedSchema, copy_schema, forget_copies
from .context import Context
from .policies import require_self_contained
from .result import Result
from .transactions import commit_before_ddl


def create_schema(context: Context, statement: CreateSchema) -> Result:
    """CREATE SCHEMA [CLONE]; it becomes the session's current schema (create-schema, usage notes)."""
    commit_before_ddl(context)
    database_name, name = split_schema_name(context.names, statement.name)
    full = str(Name((database_name, name)))
    database = _creatable_in(context, context.state, database_name)
    if name in database.schemas and not statement.or_replace:
        if not statement.if_not_exists:
            raise already_exists(full)
        return result.status(f"{name} already exists, statement succeeded.")
    copied = copy_schema(context, statement.clone_of) if statement.clone_of else None
    try:
        with context.changing() as change:
            _publish_new(context, change, statement, (database_name, name), copied)
    except BaseException:
        forget_copies(context, copied)
        raise
    context.note_write(full)
    context.session.database, context.session.schema = database_name, name
    return result.status(f"Schema {name} successfully created.")


def _creatable_in(context: Context, state: AccountState, database_name: str) -> Database:
    database = find_database(context.names_in(state), database_name)
    if not can_create(state.access, context.session.roles(state), database.id, "SCHEMA"):
        raise insufficient_privileges("database", database.name)
    return database


def _publish_new(
    context: Context, change: Change, statement: CreateSchema, place: tuple[str, str], copied: CopiedSchema | None
) -> None:
    database_name, name = place
    database = _creatable_in(context, change.state, database_name)
    old = database.schemas.get(name)
    if old is not None:
        if not statement.or_replace:
            raise already_exists(str(Name(place)))
        _require_owner(context, change.state, old, str(Name(place)))
        change.state = _dropped(change.state, database_name, old, change.now)
    change.state, schema_id = new_id(change.state)
    schema = _new_schema(statement, schema_id, name, change.now, copied.source if copied else None)
    roles = context.session.roles(change.state)
    access = change.state.access
    if copied is None:
        access = on_create(
            access, roles, schema_id, "SCHEMA", database.id, change.now, managed_access=schema.managed_access
        )
    else:
        schema = replace(schema, relations=copied.relations, listed=copied.listed)
        children = {source: clone for source, clone in copied.ids.items() if source in access.objects}
        access = on_clone_schema(
            access, roles, copied.source.id, schema_id, database.id, children, change.now,
            managed_access=schema.managed_access,
        )  # fmt: skip
    change.state = with_schema(replace(change.state, access=access), database_name, schema)


def _new_schema(statement: CreateSchema, schema_id: str, name: str, now: datetime, source: Schema | None) -> Schema:
    """A clone inherits comment and retention unless the statement says otherwise; not transience or managed access.

    https://docs.snowflake.com/en/sql-reference/sql/create-clone
    """
    properties = statement.properties
    inherited = source or Schema("", "", now)
    return Schema(
        schema_id, name, now,
        comment=str(properties.get("COMMENT", inherited.comment)),
        transient=statement.transient,
        managed_access=statement.managed_access,
        retention_time=int(str(properties.get("DATA_RETENTION_TIME_IN_DAYS", inherited.retention_time))),
    )  # fmt: skip


def rename_schema(context: Context, statement: RenameObject) -> Result:
    """ALTER SCHEMA … RENAME TO: needs OWNERSHIP, and CREATE SCHEMA on the database (alter-schema)."""
    commit_before_ddl(context)
    new_place = split_schema_name(context.names, statement.new_name)
    old_place = split_schema_name(context.names, statement.name)
    with context.changing() as change:
        found = _schema_or_none(context, change.state, old_place)
        if found is None and statement.if_exists:
            return result.status("Statement executed successfully.")
        database, schema = _owned(context, change.state, old_place)
        target = _creatable_in(context, change.state, new_place[0])
        if new_place[1] in target.schemas:
            raise already_exists(str(Name(new_place)))
        if target.name != database.name:
            raise SnowflakeError("000002", "0A000", "Renaming a schema into another database is not supported here.")
        moved = replace(database, schemas=_renamed(database, schema, new_place[1]))
        change.state = with_database(change.state, moved)
    context.note_write(str(Name(old_place)))
    context.note_write(str(Name(new_place)))
    if (context.session.database, context.session.schema) == old_place:
        context.session.schema = new_place[1]
    return result.status()


def _renamed(database: Database, schema: Schema, new_name: str) -> dict[str, Schema]:
    remaining = {name: each for name, each in database.schemas.items() if name != schema.name}
    return {**remaining, new_name: replace(schema, name=new_name)}


def swap_schemas(context: Context, statement: SwapObjects) -> Result:
    """ALTER SCHEMA … SWAP WITH: both names change in one assignment; grants, comments and ids stay with the content.

    https://docs.snowflake.com/en/sql-reference/sql/alter-schema
    """
    commit_before_ddl(context)
    one = split_schema_name(context.names, statement.name)
    other = split_schema_name(context.names, statement.other)
    if one[0] != other[0]:
        raise invalid("schemas of two databases cannot be swapped here", "000002", "0A000")
    with context.changing() as change:
        database, first = _owned(context, change.state, one)
        _, second = _owned(context, change.state, other)
        schemas = {
            **database.schemas,
            first.name: replace(second, name=first.name),
            second.name: replace(first, name=second.name),
        }
        change.state = with_database(change.state, replace(database, schemas=schemas))
    context.note_write(str(Name(one)))
    context.note_write(str(Name(other)))
    return result.status()


def drop_schema(context: Context, statement: DropObject) -> Result:
    """DROP SCHEMA [CASCADE]; UNDROP can bring it back."""
    commit_before_ddl(context)
    place = split_schema_name(context.names, statement.name)
    with context.changing() as change:
        if _schema_or_none(context, change.state, place) is None:
            if statement.if_exists:
                return result.status("Drop statement executed successfully.")
            raise does_not_exist("Schema", str(Name(place)))
        _, schema = _owned(context, change.state, place)
        if statement.restrict and (schema.relations or schema.listed):
            raise SnowflakeError("002017", "2BP01", f"Cannot drop schema '{schema.name}' because it is not empty.")
        change.state = _dropped(change.state, place[0], schema, change.now)
    context.note_write(str(Name(place)))
    if (context.session.database, context.session.schema) == place:
        context.session.schema = None
    return result.status(f"{place[1]} successfully dropped.")


def _dropped(state: AccountState, database_name: str, schema: Schema, now: datetime) -> AccountState:
    require_self_contained(state, (schema,))
    state = without_schema(state, database_name, schema.name)
    database = state.databases[database_name]
    kept = replace(database, dropped=(*database.dropped, Dropped(schema, now)))
    return replace(with_database(state, kept), access=on_drop(state.access, schema.id))


def undrop_schema(context: Context, statement: UndropObject) -> Result:
    """UNDROP SCHEMA: the newest dropped one of this name; fails if the name is taken (undrop-schema)."""
    commit_before_ddl(context)
    place = split_schema_name(context.names, statement.name)
    with context.changing() as change:
        database = _creatable_in(context, change.state, place[0])
        gone = next((one for one in reversed(database.dropped) if one.thing.name == place[1]), None)
        if gone is None:
            raise does_not_exist("Schema", str(Name(place)))
        if place[1] in database.schemas:
            raise already_exists(str(Name(place)))
        children = [child.id for child in gone.thing.children]
        kept = replace(database, dropped=tuple(one for one in database.dropped if one is not gone))
        state = with_schema(with_database(change.state, kept), place[0], gone.thing)
        change.state = replace(state, access=on_undrop(state.access, gone.thing.id, children))
        _require_owner(context, change.state, gone.thing, str(Name(place)))
    context.note_write(str(Name(place)))
    return result.status(f"Schema {place[1]} successfully restored.")


def set_managed_access(context: Context, statement: SetManagedAccess) -> Result:
    """ALTER SCHEMA … ENABLE | DISABLE MANAGED ACCESS."""
    commit_before_ddl(context)
    place = split_schema_name(context.names, statement.name)
    with context.changing() as change:
        database, schema = _owned(context, change.state, place)
        state = with_schema(change.state, database.name, replace(schema, managed_access=statement.enabled))
        change.state = replace(state, access=on_set_managed_access(state.access, schema.id, statement.enabled))
    return result.status()


def _schema_or_none(context: Context, state: AccountState, place: tuple[str, str]) -> Schema | None:
    try:
        return find_schema(context.names_in(state), *place)[1]
    except SnowflakeError:
        return None


def _owned(context: Context, state: AccountState, place: tuple[str, str]) -> tuple[Database, Schema]:
    database, schema = find_schema(context.names_in(state), *place)
    _require_owner(context, state, schema, str(Name(place)))
    return database, schema


def _require_owner(context: Context, state: AccountState, schema: Schema, full: str) -> None:
    if not owns(state.access, context.session.roles(state), schema.id):
        raise insufficient_privileges("schema", full)
