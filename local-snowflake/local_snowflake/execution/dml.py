"""INSERT, UPDATE, DELETE, TRUNCATE: rows of one table."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import Expr, exp

from ..engine.binding import table_name, target_of
from ..engine.literal_rows import take_literal_rows
from ..engine.names import Found, find_relation, require_privilege
from ..engine.translate import to_duckdb, translated
from ..errors import not_supported
from . import result
from .context import Context
from .engine_runs import run_engine
from .queries import BoundQuery
from .result import Result
from .transactions import commit_before_ddl, write


def find_target(context: Context, tree: Expr, *privileges: str) -> Found:
    """The table that a statement writes to, once the role's privileges on it are checked."""
    found = find_relation(context.names, table_name(target_of(tree)))
    if found.relation.is_view or not found.relation.physical:
        raise not_supported(f"writing to {found.relation.kind.lower()} {found.full_name}")
    for privilege in privileges:
        require_privilege(context.names, found, privilege)
    context.note_write(found.full_name)
    return found


def detach_target(tree: Expr) -> exp.Table:
    """Takes the target out while the rest of the tree is bound, so that it is not bound as something read."""
    target = target_of(tree)
    placeholder = exp.Table(this=exp.Anonymous(this="target", expressions=[]), alias=target.args.get("alias"))
    target.replace(placeholder)
    return placeholder


def run_insert(context: Context) -> Result:
    """INSERT [OVERWRITE]; OVERWRITE deletes in the same transaction, so nobody sees an empty table."""
    many = take_literal_rows(context.text)
    tree = translated(many.statement if many else context.text).copy()
    overwrite = bool(tree.args.get("overwrite"))
    found = find_target(context, tree, *(("INSERT", "DELETE") if overwrite else ("INSERT",)))
    tree.set("overwrite", None)
    placeholder = detach_target(tree)
    with BoundQuery(context, tree) as query:
        _put_back(placeholder, found, with_alias=False)
        before: list[str] = []
        sql = to_duckdb(query.tree)
        if overwrite:
            before, sql = _overwriting(query.tree, found, [one.relation.id for one in query.reads])
        if many:
            sql = f"{sql[: sql.rindex('VALUES')]}VALUES {many.rows}"

        def work() -> tuple[int, int]:
            removed = sum(_count(context, statement) for statement in before)
            added = _count(context, sql)
            return added, added + removed

        return result.counts(result.INSERT, {"inserted": write(context, found.relation.id, work)})


def _overwriting(tree: Expr, found: Found, reads: list[str]) -> tuple[list[str], str]:
    """The statements that make room, and the insert; a query that reads the table itself is evaluated first."""
    delete = f'DELETE FROM "{found.relation.physical}"'
    if found.relation.id not in reads:
        return [delete], to_duckdb(tree)
    source = f"overwriting_{found.relation.physical}"
    evaluate = f'CREATE OR REPLACE TEMPORARY TABLE "{source}" AS {to_duckdb(tree.expression)}'
    tree.set("expression", exp.select("*").from_(exp.table_(source, db="main", catalog="temp", quoted=True)))
    return [evaluate, delete], to_duckdb(tree)


def run_update(context: Context) -> Result:
    """UPDATE … [FROM …]."""
    tree = translated(context.text).copy()
    found = find_target(context, tree, "UPDATE")
    for assignment in tree.expressions:  # the engine takes no qualified column on the left
        if isinstance(assignment, exp.EQ) and isinstance(assignment.this, exp.Column):
            assignment.this.set("table", None)
    changed = _run_counted(context, tree, found)
    return result.counts(result.UPDATE, {"updated": changed, "multi-joined": 0})


def run_delete(context: Context) -> Result:
    """DELETE … [USING …]."""
    tree = translated(context.text).copy()
    found = find_target(context, tree, "DELETE")
    return result.counts(result.DELETE, {"deleted": _run_counted(context, tree, found)})


def run_truncate(context: Context) -> Result:
    """TRUNCATE, which Snowflake counts as DDL: it commits."""
    tree = translated(context.text)
    table = tree.expressions[0]
    holder = exp.Delete(this=table.copy())
    found = find_target(context, holder, "TRUNCATE")
    commit_before_ddl(context)

    def work() -> tuple[int, int]:
        removed = _count(context, f'DELETE FROM "{found.relation.physical}"')
        return removed, removed

    write(context, found.relation.id, work)
    return result.status()


def _run_counted(context: Context, tree: Expr, found: Found) -> int:
    sql = bound_dml_sql(context, tree, found)

    def work() -> tuple[int, int]:
        changed = _count(context, sql)
        return changed, changed

    return write(context, found.relation.id, work)


def bound_dml_sql(context: Context, tree: Expr, found: Found, with_alias: bool = True) -> str:
    """The engine's text; what the statement reads is bound, its target is the physical table."""
    placeholder = detach_target(tree)
    with BoundQuery(context, tree) as query:
        _put_back(placeholder, found, with_alias)
        return to_duckdb(query.tree)


def _put_back(placeholder: exp.Table, found: Found, with_alias: bool) -> None:
    alias = placeholder.args.get("alias")
    if alias is None and with_alias:
        alias = exp.TableAlias(this=exp.to_identifier(found.relation.name, quoted=True))
    placeholder.replace(exp.Table(this=exp.to_identifier(found.relation.physical, quoted=True), alias=alias))


def _count(context: Context, sql: str) -> int:
    """Runs it and gives how many rows it changed; making a temporary table changes none."""
    row = run_engine(context, sql).fetchone()
    return int(row[0]) if row and not sql.startswith("CREATE") else 0


RUNNERS: dict[type[Expr], Callable[[Context], Result]] = {
    exp.Insert: run_insert,
    exp.Update: run_update,
    exp.Delete: run_delete,
    exp.TruncateTable: run_truncate,
}
