"""The suite "store_test_failures_tests": rows that fail a test are kept as a table or a view."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.store_test_failures_tests import basic
from dbt.tests.adapter.store_test_failures_tests.test_store_test_failures import (
    BaseStoreTestFailures,
    BaseStoreTestFailuresLimit,
)
from relation_types import check_relation_types


class TestStoreTestFailures(BaseStoreTestFailures):
    pass


class TestStoreTestFailuresLimit(BaseStoreTestFailuresLimit):
    pass


class _InAuditSchema:
    """The suite looks for what was stored in the models' schema, where it never is; here in the schema for failures."""

    audit_schema: str

    @pytest.fixture(autouse=True)
    def _relation_types_in_audit_schema(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def check(adapter: object, expected: dict[str, str | None]) -> None:
            check_relation_types(adapter, {f"{self.audit_schema}.{name}": type_ for name, type_ in expected.items()})

        monkeypatch.setattr(basic, "check_relation_types", check)


class TestAsInteractions(_InAuditSchema, basic.StoreTestFailuresAsInteractions):
    pass


class TestAsProjectLevelOff(_InAuditSchema, basic.StoreTestFailuresAsProjectLevelOff):
    pass


class TestAsProjectLevelView(_InAuditSchema, basic.StoreTestFailuresAsProjectLevelView):
    pass


class TestAsProjectLevelEphemeral(_InAuditSchema, basic.StoreTestFailuresAsProjectLevelEphemeral):
    pass


class TestAsGeneric(_InAuditSchema, basic.StoreTestFailuresAsGeneric):
    pass


class TestAsExceptions(basic.StoreTestFailuresAsExceptions):
    pass
