"""The suite "incremental": microbatch. Snowflake's TIMESTAMP literals have no zone, so a function makes the zones."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.tests.adapter.incremental.test_incremental_microbatch import BaseMicrobatch
from dbt.tests.util import run_dbt

_THREE_DAYS = """
{{ config(materialized='table', event_time='event_time') }}
select column1 as id, to_timestamp_tz(column2) as event_time
from values (1, '2020-01-01 00:00:00 +0000'), (2, '2020-01-02 00:00:00 +0000'), (3, '2020-01-03 00:00:00 +0000')
"""

# 23:37 of the day before in UTC.
_EVENT_OF_ANOTHER_ZONE = """
{{ config(materialized='table', event_time='event_time') }}
select 3 as id, to_timestamp_tz('2020-01-03 00:37:00 +0100') as event_time
"""

# dbt-snowflake replaces a batch by delete and insert of its hours, hence no unique key.
_BATCHES = """
{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='event_time', batch_size='%s',
    begin=modules.datetime.datetime(2020, 1, 1, 0, 0, 0)
) }}
select * from {{ ref('input_model') }}
"""


class _Microbatch(BaseMicrobatch):
    @pytest.fixture(scope="class")
    def insert_two_rows_sql(self, project: Any) -> str:
        return (
            f"insert into {project.database}.{project.test_schema}.input_model (id, event_time) values"
            " (4, '2020-01-04T00:00:00+00:00'), (5, '2020-01-05T00:00:00+00:00')"
        )


class TestMicrobatch(_Microbatch):
    @pytest.fixture(scope="class")
    def input_model_sql(self) -> str:
        return _THREE_DAYS

    @pytest.fixture(scope="class")
    def microbatch_model_sql(self) -> str:
        return _BATCHES % "day"


class TestMicrobatchComparesInstants(_Microbatch):
    """Bounds of a batch are instants: the wall clock of an event's own zone does not decide."""

    @pytest.fixture(scope="class")
    def input_model_sql(self) -> str:
        return _EVENT_OF_ANOTHER_ZONE

    @pytest.fixture(scope="class")
    def microbatch_model_sql(self) -> str:
        return _BATCHES % "hour"

    def test_run_with_event_time(self, project: Any) -> None:
        run_dbt(["run", "--event-time-start", "2020-01-03 00:00:00", "--event-time-end", "2020-01-03 01:00:00"])
        self.assert_row_count(project, "input_model", 1)
        self.assert_row_count(project, "microbatch_model", 0)
        run_dbt(["run", "--event-time-start", "2020-01-02 23:00:00", "--event-time-end", "2020-01-03 00:00:00"])
        self.assert_row_count(project, "microbatch_model", 1)
