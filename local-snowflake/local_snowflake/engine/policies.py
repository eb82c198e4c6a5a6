"""What a table or view shows where policies are set on it: some values masked, some rows left out.

https://docs.snowflake.com/en/user-guide/security-column-intro, https://docs.snowflake.com/en/user-guide/security-row-intro:
each place that a query names the relation reads it through its policies, whoever owns it. Here DML finds its own
target's rows past them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import Expr, exp

from ..account.objects import AccountState, AttachedPolicy, Column, Relation
from ..statements.policy_text import PolicyText, parse_policy_text
from .translate import parse_sql, translate

_ALIAS = "governed"
_UNCAST = ("VARIANT", "OBJECT", "ARRAY", "GEOGRAPHY", "GEOMETRY")

PolicyBody = Callable[[str, Expr], Expr]
"""Binds a policy's body as its owner; given the policy's id."""


def seen_through_policies(source: Expr, relation: Relation, state: AccountState, bind_body: PolicyBody) -> exp.Select:
    """A query that shows of the source (an unaliased table or subquery) what its policies let through."""
    policies = _texts(state, relation)
    source.set("alias", exp.TableAlias(this=exp.to_identifier(_ALIAS, quoted=True), columns=_columns_of(source)))

    def applied(attached: AttachedPolicy) -> Expr:
        text = policies[attached.id]
        body = translate(parse_sql(f"SELECT {text.body}")).expressions[0]
        values = dict(zip(text.arguments, (_column(name) for name in attached.arguments), strict=False))
        return bind_body(attached.id, _with_arguments(body, values))

    select = exp.select(*(_value(column, applied) for column in relation.columns)).from_(source)
    row_access = relation.row_access_policy
    return select if row_access is None else select.where(applied(row_access))


def _columns_of(source: Expr) -> list[Expr]:
    alias = source.args.get("alias")
    return list(alias.columns) if alias is not None else []


def _value(column: Column, applied: Callable[[AttachedPolicy], Expr]) -> Expr:
    name = exp.to_identifier(column.name, quoted=True)
    if column.masking_policy is None:
        return exp.alias_(_column(column.name), name)
    shown = applied(column.masking_policy)
    if not column.type.startswith(_UNCAST):
        # A policy returns the type of its column, also where it gives NULL.
        wanted = exp.DataType.build(column.type, dialect="snowflake")
        shown = translate(exp.Cast(this=shown, to=wanted))
    return exp.alias_(shown, name)


def _column(name: str) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(_ALIAS, quoted=True))


def _with_arguments(body: Expr, values: Mapping[str, exp.Column]) -> Expr:
    def replaced(node: Expr) -> Expr:
        if isinstance(node, exp.Column) and not node.table and node.name in values:
            return values[node.name].copy()
        return node

    return body.transform(replaced)


def _texts(state: AccountState, relation: Relation) -> dict[str, PolicyText]:
    """The policies set on the relation by id."""
    wanted = relation.policies
    return {
        listed.id: parse_policy_text(listed.text)
        for database in state.databases.values()
        for schema in database.schemas.values()
        for listed in schema.listed.values()
        if listed.id in wanted
    }
