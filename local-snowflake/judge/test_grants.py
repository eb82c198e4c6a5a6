"""The suite "grants", each case with and without copy_grants."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.tests.adapter.grants.test_incremental_grants import BaseIncrementalGrants
from dbt.tests.adapter.grants.test_invalid_grants import BaseInvalidGrants
from dbt.tests.adapter.grants.test_model_grants import BaseModelGrants
from dbt.tests.adapter.grants.test_seed_grants import BaseSeedGrants
from dbt.tests.adapter.grants.test_snapshot_grants import BaseSnapshotGrants


class _CopyGrants:
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {kind: {"+copy_grants": True} for kind in ("models", "seeds", "snapshots")}


class TestInvalidGrants(BaseInvalidGrants):
    def grantee_does_not_exist_error(self) -> str:
        return "does not exist or not authorized"

    def privilege_does_not_exist_error(self) -> str:
        return "unexpected"


class TestModelGrants(BaseModelGrants):
    pass


class TestModelCopyGrants(_CopyGrants, BaseModelGrants):
    pass


class TestIncrementalGrants(BaseIncrementalGrants):
    pass


class TestIncrementalCopyGrants(_CopyGrants, BaseIncrementalGrants):
    pass


class TestSeedGrants(BaseSeedGrants):
    pass


class TestSeedCopyGrants(_CopyGrants, BaseSeedGrants):
    pass


class TestSnapshotGrants(BaseSnapshotGrants):
    pass


class TestSnapshotCopyGrants(_CopyGrants, BaseSnapshotGrants):
    pass
