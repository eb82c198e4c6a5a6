"""ALTER TABLE: columns and constraints."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from sqlglot import Expr, exp

from ..account.changes import with_relation
from ..account.objects import Column, Relation
from ..engine.binding import table_name
from ..engine.collations import engine_collation, recorded
from ..engine.column_types import declared_type
from ..engine.names import find_relation
from ..engine.translate import parse_sql, to_duckdb, translate
from ..errors import invalid, not_supported
from . import result
from .context import Context
from .create_relation import require_ownership
from .create_table import stored_name, table_constraint
from .engine_runs import run_engine
from .result import Result
from .transactions import commit_before_ddl

_VARCHAR = re.compile(r"VARCHAR\((\d+)\)")


def run_alter(context: Context) -> Result:
    """ADD, DROP and RENAME COLUMN, ALTER COLUMN, ADD CONSTRAINT; other forms are answered elsewhere or refused."""
    tree = parse_sql(context.text)
    if tree.args.get("kind") not in ("TABLE", "VIEW"):
        raise not_supported(f"this statement: {context.text.strip()[:300]}")
    name = table_name(_translated_target(tree))
    found = find_relation(context.names, name)
    if not found.relation.temporary:
        require_ownership(context.names, found)
    commit_before_ddl(context)
    context.note_write(found.full_name)
    relation = found.relation
    for action in tree.args["actions"]:
        handler = _ACTIONS.get(type(action))
        if handler is None or relation.is_view:
            raise not_supported(f"this statement: {context.text.strip()[:300]}")
        relation = handler(context, relation, action)
    if relation.temporary:
        context.session.temporary[(found.schema.id, relation.name)] = relation
        return result.status()
    with context.changing() as change:
        now = find_relation(context.names_in(change.state), name)
        change.state = with_relation(
            change.state, now.database.name, now.schema.name,
            replace(now.relation, columns=relation.columns, constraints=relation.constraints),
        )  # fmt: skip
    return result.status()


def _translated_target(tree: Expr) -> exp.Table:
    target = translate(tree.this)
    assert isinstance(target, exp.Table)
    return target


def _in_engine(context: Context, relation: Relation, clause: str) -> None:
    run_engine(context, f'ALTER TABLE "{relation.physical}" {clause}')


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def _index(relation: Relation, name: str) -> int:
    for index, column in enumerate(relation.columns):
        if column.name == name:
            return index
    raise invalid(f"column '{name}' does not exist", "000904")


def _with_column(relation: Relation, index: int, column: Column) -> Relation:
    return replace(relation, columns=(*relation.columns[:index], column, *relation.columns[index + 1 :]))


def _add_column(context: Context, relation: Relation, action: Expr) -> Relation:
    name = stored_name(action.this)
    if any(column.name == name for column in relation.columns):
        if action.args.get("exists"):
            return relation
        raise invalid(f"column '{name}' already exists", "001430", "42601")
    kind = action.args["kind"]
    default = action.find(exp.DefaultColumnConstraint)
    clause = f"ADD COLUMN {_quoted(name)} {_engine_type(kind)}"
    collation = action.find(exp.CollateColumnConstraint)
    specification = "" if collation is None else collation.this.name
    if collation is not None:
        clause += f" {engine_collation(specification)}"
    if default is not None:
        clause += f" DEFAULT {to_duckdb(translate(default.this))}"
    _in_engine(context, relation, clause)
    written = default.this.sql(dialect="snowflake") if default is not None else None
    return replace(
        relation,
        columns=(
            *relation.columns,
            Column(name, declared_type(kind), default=written, collation=recorded(specification)),
        ),
    )


def _engine_type(kind: exp.DataType) -> str:
    cast = translate(exp.Cast(this=exp.null(), to=kind.copy()))
    return to_duckdb(cast.find(exp.DataType) or exp.DataType.build("TIMESTAMP"))


def _drop_columns(context: Context, relation: Relation, action: Expr) -> Relation:
    if action.args.get("kind") != "COLUMN":
        raise not_supported(f"ALTER TABLE {action.sql(dialect='snowflake')}")
    dropped = action.args.get("tables") or [action.this]
    for one in dropped:
        name = stored_name(one.find(exp.Identifier) or one)
        if action.args.get("exists") and all(column.name != name for column in relation.columns):
            continue
        index = _index(relation, name)
        _in_engine(context, relation, f"DROP COLUMN {_quoted(name)}")
        relation = replace(relation, columns=(*relation.columns[:index], *relation.columns[index + 1 :]))
    return relation


def _rename_column(context: Context, relation: Relation, action: Expr) -> Relation:
    old, new = stored_name(action.this.this), stored_name(action.args["to"].this)
    index = _index(relation, old)
    _in_engine(context, relation, f"RENAME COLUMN {_quoted(old)} TO {_quoted(new)}")
    return _with_column(relation, index, replace(relation.columns[index], name=new))


def _alter_column(context: Context, relation: Relation, action: Expr) -> Relation:
    name = stored_name(action.this)
    index = _index(relation, name)
    column = relation.columns[index]
    kind = action.args.get("dtype")
    if kind is not None:
        wanted = declared_type(kind)
        if column.collation is not None:
            raise not_supported(f"ALTER TABLE … {action.sql(dialect='snowflake')} of a column with a collation")
        _check_type_change(column, wanted)
        _in_engine(context, relation, f"ALTER COLUMN {_quoted(name)} SET DATA TYPE {_engine_type(kind)}")
        return _with_column(relation, index, replace(column, type=wanted))
    allow_null = action.args.get("allow_null")
    if allow_null is not None:
        _in_engine(context, relation, f"ALTER COLUMN {_quoted(name)} {'DROP' if allow_null else 'SET'} NOT NULL")
        return _with_column(relation, index, replace(column, nullable=bool(allow_null)))
    raise not_supported(f"ALTER TABLE … {action.sql(dialect='snowflake')}")


def _check_type_change(column: Column, wanted: str) -> None:
    """A text column may only grow (https://docs.snowflake.com/en/sql-reference/sql/alter-table-column)."""
    old, new = _VARCHAR.fullmatch(column.type), _VARCHAR.fullmatch(wanted)
    if column.type == wanted or (old and new and int(new.group(1)) >= int(old.group(1))):
        return
    if column.type.startswith("NUMBER") and wanted.startswith("NUMBER"):
        return
    raise invalid(f"cannot change column {column.name} from type {column.type} to {wanted}", "002108", "22000")


def _add_constraint(_: Context, relation: Relation, action: Expr) -> Relation:
    return replace(
        relation, constraints=(*relation.constraints, *(table_constraint(one) for one in action.expressions))
    )


_ACTIONS: dict[type[Expr], Callable[[Context, Relation, Expr], Relation]] = {
    exp.ColumnDef: _add_column,
    exp.Drop: _drop_columns,
    exp.RenameColumn: _rename_column,
    exp.AlterColumn: _alter_column,
    exp.AddConstraint: _add_constraint,
}
