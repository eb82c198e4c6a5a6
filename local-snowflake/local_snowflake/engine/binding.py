"""Logical names in a translated tree become physical ones; views become the queries they stand for.

A view is expanded at run time, so that it is bound by name, as in Snowflake: the names in it mean what they mean now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import Expr, exp

from ..access.roles import active_roles
from ..errors import not_supported
from ..statements import Name
from .names import INFORMATION_SCHEMA, Found, Names, find_database, find_relation, require_privilege
from .policies import seen_through_policies
from .translate import translated

# What a table reference may carry besides its name; it stays when the name is replaced.
_CARRIED = ("joins", "laterals", "pivots", "sample")
_KNOWN = frozenset(("this", "db", "catalog", "alias", *_CARRIED))
_MAX_VIEW_DEPTH = 20


@dataclass
class Binding:
    """How one statement is bound; collects what it reads.

    `inline_table` gives the engine's name of a table made for this statement (INFORMATION_SCHEMA, RESULT_SCAN);
    `context_value` gives what a function such as CURRENT_ROLE stands for, None for ordinary functions.
    `check_view` is called with a view and its bound query.
    """

    inline_table: Callable[[Names, Expr], str | None]
    context_value: Callable[[Names, Expr], Expr | None]
    check_view: Callable[[Found, Expr, list[Found]], None]
    reads: list[Found] = field(default_factory=list)
    depth: int = 0


def table_name(table: exp.Table) -> Name:
    """The possibly qualified name of a table reference, in stored case; `db..t` has an empty middle part."""
    parts = [table.args.get("catalog"), table.args.get("db"), table.this]
    written = [part.name if isinstance(part, exp.Identifier) else "" for part in parts if part is not None]
    return Name(tuple(written))


def bind(tree: Expr, names: Names, binding: Binding, ctes: frozenset[str] = frozenset()) -> Expr:
    """Binds everything the tree reads, in place; returns the root, which may be another one."""
    with_ = tree.args.get("with_")
    if with_ is not None:
        for cte in with_.expressions:
            own = ctes | {cte.alias} if with_.recursive or _refers_to_itself(cte) else ctes
            if own is not ctes:
                with_.set("recursive", True)
            bind(cte.this, names, binding, own)
            ctes = ctes | {cte.alias}
    for child in list(tree.iter_expressions()):
        if child is not with_:
            bind(child, names, binding, ctes)
    return _bind_node(tree, names, binding, ctes)


def _refers_to_itself(cte: Expr) -> bool:
    """Snowflake lets every CTE refer to itself, without RECURSIVE; only with UNION ALL can that be meant."""
    query = cte.this
    if not isinstance(query, exp.Union):
        return False
    return any(table.name == cte.alias and not table.db for table in query.expression.find_all(exp.Table))


def _bind_node(node: Expr, names: Names, binding: Binding, ctes: frozenset[str]) -> Expr:
    if isinstance(node, exp.Table | exp.TableFromRows):
        return _bind_table(node, names, binding, ctes)
    if isinstance(node, exp.Column):
        if node.args.get("db") is not None:
            node.set("db", None)
            node.set("catalog", None)
        return node
    if isinstance(node, exp.Func):
        value = binding.context_value(names, node)
        if value is not None:
            return _replaced(node, value)
    return node


def _replaced(old: Expr, new: Expr) -> Expr:
    if old.parent is not None:
        old.replace(new)
    return new


def _bind_table(node: Expr, names: Names, binding: Binding, ctes: frozenset[str]) -> Expr:
    if isinstance(node.args.get("db"), exp.Identifier) or isinstance(node.this, exp.Identifier):
        assert isinstance(node, exp.Table)
        if not node.db and node.name in ctes:
            return node
        inline = binding.inline_table(names, node) if _is_information_schema(names, node) else None
        if inline is None:
            return _bind_relation(node, names, binding)
        return _replaced(node, _table(inline, node, node.name))
    inline = binding.inline_table(names, node)
    if inline is not None:
        return _replaced(node, _table(inline, node, None))
    if isinstance(node, exp.TableFromRows):
        raise not_supported(f"the table function {node.sql(dialect='snowflake')[:200]}")
    return node


def _is_information_schema(names: Names, node: exp.Table) -> bool:
    return node.db == INFORMATION_SCHEMA or (not node.db and names.schema == INFORMATION_SCHEMA)


def _bind_relation(node: exp.Table, names: Names, binding: Binding) -> Expr:
    unknown = [key for key, value in node.args.items() if value and key not in _KNOWN]
    if unknown:
        raise not_supported(f"{unknown[0].upper()} after a table's name: {node.sql(dialect='snowflake')[:200]}")
    found = find_relation(names, table_name(node))
    require_privilege(names, found, "SELECT")
    binding.reads.append(found)
    if found.relation.is_view:
        query = view_query(found, names, binding)
        if found.relation.policies:
            inside = _view_subquery(query, found, exp.Table())
            return _replaced(node, _through_policies(inside, found, names, binding, node))
        return _replaced(node, _view_subquery(query, found, node))
    if not found.relation.physical:
        raise not_supported(f"reading from {found.relation.kind.lower()} {found.full_name}")
    if found.relation.policies:
        inside = _table(found.relation.physical, exp.Table(), None)
        return _replaced(node, _through_policies(inside, found, names, binding, node))
    return _replaced(node, _table(found.relation.physical, node, found.relation.name))


def _through_policies(source: Expr, found: Found, names: Names, binding: Binding, old: exp.Table) -> exp.Subquery:
    """What the policies let through of the source, under the alias that the query gave the relation."""
    query = seen_through_policies(
        source, found.relation, names.state, lambda policy, body: _bound_as_owner(policy, body, names, binding)
    )
    alias = old.args.get("alias") or exp.TableAlias(this=exp.to_identifier(found.relation.name, quoted=True))
    return exp.Subquery(this=query, alias=alias, **{key: old.args.get(key) for key in _CARRIED})


def _bound_as_owner(policy_id: str, body: Expr, names: Names, binding: Binding) -> Expr:
    """A policy reads its mapping tables with the rights of its owner, and knows the session that asks.

    https://docs.snowflake.com/en/user-guide/security-row-intro
    """
    owner = names.state.access.objects[policy_id].owner
    roles = active_roles(names.state.access, owner) if owner else names.roles
    inside = Names(names.state, roles, names.database, names.schema, {})
    inner = Binding(binding.inline_table, binding.context_value, binding.check_view, depth=binding.depth + 1)
    bound = bind(body, inside, inner)
    binding.reads.extend(inner.reads)
    return bound


def _table(physical: str, old: Expr, default_alias: str | None) -> exp.Table:
    alias = old.args.get("alias")
    if alias is None and default_alias is not None:
        alias = exp.TableAlias(this=exp.to_identifier(default_alias, quoted=True))
    carried = {key: old.args.get(key) for key in _CARRIED}
    return exp.Table(this=exp.to_identifier(physical, quoted=True), alias=alias, **carried)


def view_query(found: Found, names: Names, binding: Binding) -> Expr:
    """The bound query of a view: unqualified names mean the view's own schema, privileges are its owner's.

    https://docs.snowflake.com/en/sql-reference/sql/create-view (usage notes)
    """
    if binding.depth >= _MAX_VIEW_DEPTH:
        raise not_supported(f"views nested more than {_MAX_VIEW_DEPTH} deep, at {found.full_name}")
    create = translated(found.relation.text)
    securable = names.state.access.objects.get(found.relation.id)
    owner = securable.owner if securable else None
    roles = active_roles(names.state.access, owner) if owner else names.roles
    inside = Names(names.state, roles, found.database.name, found.schema.name, names.temporary)
    inner = Binding(binding.inline_table, binding.context_value, binding.check_view, depth=binding.depth + 1)
    query = bind(create.expression.copy(), inside, inner)
    binding.check_view(found, query, inner.reads)
    binding.reads.extend(inner.reads)
    return query


def _view_subquery(query: Expr, found: Found, old: exp.Table) -> exp.Subquery:
    inner = query.this if isinstance(query, exp.Subquery) and not query.alias else query
    columns = [exp.to_identifier(column.name, quoted=True) for column in found.relation.columns]
    named = exp.Subquery(
        this=inner, alias=exp.TableAlias(this=exp.to_identifier(found.relation.name, quoted=True), columns=columns)
    )
    alias = old.args.get("alias")
    if alias is not None and alias.columns:
        named = exp.Subquery(this=exp.select("*").from_(named), alias=alias)
    elif alias is not None:
        named.args["alias"].set("this", alias.this)
    for key in _CARRIED:
        named.set(key, old.args.get(key))
    return named


def target_of(tree: Expr) -> exp.Table:
    """The table reference that a DML statement writes to."""
    target = tree.this
    while isinstance(target, exp.Schema | exp.Alias):
        target = target.this
    if not isinstance(target, exp.Table):
        raise not_supported(f"this statement: {tree.sql(dialect='snowflake')[:300]}")
    return target


def current_database(names: Names) -> str:
    """The name of the current database; an error if there is none."""
    return find_database(names, None).name
