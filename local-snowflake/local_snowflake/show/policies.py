"""Policies as SHOW … POLICIES lists them, and where they are set, as POLICY_REFERENCES tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..access.model import ACCOUNT_ID
from ..access.privileges import can_see, containers_usable, holds, owns
from ..account.objects import AccountState, AttachedPolicy, ListedObject, Relation
from ..engine.names import Names
from .containers import Columns, Row, owner_of
from .relations import Place

POLICY_KINDS = ("MASKING POLICY", "ROW ACCESS POLICY")

POLICY_COLUMNS: Columns = (
    ("created_on", "time"),
    ("name", "text"),
    ("database_name", "text"),
    ("schema_name", "text"),
    ("kind", "text"),
    ("owner", "text"),
    ("comment", "text"),
    ("owner_role_type", "text"),
    ("options", "text"),
)
REFERENCE_COLUMNS = tuple(
    (name, "text")
    for name in (
        "POLICY_DB", "POLICY_SCHEMA", "POLICY_NAME", "POLICY_KIND", "REF_DATABASE_NAME", "REF_SCHEMA_NAME",
        "REF_ENTITY_NAME", "REF_ENTITY_DOMAIN", "REF_COLUMN_NAME", "REF_ARG_COLUMN_NAMES", "TAG_DATABASE",
        "TAG_SCHEMA", "TAG_NAME", "POLICY_STATUS",
    )
)  # fmt: skip


def policy_rows(names: Names, places: list[Place], kind: str) -> list[Row]:
    """Rows of SHOW MASKING POLICIES and SHOW ROW ACCESS POLICIES: those that the role may apply or owns.

    https://docs.snowflake.com/en/sql-reference/sql/show-masking-policies
    """
    return [
        {
            "created_on": one.created_on,
            "name": one.name,
            "database_name": place.database.name,
            "schema_name": place.schema.name,
            "kind": kind.replace(" ", "_"),
            "owner": owner_of(names, one.id),
            "comment": one.comment,
            "owner_role_type": "ROLE",
            "options": "",
        }
        for place in places
        for one in sorted(place.schema.listed.values(), key=lambda one: one.name)
        if one.kind == kind and may_see_policy(names, one)
    ]


def may_see_policy(names: Names, policy: ListedObject) -> bool:
    """A privilege on the policy, or the global APPLY on its kind together with the use of its schema and database."""
    access, roles = names.state.access, names.roles
    applies = holds(access, roles, ACCOUNT_ID, f"APPLY {policy.kind}")
    return can_see(access, roles, policy.id) or (applies and containers_usable(access, roles, policy.id))


def may_apply(names: Names, policy: ListedObject) -> bool:
    """Whether the role may set this policy: what POLICY_REFERENCES asks for."""
    access, roles = names.state.access, names.roles
    return holds(access, roles, ACCOUNT_ID, f"APPLY {policy.kind}") or holds(access, roles, policy.id, "APPLY")


@dataclass(frozen=True)
class Reference:
    """One policy on one column, or on a whole table or view (`column` None)."""

    policy: ListedObject
    policy_place: Place
    relation: Relation
    place: Place
    column: str | None
    attached: AttachedPolicy

    def row(self) -> dict[str, Any]:
        """The row of POLICY_REFERENCES."""
        return {
            "POLICY_DB": self.policy_place.database.name,
            "POLICY_SCHEMA": self.policy_place.schema.name,
            "POLICY_NAME": self.policy.name,
            "POLICY_KIND": self.policy.kind.replace(" ", "_"),
            "REF_DATABASE_NAME": self.place.database.name,
            "REF_SCHEMA_NAME": self.place.schema.name,
            "REF_ENTITY_NAME": self.relation.name,
            "REF_ENTITY_DOMAIN": self.relation.kind,
            "REF_COLUMN_NAME": self.column,
            "REF_ARG_COLUMN_NAMES": None if self.column else json.dumps(self.attached.arguments),
            "POLICY_STATUS": "ACTIVE",
        }


def policy_references(names: Names) -> list[Reference]:
    """All that the role may know of: everything of a kind with the global APPLY, else of policies that it may apply,
    where they are set on objects that it owns.

    https://docs.snowflake.com/en/sql-reference/functions/policy_references (usage notes)
    """
    access, roles = names.state.access, names.roles
    return [
        one
        for one in _references(names.state)
        if holds(access, roles, ACCOUNT_ID, f"APPLY {one.policy.kind}")
        or (may_apply(names, one.policy) and owns(access, roles, one.relation.id))
    ]


def policies_of(state: AccountState) -> dict[str, tuple[Place, ListedObject]]:
    """Every masking and row access policy of the account by id."""
    return {
        one.id: (Place(database, schema), one)
        for database in state.databases.values()
        for schema in database.schemas.values()
        for one in schema.listed.values()
        if one.kind in POLICY_KINDS
    }


def _references(state: AccountState) -> Iterator[Reference]:
    policies = policies_of(state)
    for database in state.databases.values():
        for schema in database.schemas.values():
            for relation in schema.relations.values():
                for column, attached in _attached(relation):
                    if attached.id not in policies:  # An undropped table whose policy was dropped meanwhile.
                        continue
                    place, policy = policies[attached.id]
                    yield Reference(policy, place, relation, Place(database, schema), column, attached)


def _attached(relation: Relation) -> Iterator[tuple[str | None, AttachedPolicy]]:
    for column in relation.columns:
        if column.masking_policy is not None:
            yield column.name, column.masking_policy
    if relation.row_access_policy is not None:
        yield None, relation.row_access_policy
