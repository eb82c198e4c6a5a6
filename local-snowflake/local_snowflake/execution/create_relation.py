"""What CREATE TABLE and CREATE VIEW have in common: options, privileges, and the moment the name appears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlglot import Expr, exp

from ..access.lifecycle import forget, on_create, on_replace
from ..access.privileges import can_create, owns
from ..account.account import Change
from ..account.changes import new_id, with_relation
from ..account.objects import Relation, Schema
from ..engine.binding import table_name
from ..engine.names import Found, Names, containers_of, parse_name
from ..errors import already_exists, insufficient_privileges, not_supported
from ..statements import Name
from .context import Context


@dataclass(frozen=True)
class Options:
    """What stands around the definition in CREATE TABLE or CREATE VIEW."""

    name: Name
    or_replace: bool
    if_not_exists: bool
    transient: bool = False
    temporary: bool = False
    secure: bool = False
    copy_grants: bool = False
    cluster_by: str = ""
    comment: str = ""
    retention_time: int = 1
    change_tracking: bool = False


def read_options(tree: exp.Create) -> Options:
    """The options of a CREATE; one that is not known here is refused by name."""
    target = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    if isinstance(target, exp.Table) and isinstance(target.this, exp.Identifier):
        name = table_name(target)
    else:
        name = parse_name(target.sql(dialect="snowflake"))
    options = Options(name, or_replace=bool(tree.args.get("replace")), if_not_exists=bool(tree.args.get("exists")))
    properties = tree.args.get("properties")
    for one in properties.expressions if properties else []:
        options = _with_property(options, one)
    return options


def _with_property(options: Options, one: Expr) -> Options:
    if isinstance(one, exp.TransientProperty):
        return replace(options, transient=True)
    if isinstance(one, exp.TemporaryProperty):
        return replace(options, temporary=True)
    if isinstance(one, exp.SecureProperty):
        return replace(options, secure=True)
    if isinstance(one, exp.CopyGrantsProperty):
        return replace(options, copy_grants=True)
    if isinstance(one, exp.ClusterProperty | exp.Cluster):
        return replace(options, cluster_by=", ".join(key.sql(dialect="snowflake") for key in one.expressions))
    if isinstance(one, exp.SchemaCommentProperty):
        return replace(options, comment=one.this.name)
    if isinstance(one, exp.Property):
        key = one.this.name.upper()
        if key == "DATA_RETENTION_TIME_IN_DAYS":
            return replace(options, retention_time=int(one.args["value"].name))
        if key == "CHANGE_TRACKING":
            return replace(options, change_tracking=one.args["value"].name.upper() == "TRUE")
    raise not_supported(f"the option {one.sql(dialect='snowflake')}")


def existing(context: Context, schema: Schema, options: Options) -> Relation | None:
    """What already has the name: for temporary objects only the session's own count."""
    if options.temporary:
        return context.session.temporary.get((schema.id, options.name.last))
    return schema.relations.get(options.name.last)


def check_creation(context: Context, kind: str, options: Options) -> Relation | None:
    """The relation that is there already, after all checks that need no engine; IF NOT EXISTS is for the caller."""
    database, schema = containers_of(context.names, options.name)
    old = existing(context, schema, options)
    state, roles = context.state, context.roles
    if not options.temporary and not can_create(state.access, roles, schema.id, kind):
        raise insufficient_privileges("schema", str(Name((database.name, schema.name))))
    if old is not None and not options.or_replace and not options.if_not_exists:
        raise already_exists(str(Name((database.name, schema.name, old.name))))
    if old is not None and options.or_replace and not options.temporary:
        require_ownership(context.names, Found(database, schema, old))
        if old.kind != kind:
            raise already_exists(f"{old.name} (a {old.kind})")
    return old


def require_ownership(names: Names, found: Found) -> None:
    """DDL on an object is for its owner."""
    if not owns(names.state.access, names.roles, found.relation.id):
        raise insufficient_privileges(found.relation.kind, found.relation.name)


def publish(context: Context, kind: str, options: Options, make: Callable[[str, Change], Relation]) -> Relation:
    """Puts the new relation under its name; readers see the old one or the new one.

    `make` gets the new object's id. Grants: https://docs.snowflake.com/en/sql-reference/sql/create-table
    """
    with context.changing() as change:
        names = context.names_in(change.state)
        database, schema = containers_of(names, options.name)
        old = check_creation(context, kind, options)
        change.state, object_id = new_id(change.state)
        relation = make(object_id, change)
        context.note_write(str(Name((database.name, schema.name, relation.name))))
        if options.temporary:
            context.session.temporary[(schema.id, relation.name)] = relation
        else:
            access = change.state.access
            if old is None:
                access = on_create(
                    access, names.roles, object_id, kind, schema.id, change.now, managed_access=schema.managed_access
                )
            else:
                access = on_replace(access, names.roles, old.id, object_id, change.now, options.copy_grants)
                access = forget(access, [old.id])
            change.state = with_relation(replace(change.state, access=access), database.name, schema.name, relation)
        if old is not None:
            change.retired.append(old.physical)
    return relation
