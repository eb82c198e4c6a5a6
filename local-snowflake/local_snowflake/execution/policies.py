"""Masking and row access policies put on tables and views, and taken off.

https://docs.snowflake.com/en/user-guide/security-column-intro, https://docs.snowflake.com/en/user-guide/security-row-intro
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..access.model import ACCOUNT_ID
from ..access.privileges import holds, owns
from ..account.objects import AccountState, AttachedPolicy, AttachedTag, Column, ListedObject, Relation, Schema
from ..engine.names import Found, Names, containers_of
from ..errors import does_not_exist, insufficient_privileges, invalid
from ..statements import ChangeRowAccessPolicy, MaskedColumn, Name, SetMaskingPolicies
from ..statements.policy_text import parse_policy_text
from .alter_relation import alter_relation
from .context import Context
from .result import Result
from .securables import name_lookup

MASKING = "MASKING POLICY"
ROW_ACCESS = "ROW ACCESS POLICY"


def set_masking_policies(context: Context, statement: SetMaskingPolicies) -> Result:
    """ALTER TABLE | VIEW … MODIFY COLUMN … SET | UNSET MASKING POLICY."""
    return alter_relation(
        context, statement, "policies", lambda names, found: _with_masks(names, found, statement.columns)
    )


def change_row_access_policy(context: Context, statement: ChangeRowAccessPolicy) -> Result:
    """ALTER TABLE | VIEW … ADD | DROP ROW ACCESS POLICY: a table or view has one at most."""
    return alter_relation(
        context, statement, "policies", lambda names, found: _with_row_access(names, found, statement)
    )


def _find_policy(names: Names, kind: str, name: Name) -> ListedObject:
    _, schema = containers_of(names, name)
    listed = schema.listed.get((kind, name.last))
    if listed is None:
        raise does_not_exist(kind.capitalize(), str(name))
    return listed


def _attached(policy: ListedObject, columns: tuple[str, ...]) -> AttachedPolicy:
    """As many columns as the policy has arguments (USING and ON)."""
    wanted = parse_policy_text(policy.text).arguments
    if len(wanted) != len(columns):
        raise invalid(f"Policy {policy.name} takes {len(wanted)} column(s), not {len(columns)}.")
    return AttachedPolicy(policy.id, columns)


def _require_apply(names: Names, found: Found, kind: str, policy_id: str) -> None:
    """The global APPLY …, or APPLY on the policy together with OWNERSHIP of the table or view.

    https://docs.snowflake.com/en/user-guide/security-column-intro (masking policy privileges)
    """
    access, roles = names.state.access, names.roles
    if holds(access, roles, ACCOUNT_ID, f"APPLY {kind}"):
        return
    if not holds(access, roles, policy_id, "APPLY"):
        raise insufficient_privileges(kind, name_lookup(names.state)(policy_id))
    if not owns(access, roles, found.relation.id):
        raise insufficient_privileges(found.relation.kind, found.relation.name)


def _with_masks(names: Names, found: Found, wanted: tuple[MaskedColumn, ...]) -> Relation:
    columns: Mapping[str, Column] = {column.name: column for column in found.relation.columns}
    changed: dict[str, Column] = {}
    for one in wanted:
        column = columns.get(one.column)
        missing = next((name for name in one.using if name not in columns), None)
        if column is None or missing is not None:
            raise invalid(f"column '{missing or one.column}' does not exist", "000904")
        old = column.masking_policy
        if one.policy is None:
            if old is not None:
                _require_apply(names, found, MASKING, old.id)
            changed[column.name] = replace(column, masking_policy=None)
            continue
        policy = _find_policy(names, MASKING, one.policy)
        _require_apply(names, found, MASKING, policy.id)
        if old is not None and not one.force:
            # https://docs.snowflake.com/en/sql-reference/sql/alter-table-column: unset it first, or say FORCE
            raise invalid(f"Column {column.name} already attached to another masking policy.")
        changed[column.name] = replace(column, masking_policy=_attached(policy, one.using))
    return replace(found.relation, columns=tuple(changed.get(each.name, each) for each in found.relation.columns))


def _with_row_access(names: Names, found: Found, statement: ChangeRowAccessPolicy) -> Relation:
    relation = found.relation
    old = relation.row_access_policy
    if statement.dropped is not None:
        dropped = _find_policy(names, ROW_ACCESS, statement.dropped)
        if old is None or old.id != dropped.id:
            raise does_not_exist("Row access policy", f"{statement.dropped} on {found.full_name}")
    if old is not None and (statement.dropped is not None or statement.drop_all):
        _require_apply(names, found, ROW_ACCESS, old.id)
        relation, old = replace(relation, row_access_policy=None), None
    if statement.added is None:
        return relation
    policy = _find_policy(names, ROW_ACCESS, statement.added)
    _require_apply(names, found, ROW_ACCESS, policy.id)
    if old is not None:
        raise invalid(f"Object {found.full_name} already has a ROW_ACCESS_POLICY.")
    missing = next((name for name in statement.arguments if all(c.name != name for c in relation.columns)), None)
    if missing is not None:
        raise invalid(f"column '{missing}' does not exist", "000904")
    return replace(relation, row_access_policy=_attached(policy, statement.arguments))


def require_unattached(state: AccountState, policy_id: str, name: str) -> None:
    """A policy that is set somewhere can neither be dropped nor replaced.

    https://docs.snowflake.com/en/sql-reference/sql/drop-masking-policy,
    https://docs.snowflake.com/en/sql-reference/sql/drop-row-access-policy
    """
    for database in state.databases.values():
        for schema in database.schemas.values():
            for relation in schema.relations.values():
                if policy_id in relation.policies:
                    raise invalid(
                        f"Policy {name} cannot be dropped/replaced as it is associated with one or more entities."
                    )


def require_self_contained(state: AccountState, dropped: tuple[Schema, ...]) -> None:
    """Schemas whose policies are set on tables elsewhere cannot be dropped.

    https://docs.snowflake.com/en/user-guide/security-column-intro (limitations)
    """
    inside = {schema.id for schema in dropped}
    policies = {one.id: one for schema in dropped for one in schema.listed.values()}
    for database in state.databases.values():
        for schema in database.schemas.values():
            for relation in () if schema.id in inside else schema.relations.values():
                for policy_id in relation.policies & policies.keys():
                    name = Name((database.name, schema.name, relation.name))
                    raise invalid(
                        f"Policy {policies[policy_id].name} cannot be dropped as it is associated with {name}, "
                        "which is not dropped with it."
                    )


def rebound(relation: Relation, ids: Mapping[str, str]) -> Relation:
    """A clone, with the policies and tags that were cloned together with it, not their sources; others stay shared.

    https://docs.snowflake.com/en/user-guide/object-clone (cloning and policies),
    https://docs.snowflake.com/en/user-guide/object-tagging/interaction (cloning)
    """

    def of_clone(attached: AttachedPolicy | None) -> AttachedPolicy | None:
        return None if attached is None else replace(attached, id=ids.get(attached.id, attached.id))

    def tags_of_clone(tags: tuple[AttachedTag, ...]) -> tuple[AttachedTag, ...]:
        return tuple(replace(one, id=ids.get(one.id, one.id)) for one in tags)

    columns = tuple(
        replace(each, masking_policy=of_clone(each.masking_policy), tags=tags_of_clone(each.tags))
        for each in relation.columns
    )
    return replace(
        relation,
        columns=columns,
        row_access_policy=of_clone(relation.row_access_policy),
        tags=tags_of_clone(relation.tags),
    )
