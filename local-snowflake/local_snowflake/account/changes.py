"""One state to the next: pure functions, each returns a new `AccountState`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from .objects import AccountState, Database, ListedObject, Relation, Schema

K = TypeVar("K")
V = TypeVar("V")


def put(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """A copy of the mapping with one more entry."""
    return {**mapping, key: value}


def without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    """A copy of the mapping without one entry."""
    return {name: value for name, value in mapping.items() if name != key}


def new_id(state: AccountState) -> tuple[AccountState, str]:
    """A state that has given out one more object id, and the id."""
    return replace(state, next_id=state.next_id + 1), f"OBJECT:{state.next_id}"


def with_database(state: AccountState, database: Database) -> AccountState:
    """Adds or replaces the database of this name."""
    return replace(state, databases=put(state.databases, database.name, database))


def without_database(state: AccountState, name: str) -> AccountState:
    """Removes the database of this name."""
    return replace(state, databases=without(state.databases, name))


def with_schema(state: AccountState, database: str, schema: Schema) -> AccountState:
    """Adds or replaces the schema of this name."""
    owner = state.databases[database]
    return with_database(state, replace(owner, schemas=put(owner.schemas, schema.name, schema)))


def without_schema(state: AccountState, database: str, name: str) -> AccountState:
    """Removes the schema of this name."""
    owner = state.databases[database]
    return with_database(state, replace(owner, schemas=without(owner.schemas, name)))


def with_relation(state: AccountState, database: str, schema: str, relation: Relation) -> AccountState:
    """Adds or replaces the table or view of this name."""
    owner = state.databases[database].schemas[schema]
    return with_schema(state, database, replace(owner, relations=put(owner.relations, relation.name, relation)))


def without_relation(state: AccountState, database: str, schema: str, name: str) -> AccountState:
    """Removes the table or view of this name."""
    owner = state.databases[database].schemas[schema]
    return with_schema(state, database, replace(owner, relations=without(owner.relations, name)))


def with_listed(state: AccountState, database: str, schema: str, listed: ListedObject) -> AccountState:
    """Adds or replaces a stream, task or other object that is only listed."""
    owner = state.databases[database].schemas[schema]
    key = (listed.kind, listed.name)
    return with_schema(state, database, replace(owner, listed=put(owner.listed, key, listed)))


def without_listed(state: AccountState, database: str, schema: str, kind: str, name: str) -> AccountState:
    """Removes an object that is only listed."""
    owner = state.databases[database].schemas[schema]
    return with_schema(state, database, replace(owner, listed=without(owner.listed, (kind, name))))
