"""The suites' check of relation types, for a warehouse that stores unquoted names in upper case.

The suites' own check compares names as written in lower case and passes over every relation whose name differs: against
Snowflake it would look at none.
"""

from __future__ import annotations

from typing import Any

from dbt.tests.util import get_connection, relation_from_name


def check_relation_types(adapter: Any, expected: dict[str, str | None]) -> None:
    """Fails unless each relation (lower-case name, with a schema or without) has its type; None: it does not exist."""
    for name, type_ in expected.items():
        relation = relation_from_name(adapter, name)
        with get_connection(adapter):
            listed = adapter.list_relations_without_caching(relation.without_identifier())
        found = {other.identifier.lower(): str(other.type) for other in listed}
        assert found.get(relation.identifier.lower()) == type_, f"{name}: expected {type_}, listed are {found}"
