"""CLONE of schemas and tables: rows as they were when the statement started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb

from ..access.lifecycle import forget, on_clone_table
from ..access.privileges import can, can_clone, can_create
from ..account.account import now as now_utc
from ..account.changes import new_id, with_relation
from ..account.objects import AccountState, ListedObject, Relation, Schema
from ..engine.names import Found, Names, containers_of, find_relation, find_schema, require_privilege, split_schema_name
from ..engine.storage import copy_tables
from ..errors import already_exists, from_engine, insufficient_privileges, not_supported
from ..statements import CreateTableClone, Name, PointInTime
from . import result
from .context import Context
from .create_relation import require_ownership
from .policies import rebound
from .result import Result
from .transactions import commit_before_ddl

# External tables, pipes and internal stages stay behind (https://docs.snowflake.com/en/user-guide/object-clone).
_NOT_CLONED = frozenset(("EXTERNAL TABLE", "STAGE"))


@dataclass(frozen=True)
class CopiedSchema:
    """A schema's content, copied and not yet published; `ids` maps ids of the source's objects to the copies'."""

    source: Schema
    relations: dict[str, Relation]
    listed: dict[tuple[str, str], ListedObject]
    ids: dict[str, str]


def copy_schema(context: Context, name: Name) -> CopiedSchema:
    """Copies what the role may clone; the rest is left out without an error.

    https://docs.snowflake.com/en/sql-reference/sql/create-clone (access control requirements)
    """
    names = context.names
    database, source = find_schema(names, *split_schema_name(names, name))
    if not can(names.state.access, names.roles, source.id, "USAGE"):
        raise insufficient_privileges("schema", source.name)
    wanted = [one for one in source.relations.values() if can_clone(names.state.access, names.roles, one.id)]
    listed = {
        key: one
        for key, one in source.listed.items()
        if one.kind not in _NOT_CLONED and can_clone(names.state.access, names.roles, one.id)
    }
    context.note_reads([Found(database, source, one) for one in wanted])
    ids = _new_ids(context, [*(one.id for one in wanted), *(one.id for one in listed.values())])
    physical = copy_rows(context, wanted)
    now = now_utc()
    relations = {
        one.name: replace(
            rebound(one, ids),
            id=ids[one.id],
            physical=physical.get(one.id, ""),
            created_on=now,
            automatic_clustering=False,
        )
        for one in wanted
    }
    context.account.tokens.start(context.session.engine, ids.values())
    copies = {key: replace(one, id=ids[one.id], created_on=now) for key, one in listed.items()}
    return CopiedSchema(source, relations, copies, ids)


def _new_ids(context: Context, old: list[str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    with context.changing() as change:
        for one in old:
            change.state, ids[one] = new_id(change.state)
    return ids


def copy_rows(context: Context, relations: Iterable[Relation]) -> dict[str, str]:
    """Copies the tables in one engine transaction, so that all are of one moment; physical names by object id."""
    storage, engine = context.account.storage, context.session.engine
    tables = [relation for relation in relations if relation.physical]
    made = {relation.id: storage.new_name() for relation in tables}
    engine.begin()
    try:
        copy_tables(engine, {relation.physical: made[relation.id] for relation in tables})
        engine.commit()
    except duckdb.Error as error:
        engine.rollback()
        raise from_engine(error, context.text) from error
    return made


def forget_copies(context: Context, copied: CopiedSchema | None) -> None:
    """Retires copies that were made for a statement which then failed."""
    if copied is not None:
        context.account.storage.retire(one.physical for one in copied.relations.values())


def create_table_clone(context: Context, statement: CreateTableClone) -> Result:
    """CREATE [OR REPLACE] [TRANSIENT | TEMPORARY] TABLE … CLONE … [COPY GRANTS]."""
    commit_before_ddl(context)
    names = context.names
    source = find_relation(names, statement.clone_of)
    require_privilege(names, source, "SELECT")
    context.note_reads([source])
    old = _replaceable(names, statement)
    if old is not None and statement.if_not_exists:
        return result.status(f"{statement.name.last} already exists, statement succeeded.")
    physical = _rows_of_then(context, source.relation, statement.point)
    try:
        _publish_clone(context, statement, source.relation, physical)
    except BaseException:
        context.account.storage.retire([physical])
        raise
    return result.status(f"Table {statement.name.last} successfully created.")


def _rows_of_then(context: Context, relation: Relation, point: PointInTime | None) -> str:
    """The physical name of a copy of the rows of that moment; of this one without a moment."""
    if point is None:
        return copy_rows(context, [relation]).get(relation.id, "")
    history = context.account.time_travel
    if history is None:
        raise not_supported("Time Travel: it is not kept here unless the server is started with --time-travel")
    while True:
        then = history.of(relation, point)
        physical = copy_rows(context, [then])[relation.id]
        if history.of(relation, point).physical == then.physical:
            return physical
        context.account.storage.retire([physical])  # A commit came between, so these may be rows of after it.


def _replaceable(names: Names, statement: CreateTableClone) -> Relation | None:
    """The relation that has the name now, once it is allowed to take its place."""
    database, schema = containers_of(names, statement.name)
    full = str(Name((database.name, schema.name, statement.name.last)))
    if statement.temporary:
        return names.temporary.get((schema.id, statement.name.last))
    if not can_create(names.state.access, names.roles, schema.id, "TABLE"):
        raise insufficient_privileges("schema", str(Name((database.name, schema.name))))
    old = schema.relations.get(statement.name.last)
    if old is not None and statement.or_replace:
        require_ownership(names, Found(database, schema, old))
    if old is not None and (old.is_view or not (statement.or_replace or statement.if_not_exists)):
        raise already_exists(full)
    return old


def _publish_clone(context: Context, statement: CreateTableClone, source: Relation, physical: str) -> None:
    with context.changing() as change:
        names = context.names_in(change.state)
        database, schema = containers_of(names, statement.name)
        old = _replaceable(names, statement)
        change.state, object_id = new_id(change.state)
        relation = replace(
            source, id=object_id, name=statement.name.last, created_on=change.now, physical=physical,
            transient=statement.transient, temporary=statement.temporary, automatic_clustering=False,
            comment=str(statement.properties.get("COMMENT", source.comment)),
        )  # fmt: skip
        context.note_write(str(Name((database.name, schema.name, relation.name))))
        if statement.temporary:
            context.session.temporary[(schema.id, relation.name)] = relation
        else:
            change.state = _with_clone(change.state, names, statement, source, (database.name, schema), relation, old)
        if old is not None:
            change.retired.append(old.physical)
    context.account.tokens.start(context.session.engine, [relation.id])


def _with_clone(
    state: AccountState,
    names: Names,
    statement: CreateTableClone,
    source: Relation,
    place: tuple[str, Schema],
    relation: Relation,
    old: Relation | None,
) -> AccountState:
    database_name, schema = place
    access = on_clone_table(
        state.access, names.roles, source.id, relation.id, schema.id, relation.created_on,
        copy_grants=statement.copy_grants, replaced_id=old.id if old else None,
    )  # fmt: skip
    if old is not None:
        access = forget(access, [old.id])
    return with_relation(replace(state, access=access), database_name, schema.name, relation)
