"""The suite "basic": materializations, tests, snapshots and the adapter's own methods."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.tests.adapter.basic import test_base, test_ephemeral, test_incremental
from dbt.tests.adapter.basic.test_adapter_methods import BaseAdapterMethod
from dbt.tests.adapter.basic.test_empty import BaseEmpty
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_singular_tests import BaseSingularTests
from dbt.tests.adapter.basic.test_singular_tests_ephemeral import BaseSingularTestsEphemeral
from dbt.tests.adapter.basic.test_snapshot_check_cols import BaseSnapshotCheckCols
from dbt.tests.adapter.basic.test_snapshot_timestamp import BaseSnapshotTimestamp
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection
from dbt.tests.util import run_dbt
from relation_types import check_relation_types


@pytest.fixture(autouse=True)
def _relation_types_in_upper_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_base, "check_relation_types", check_relation_types)


class TestSimpleMaterializations(test_base.BaseSimpleMaterializations):
    pass


class TestEphemeral(test_ephemeral.BaseEphemeral):
    pass


class TestIncremental(test_incremental.BaseIncremental):
    pass


class TestIncrementalNotSchemaChange(test_incremental.BaseIncrementalNotSchemaChange):
    pass


class TestIncrementalBadStrategy(test_incremental.BaseIncrementalBadStrategy):
    def test_incremental_invalid_strategy(self, project: Any) -> None:
        """dbt-snowflake looks a strategy up when it has rows to add to a table, not for the first run."""
        run_dbt(["seed"])
        assert len(run_dbt(["run"])) == 1
        again = run_dbt(["run"], expect_pass=False)
        assert 'macro with the name "get_incremental_bad_strategy_sql"' in again.results[0].message


class TestSingularTests(BaseSingularTests):
    pass


class TestSingularTestsEphemeral(BaseSingularTestsEphemeral):
    pass


class TestGenericTests(BaseGenericTests):
    pass


class TestEmpty(BaseEmpty):
    pass


class TestSnapshotCheckCols(BaseSnapshotCheckCols):
    pass


class TestSnapshotTimestamp(BaseSnapshotTimestamp):
    pass


class TestTableMaterialization(BaseTableMaterialization):
    pass


class TestValidateConnection(BaseValidateConnection):
    pass


class TestAdapterMethods(BaseAdapterMethod):
    @pytest.fixture(scope="class")
    def equal_tables(self) -> list[str]:
        return ["MODEL", "EXPECTED"]
