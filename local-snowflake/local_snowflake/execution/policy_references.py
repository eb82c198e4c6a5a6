"""TABLE(INFORMATION_SCHEMA.POLICY_REFERENCES(…)): where policies are set.

https://docs.snowflake.com/en/sql-reference/functions/policy_references
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import Expr, exp

from ..access.model import ACCOUNT_ID
from ..access.privileges import holds
from ..engine.names import containers_of, find_relation, parse_name
from ..errors import does_not_exist, insufficient_privileges, invalid, not_supported
from ..show.policies import (
    POLICY_KINDS,
    REFERENCE_COLUMNS,
    Reference,
    may_apply,
    may_see_policy,
    policies_of,
    policy_references,
)
from .context import Context
from .result import SELECT, Result, listing

POLICY_REFERENCES = "POLICY_REFERENCES"


def references(context: Context, call: Expr) -> Result:
    """By POLICY_NAME, or by REF_ENTITY_NAME and REF_ENTITY_DOMAIN; the two cannot be mixed."""
    arguments = _arguments(call)
    if set(arguments) == {"POLICY_NAME"}:
        found = _of_policy(context, arguments["POLICY_NAME"])
    elif set(arguments) == {"REF_ENTITY_NAME", "REF_ENTITY_DOMAIN"}:
        found = _of_entity(context, arguments["REF_ENTITY_NAME"], arguments["REF_ENTITY_DOMAIN"].upper())
    else:
        raise invalid("POLICY_REFERENCES needs POLICY_NAME, or REF_ENTITY_NAME and REF_ENTITY_DOMAIN", "001015")
    return listing(REFERENCE_COLUMNS, [one.row() for one in found], SELECT)


def _arguments(call: Expr) -> Mapping[str, str]:
    arguments: dict[str, str] = {}
    for one in call.args.get("expressions") or []:
        if not isinstance(one, exp.Kwarg) or not isinstance(one.expression, exp.Literal):
            raise not_supported(f"the argument {one.sql(dialect='snowflake')} of POLICY_REFERENCES")
        arguments[one.this.name.upper()] = one.expression.name
    return arguments


def _of_policy(context: Context, written: str) -> list[Reference]:
    names, name = context.names, parse_name(written)
    _, schema = containers_of(names, name)
    policies = (schema.listed.get((kind, name.last)) for kind in POLICY_KINDS)
    policy = next((one for one in policies if one is not None and may_see_policy(names, one)), None)
    if policy is None:
        raise does_not_exist("Policy", str(name))
    if not may_apply(names, policy):
        raise insufficient_privileges(policy.kind, str(name))
    return [one for one in policy_references(names) if one.policy.id == policy.id]


def _of_entity(context: Context, written: str, domain: str) -> list[Reference]:
    if domain not in ("TABLE", "VIEW"):
        raise not_supported(f"REF_ENTITY_DOMAIN {domain}")
    names = context.names
    found = find_relation(names, parse_name(written))
    access, roles = names.state.access, names.roles
    is_global = any(holds(access, roles, ACCOUNT_ID, f"APPLY {kind}") for kind in POLICY_KINDS)
    if not is_global and not any(may_apply(names, policy) for _, policy in policies_of(names.state).values()):
        # "If the role does not have any policy permissions but has the OWNERSHIP privilege on the table, Snowflake
        # returns an error message and does not show policy associations."
        raise insufficient_privileges(found.relation.kind, found.full_name)
    return [one for one in policy_references(names) if one.relation.id == found.relation.id]
