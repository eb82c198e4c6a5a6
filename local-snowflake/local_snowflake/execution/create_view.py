"""CREATE VIEW: the text is kept, its columns are fixed now."""

from __future__ import annotations

from sqlglot import exp

from ..account.account import Change
from ..account.objects import Column, Relation
from ..engine.column_types import catalog_type
from ..engine.translate import parse_sql, translated
from ..errors import invalid
from . import result
from .context import Context
from .create_relation import check_creation, publish, read_options
from .create_table import translated_head
from .queries import BoundQuery
from .result import Result
from .transactions import commit_before_ddl


def run_create_view(context: Context) -> Result:
    """Compiles the view's query against what is there now (base objects must exist), then publishes it."""
    tree = parse_sql(context.text)
    assert isinstance(tree, exp.Create)
    options = read_options(translated_head(tree))
    commit_before_ddl(context)
    old = check_creation(context, "VIEW", options)
    if old is not None and options.if_not_exists:
        return result.status(f"{options.name.last} already exists, statement succeeded.")
    columns = _columns(context, tree, options.name.parts)

    def make(object_id: str, change: Change) -> Relation:
        return Relation(
            object_id, options.name.last, "VIEW", change.now, columns, options.comment,
            temporary=options.temporary, secure=options.secure, text=context.text.strip(),
        )  # fmt: skip

    publish(context, "VIEW", options, make)
    return result.status(f"View {options.name.last} successfully created.")


def _columns(context: Context, tree: exp.Create, view_name: tuple[str, ...]) -> tuple[Column, ...]:
    query = translated(context.text).expression
    with BoundQuery(context, query.copy(), inside=view_name) as bound:
        made = bound.describe()
        collations = bound.collations()
    declared = tree.this.expressions if isinstance(tree.this, exp.Schema) else []
    if declared and len(declared) != len(made):
        raise invalid("Invalid column definition list", "002026", "42601")
    columns = []
    for index, (name, kind) in enumerate(made):
        comment = None
        if declared:
            identifier = declared[index].this if isinstance(declared[index], exp.ColumnDef) else declared[index]
            name = identifier.name if identifier.args.get("quoted") else identifier.name.upper()
            comment = next((one.this.name for one in declared[index].find_all(exp.CommentColumnConstraint)), None)
        columns.append(Column(name, catalog_type(kind), comment=comment, collation=collations[index]))
    names = [column.name for column in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise invalid(f"duplicate column name '{twice}'", "002025", "42S21")
    return tuple(columns)
