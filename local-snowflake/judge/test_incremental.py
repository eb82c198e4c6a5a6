"""The suite "incremental": strategies, predicates, unique keys and changed columns."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.tests.adapter.incremental import fixtures
from dbt.tests.adapter.incremental.test_incremental_merge_exclude_columns import BaseMergeExcludeColumns
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import (
    BaseIncrementalOnSchemaChange,
    BaseIncrementalOnSchemaChangeSetup,
)
from dbt.tests.adapter.incremental.test_incremental_predicates import BaseIncrementalPredicates
from dbt.tests.adapter.incremental.test_incremental_unique_id import BaseIncrementalUniqueKey


class TestMergeExcludeColumns(BaseMergeExcludeColumns):
    pass


class TestOnSchemaChange(BaseIncrementalOnSchemaChange):
    pass


class TestOnSchemaChangeOfQuotedColumns(BaseIncrementalOnSchemaChangeSetup):
    """The suite has the models (names with spaces, dashes, dots, a keyword) and leaves the test to the adapters."""

    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {
            "model_a_special_chars.sql": fixtures._MODELS__A_SPECIAL_CHARS,
            "appending.sql": fixtures._MODELS__INCREMENTAL_APPEND_NEW_SPECIAL_CHARS,
            "appending_target.sql": fixtures._MODELS__INCREMENTAL_APPEND_NEW_SPECIAL_CHARS_TARGET,
            "syncing.sql": fixtures._MODELS__INCREMENTAL_SYNC_ALL_SPECIAL_CHARS,
            "syncing_target.sql": fixtures._MODELS__INCREMENTAL_SYNC_ALL_SPECIAL_CHARS_TARGET,
        }

    def test_append_new_columns(self, project: Any) -> None:
        select = "model_a_special_chars appending appending_target"
        self.run_twice_and_assert(select, "appending_target", "appending", project)

    def test_sync_all_columns(self, project: Any) -> None:
        select = "model_a_special_chars syncing syncing_target"
        self.run_twice_and_assert(select, "syncing_target", "syncing", project)


class TestIncrementalPredicatesDeleteInsert(BaseIncrementalPredicates):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"models": {"+incremental_predicates": ["id != 2"], "+incremental_strategy": "delete+insert"}}


class TestPredicatesDeleteInsert(BaseIncrementalPredicates):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"models": {"+predicates": ["id != 2"], "+incremental_strategy": "delete+insert"}}


class TestIncrementalPredicatesMerge(BaseIncrementalPredicates):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        predicates = ["dbt_internal_dest.id != 2"]
        return {"models": {"+incremental_predicates": predicates, "+incremental_strategy": "merge"}}


class TestPredicatesMerge(BaseIncrementalPredicates):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"models": {"+predicates": ["dbt_internal_dest.id != 2"], "+incremental_strategy": "merge"}}


class TestUniqueKeyMerge(BaseIncrementalUniqueKey):
    """dbt-snowflake merges unless told otherwise."""


class TestUniqueKeyDeleteInsert(BaseIncrementalUniqueKey):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"models": {"+incremental_strategy": "delete+insert"}}
