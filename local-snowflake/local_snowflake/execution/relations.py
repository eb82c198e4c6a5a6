"""DROP, UNDROP, RENAME and SWAP of tables and views, and of objects that are only listed."""

from __future__ import annotations

from dataclasses import replace

from ..access.lifecycle import on_create, on_drop, on_move, on_undrop
from ..access.privileges import can_create, owns
from ..account.changes import new_id, with_listed, with_relation, with_schema, without_listed, without_relation
from ..account.objects import AccountState, Dropped, ListedObject, Relation
from ..engine.names import Found, Names, containers_of, find_relation, lookup_relation
from ..errors import SnowflakeError, already_exists, does_not_exist, insufficient_privileges, not_supported
from ..statements import CreateListedObject, DropObject, Name, RenameObject, SwapObjects, UndropObject
from . import result
from .context import Context
from .create_relation import require_ownership
from .policies import require_unattached
from .result import Result
from .tags import TAG
from .transactions import commit_before_ddl

RELATION_KINDS = ("TABLE", "VIEW")


def drop_relation(context: Context, statement: DropObject) -> Result:
    """DROP TABLE | VIEW [IF EXISTS] [CASCADE]; a temporary one of that name goes first."""
    commit_before_ddl(context)
    name = statement.name.last
    found = _lookup(context.names, statement)
    if found is None:
        return result.status("Drop statement executed successfully.")
    if found.relation.temporary:
        del context.session.temporary[(found.schema.id, name)]
        context.account.storage.retire([found.relation.physical])
        return result.status(f"{name} successfully dropped.")
    with context.changing() as change:
        names = context.names_in(change.state)
        now = _lookup(names, statement)
        if now is None:
            return result.status("Drop statement executed successfully.")
        require_ownership(names, now)
        state = without_relation(change.state, now.database.name, now.schema.name, name)
        if not now.relation.is_view:
            schema = state.databases[now.database.name].schemas[now.schema.name]
            kept = replace(schema, dropped=(*schema.dropped, Dropped(now.relation, change.now)))
            state = with_schema(state, now.database.name, kept)
        change.state = replace(state, access=on_drop(state.access, now.relation.id))
    context.note_write(found.full_name)
    return result.status(f"{name} successfully dropped.")


def _lookup(names: Names, statement: DropObject) -> Found | None:
    """What is to be dropped; None with IF EXISTS, an error without."""
    try:
        found = lookup_relation(names, statement.name)
    except SnowflakeError:
        if statement.if_exists:
            return None
        raise
    if found is None and not statement.if_exists:
        raise does_not_exist(statement.kind.capitalize(), str(statement.name))
    if found is not None and found.relation.kind != statement.kind:
        raise SnowflakeError(
            "002043",
            "02000",
            f"SQL compilation error:\nObject found is of type '{found.relation.kind}', "
            f"not specified type '{statement.kind}'.",
        )
    return found


def undrop_table(context: Context, statement: UndropObject) -> Result:
    """UNDROP TABLE: the newest dropped one of this name (undrop-table)."""
    commit_before_ddl(context)
    name = statement.name.last
    with context.changing() as change:
        names = context.names_in(change.state)
        database, schema = containers_of(names, statement.name)
        gone = next((one for one in reversed(schema.dropped) if one.thing.name == name), None)
        if gone is None:
            raise does_not_exist("Table", str(statement.name))
        if name in schema.relations:
            raise already_exists(str(statement.name))
        kept = replace(schema, dropped=tuple(one for one in schema.dropped if one is not gone))
        state = with_relation(with_schema(change.state, database.name, kept), database.name, schema.name, gone.thing)
        change.state = replace(state, access=on_undrop(state.access, gone.thing.id))
        require_ownership(context.names_in(change.state), Found(database, schema, gone.thing))
    context.note_write(str(statement.name))
    return result.status(f"Table {name} successfully restored.")


def rename_relation(context: Context, statement: RenameObject) -> Result:
    """ALTER TABLE | VIEW … RENAME TO, also into another schema; grants go along, future grants do not apply."""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        if statement.if_exists and lookup_relation(names, statement.name) is None:
            return result.status()
        old = find_relation(names, statement.name)
        require_ownership(names, old)
        new_name = statement.new_name
        if len(new_name.parts) == 1:
            new_name = Name((old.database.name, old.schema.name, new_name.last))
        database, schema = containers_of(names, new_name)
        if new_name.last in schema.relations:
            raise already_exists(str(new_name))
        if schema.id != old.schema.id and not can_create(names.state.access, names.roles, schema.id, old.relation.kind):
            raise insufficient_privileges("schema", str(Name((database.name, schema.name))))
        state = without_relation(change.state, old.database.name, old.schema.name, old.relation.name)
        moved = replace(old.relation, name=new_name.last)
        state = with_relation(state, database.name, schema.name, moved)
        change.state = replace(state, access=on_move(state.access, moved.id, schema.id))
    context.note_write(old.full_name)
    context.note_write(str(new_name))
    return result.status()


def swap_tables(context: Context, statement: SwapObjects) -> Result:
    """ALTER TABLE … SWAP WITH: content, grants and comments change places (alter-table)."""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        one, other = find_relation(names, statement.name), find_relation(names, statement.other)
        for found in (one, other):
            require_ownership(names, found)
            if found.relation.is_view:
                raise not_supported(f"swapping the view {found.full_name}")
        state = _placed(change.state, one, other.relation)
        change.state = _placed(state, other, one.relation)
    context.note_write(one.full_name)
    context.note_write(other.full_name)
    return result.status()


def _placed(state: AccountState, place: Found, relation: Relation) -> AccountState:
    put = with_relation(state, place.database.name, place.schema.name, replace(relation, name=place.relation.name))
    return replace(put, access=on_move(put.access, relation.id, place.schema.id))


def create_listed(context: Context, statement: CreateListedObject) -> Result:
    """A stream, task or the like: SHOW lists it, a clone takes it along, nothing runs it."""
    commit_before_ddl(context)
    name, kind = statement.name.last, statement.kind
    with context.changing() as change:
        names = context.names_in(change.state)
        database, schema = containers_of(names, statement.name)
        if not can_create(names.state.access, names.roles, schema.id, kind):
            raise insufficient_privileges("schema", str(Name((database.name, schema.name))))
        old = schema.listed.get((kind, name))
        if old is not None and statement.if_not_exists:
            return result.status(f"{name} already exists, statement succeeded.")
        if old is not None and not statement.or_replace:
            raise already_exists(str(statement.name))
        if old is not None and kind == TAG:
            raise not_supported(f"CREATE OR REPLACE TAG of {name}, which exists: what becomes of where it is set")
        if old is not None:
            require_unattached(change.state, old.id, name)
        change.state, object_id = new_id(change.state)
        made = ListedObject(object_id, name, kind, change.now, statement.text)
        access = change.state.access if old is None else on_drop(change.state.access, old.id)
        access = on_create(access, names.roles, object_id, kind, schema.id, change.now)
        change.state = with_listed(replace(change.state, access=access), database.name, schema.name, made)
    context.note_write(str(Name((database.name, schema.name, name))))
    return result.status(f"{kind.capitalize()} {name} successfully created.")


def drop_listed(context: Context, statement: DropObject) -> Result:
    """DROP STREAM, TASK, …"""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        try:
            database, schema = containers_of(names, statement.name)
        except SnowflakeError:
            if statement.if_exists:
                return result.status("Drop statement executed successfully.")
            raise
        old = schema.listed.get((statement.kind, statement.name.last))
        if old is None:
            if statement.if_exists:
                return result.status("Drop statement executed successfully.")
            raise does_not_exist(statement.kind.capitalize(), str(statement.name))
        if not owns(names.state.access, names.roles, old.id):
            raise insufficient_privileges(statement.kind, statement.name.last)
        require_unattached(change.state, old.id, old.name)
        state = without_listed(change.state, database.name, schema.name, old.kind, old.name)
        change.state = replace(state, access=on_drop(state.access, old.id))
    return result.status(f"{statement.name.last} successfully dropped.")
