"""CREATE TABLE, with columns or AS SELECT."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
from sqlglot import Expr, exp

from ..account.account import Change
from ..account.objects import Column, Constraint, Relation
from ..engine.collations import engine_collation, recorded, result_collations
from ..engine.column_types import catalog_type, declared_type
from ..engine.translate import parse_sql, to_duckdb, translate, translated
from ..errors import from_engine, invalid, not_supported
from . import result
from .context import Context
from .create_relation import check_creation, publish, read_options
from .engine_runs import run_engine
from .queries import BoundQuery, describe
from .result import Result
from .transactions import commit_before_ddl


@dataclass(frozen=True)
class _Definition:
    """The columns a CREATE TABLE declares: for the catalog, and as the engine's text."""

    columns: tuple[Column, ...]
    engine_columns: tuple[str, ...]
    constraints: tuple[Constraint, ...]


def run_create_table(context: Context) -> Result:
    """Makes the new table beside the old one, then gives it the name."""
    tree = parse_sql(context.text)
    assert isinstance(tree, exp.Create)
    options = read_options(translated_head(tree))
    commit_before_ddl(context)
    old = check_creation(context, "TABLE", options)
    if old is not None and options.if_not_exists:
        return result.status(f"{options.name.last} already exists, statement succeeded.")
    definition = _definition(tree)
    query = translated(context.text).expression if tree.expression is not None else None
    physical = context.account.storage.new_name()
    try:
        _create_in_engine(context, physical, definition, query)
        columns = _final_columns(context, physical, definition)

        def make(object_id: str, change: Change) -> Relation:
            relation = Relation(
                object_id, options.name.last, "TABLE", change.now, columns, options.comment, physical,
                transient=options.transient, temporary=options.temporary, cluster_by=options.cluster_by,
                automatic_clustering=bool(options.cluster_by), retention_time=options.retention_time,
                change_tracking=options.change_tracking, constraints=definition.constraints,
            )  # fmt: skip
            context.account.tokens.start(context.session.engine, [object_id])
            return relation

        publish(context, "TABLE", options, make)
    except BaseException:
        context.account.storage.retire([physical])
        raise
    return result.status(f"Table {options.name.last} successfully created.")


def translated_head(tree: exp.Create) -> exp.Create:
    """The CREATE without its query, with names in stored case."""
    head = tree.copy()
    head.set("expression", None)
    translated_tree = translate(head)
    assert isinstance(translated_tree, exp.Create)
    return translated_tree


def _definition(tree: exp.Create) -> _Definition:
    columns: list[Column] = []
    engine: list[str] = []
    constraints: list[Constraint] = []
    for one in tree.this.expressions if isinstance(tree.this, exp.Schema) else []:
        if isinstance(one, exp.ColumnDef):
            column, engine_text, own = _column(one)
            columns.append(column)
            engine.append(engine_text)
            constraints.extend(own)
        else:
            constraints.append(table_constraint(one))
    return _Definition(tuple(columns), tuple(engine), tuple(constraints))


def stored_name(identifier: Expr) -> str:
    """A written identifier in stored case."""
    return identifier.name if identifier.args.get("quoted") else identifier.name.upper()


def _column(one: exp.ColumnDef) -> tuple[Column, str, list[Constraint]]:
    """NOT NULL and DEFAULT are the engine's too; keys are only recorded, Snowflake does not enforce them."""
    name = stored_name(one.this)
    kind = one.kind
    if kind is None:
        return Column(name, ""), "", []
    column = Column(name, declared_type(kind))
    engine_type = to_duckdb(translate(exp.Cast(this=exp.null(), to=kind.copy())).find(exp.DataType) or kind)
    engine = f"{exp.to_identifier(name, quoted=True).sql(dialect='duckdb')} {engine_type}"
    keys: list[Constraint] = []
    for holder in one.args.get("constraints") or []:
        constraint = holder.kind
        if isinstance(constraint, exp.NotNullColumnConstraint):
            if not constraint.args.get("allow_null"):
                column, engine = replace(column, nullable=False), f"{engine} NOT NULL"
        elif isinstance(constraint, exp.DefaultColumnConstraint):
            column = replace(column, default=constraint.this.sql(dialect="snowflake"))
            engine = f"{engine} DEFAULT {to_duckdb(translate(constraint.this))}"
        elif isinstance(constraint, exp.CommentColumnConstraint):
            column = replace(column, comment=constraint.this.name)
        elif isinstance(constraint, exp.PrimaryKeyColumnConstraint):
            keys.append(Constraint("PRIMARY KEY", f"SYS_CONSTRAINT_{name}", (name,)))
        elif isinstance(constraint, exp.UniqueColumnConstraint):
            keys.append(Constraint("UNIQUE", f"SYS_CONSTRAINT_{name}", (name,)))
        elif isinstance(constraint, exp.Reference | exp.ForeignKey):
            keys.append(Constraint("FOREIGN KEY", f"SYS_CONSTRAINT_{name}", (name,)))
        elif isinstance(constraint, exp.CollateColumnConstraint):
            column = replace(column, collation=recorded(constraint.this.name))
            engine = f"{engine} {engine_collation(constraint.this.name)}"
        else:
            raise not_supported(f"the column option {holder.sql(dialect='snowflake')}")
    return column, engine, keys


def table_constraint(one: Expr) -> Constraint:
    """A PRIMARY KEY, UNIQUE or FOREIGN KEY constraint as it is recorded."""
    name = stored_name(one.this) if isinstance(one, exp.Constraint) else "SYS_CONSTRAINT"
    body = one.expressions[0] if isinstance(one, exp.Constraint) else one
    kinds: dict[type[Expr], str] = {
        exp.PrimaryKey: "PRIMARY KEY",
        exp.UniqueColumnConstraint: "UNIQUE",
        exp.ForeignKey: "FOREIGN KEY",
    }
    kind = kinds.get(type(body))
    if kind is None:
        raise not_supported(f"the constraint {one.sql(dialect='snowflake')}")
    columns = body.this.expressions if isinstance(body, exp.UniqueColumnConstraint) else body.expressions
    return Constraint(kind, name, tuple(stored_name(column.find(exp.Identifier) or column) for column in columns))


def _create_in_engine(context: Context, physical: str, definition: _Definition, query: Expr | None) -> None:
    typed = definition.columns and definition.columns[0].type
    engine = context.session.engine
    engine.begin()
    try:
        if typed:
            run_engine(context, f'CREATE TABLE "{physical}" ({", ".join(definition.engine_columns)})')
        if query is not None:
            with BoundQuery(context, query.copy()) as bound:
                select = _storable(context, bound.tree, [column.name for column in definition.columns])
                start = f'INSERT INTO "{physical}"' if typed else f'CREATE TABLE "{physical}" AS'
                run_engine(context, f"{start} {select}")
        elif not typed:
            raise invalid("a table needs columns", "001003")
        engine.commit()
    except duckdb.Error as error:
        engine.rollback()
        raise from_engine(error, context.text) from error
    except BaseException:
        engine.rollback()
        raise


def _storable(context: Context, query: Expr, names: list[str]) -> str:
    """The query with types that a Snowflake table may have, and with the declared names if there are any."""
    made = describe(context, query)
    if names and len(names) != len(made):
        raise invalid("Invalid column definition list", "002026", "42601")
    outputs = names or [name for name, _ in made]
    twice = next((name for name in outputs if outputs.count(name) > 1), None)
    if twice is not None:
        raise invalid(f"duplicate column name '{twice}'", "002025", "42S21")
    inner = query.this if isinstance(query, exp.Subquery) and not query.alias else query
    plain = [f"c{index}" for index in range(len(made))]
    selected = ", ".join(
        f"{_stored_value(column, kind)} AS {exp.to_identifier(name, quoted=True).sql(dialect='duckdb')}"
        for column, (_, kind), name in zip(plain, made, outputs, strict=True)
    )
    return f"SELECT {selected} FROM ({to_duckdb(inner)}) AS q({', '.join(plain)})"


def _stored_value(column: str, engine_type: str) -> str:
    if engine_type == '"NULL"':
        return f"CAST({column} AS VARCHAR)"
    if engine_type.endswith("]") or engine_type.startswith(("STRUCT", "MAP")):
        return f"TO_JSON({column})"
    return column


def _final_columns(context: Context, physical: str, definition: _Definition) -> tuple[Column, ...]:
    if definition.columns and definition.columns[0].type:
        return definition.columns
    rows = run_engine(context, f'DESCRIBE "{physical}"').fetchall()
    collations = result_collations(context.session.engine, physical)
    return tuple(
        Column(str(row[0]), catalog_type(str(row[1])), collation=collation)
        for row, collation in zip(rows, collations, strict=True)
    )
