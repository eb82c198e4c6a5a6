"""The suite "concurrency": four threads build tables and views of one seed, and one model fails."""

from __future__ import annotations

from dbt.tests.adapter.concurrency.test_concurrency import BaseConcurrency


class TestConcurrency(BaseConcurrency):
    pass
