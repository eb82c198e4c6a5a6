"""CREATE, SWAP, DROP and UNDROP of databases."""

from __future__ import annotations

from dataclasses import replace

from ..access.lifecycle import on_create, on_drop, on_undrop
from ..access.model import ACCOUNT_ID
from ..access.privileges import can_create, owns
from ..account.account import Change
from ..account.changes import new_id, with_database, without_database
from ..account.objects import Database, Dropped, Schema
from ..engine.names import PUBLIC, find_database
from ..errors import SnowflakeError, already_exists, does_not_exist, insufficient_privileges, not_supported
from ..statements import CreateDatabase, DropObject, SwapObjects, UndropObject
from . import result
from .context import Context
from .policies import require_self_contained
from .result import Result
from .transactions import commit_before_ddl


def create_database(context: Context, statement: CreateDatabase) -> Result:
    """CREATE DATABASE, with its schema PUBLIC; both become the session's current ones."""
    commit_before_ddl(context)
    name = statement.name.last
    if statement.clone_of is not None:
        raise not_supported("CREATE DATABASE … CLONE")
    with context.changing() as change:
        roles = context.session.roles(change.state)
        if not can_create(change.state.access, roles, ACCOUNT_ID, "DATABASE"):
            raise insufficient_privileges("account", "LOCAL")
        old = change.state.databases.get(name)
        if old is not None and not statement.or_replace:
            if not statement.if_not_exists:
                raise already_exists(name)
            return result.status(f"{name} already exists, statement succeeded.")
        if old is not None:
            _drop(context, change, old)
        _add(context, change, statement, name)
    context.note_write(name)
    context.session.database, context.session.schema = name, PUBLIC
    return result.status(f"Database {name} successfully created.")


def _add(context: Context, change: Change, statement: CreateDatabase, name: str) -> None:
    roles = context.session.roles(change.state)
    change.state, database_id = new_id(change.state)
    change.state, schema_id = new_id(change.state)
    public = Schema(schema_id, PUBLIC, change.now, transient=statement.transient)
    database = Database(
        database_id, name, change.now, comment=str(statement.properties.get("COMMENT", "")),
        transient=statement.transient, schemas={PUBLIC: public},
    )  # fmt: skip
    access = on_create(change.state.access, roles, database_id, "DATABASE", ACCOUNT_ID, change.now)
    access = on_create(access, roles, schema_id, "SCHEMA", database_id, change.now)
    change.state = with_database(replace(change.state, access=access), database)


def _drop(context: Context, change: Change, database: Database) -> None:
    if not owns(change.state.access, context.session.roles(change.state), database.id):
        raise insufficient_privileges("database", database.name)
    require_self_contained(change.state, tuple(database.schemas.values()))
    state = without_database(change.state, database.name)
    state = replace(state, dropped=(*state.dropped, Dropped(database, change.now)))
    change.state = replace(state, access=on_drop(state.access, database.id))


def swap_databases(context: Context, statement: SwapObjects) -> Result:
    """ALTER DATABASE … SWAP WITH: a rename of both in one operation; grants, comments and ids stay with the content.

    https://docs.snowflake.com/en/sql-reference/sql/alter-database
    """
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        first, second = (find_database(names, name.last) for name in (statement.name, statement.other))
        for database in (first, second):
            if not owns(change.state.access, context.session.roles(change.state), database.id):
                raise insufficient_privileges("database", database.name)
        state = with_database(change.state, replace(second, name=first.name))
        change.state = with_database(state, replace(first, name=second.name))
    context.note_write(first.name)
    context.note_write(second.name)
    return result.status()


def drop_database(context: Context, statement: DropObject) -> Result:
    """DROP DATABASE; UNDROP can bring it back."""
    commit_before_ddl(context)
    name = statement.name.last
    with context.changing() as change:
        try:
            database = find_database(context.names_in(change.state), name)
        except SnowflakeError:
            if statement.if_exists:
                return result.status("Drop statement executed successfully.")
            raise
        _drop(context, change, database)
    if context.session.database == name:
        context.session.database = context.session.schema = None
    context.note_write(name)
    return result.status(f"{name} successfully dropped.")


def undrop_database(context: Context, statement: UndropObject) -> Result:
    """UNDROP DATABASE: the newest dropped one of this name, with the schemas it had."""
    commit_before_ddl(context)
    name = statement.name.last
    with context.changing() as change:
        gone = next((one for one in reversed(change.state.dropped) if one.thing.name == name), None)
        if gone is None:
            raise does_not_exist("Database", name)
        if name in change.state.databases:
            raise already_exists(name)
        children = [
            child
            for schema in gone.thing.schemas.values()
            for child in (schema.id, *(one.id for one in schema.children))
        ]
        remaining = tuple(one for one in change.state.dropped if one is not gone)
        state = with_database(replace(change.state, dropped=remaining), gone.thing)
        change.state = replace(state, access=on_undrop(state.access, gone.thing.id, children))
        if not owns(change.state.access, context.session.roles(change.state), gone.thing.id):
            raise insufficient_privileges("database", name)
    return result.status(f"Database {name} successfully restored.")
