"""Runs dbt's own adapter suites against a running local Snowflake, and says how many of those that apply pass."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from server_process import ServerProcess
from statements import split_statements

if TYPE_CHECKING:
    # Not at run time: pytest shows what an assertion compared only in plugins that it imports first.
    from dbt.tests.fixtures.project import TestProjInfo

pytest_plugins = ["dbt.tests.fixtures.project"]

DATABASE = "JUDGE"
# The suites of grants read their three grantees from these variables; in Snowflake grantees are roles.
GRANTEES = {"DBT_TEST_USER_1": "JUDGE_1", "DBT_TEST_USER_2": "JUDGE_2", "DBT_TEST_USER_3": "JUDGE_3"}
# Of the tests that apply; a known gap counts as not passed.
REQUIRED_SHARE = 0.95


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server in memory with the suites' database and grantees; it ends with the run."""
    with ServerProcess() as process:
        with process.connect() as admin:
            admin.run(f"create database {DATABASE}")
            admin.run(*(f"create role {role}" for role in GRANTEES.values()))
        os.environ.update(GRANTEES)
        yield process
        for variable in GRANTEES:
            del os.environ[variable]


@pytest.fixture(scope="class")
def dbt_profile_target(server: ServerProcess) -> dict[str, Any]:
    """The connection that dbt uses in place of the suites' PostgreSQL."""
    return {
        "type": "snowflake",
        "threads": 4,
        "account": "local",
        "host": "127.0.0.1",
        "port": server.port,
        "protocol": "http",
        "user": "LOCAL_ADMIN",
        "password": "local",
        "role": "ACCOUNTADMIN",
        "warehouse": "LOCAL_WH",
        "database": DATABASE,
    }


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """dbt's logs go to a temporary folder, not into the repository."""
    folder = str(tmp_path_factory.mktemp("logs"))
    os.environ["DBT_LOG_PATH"] = folder
    yield folder
    del os.environ["DBT_LOG_PATH"]


@pytest.fixture(scope="session")
def shared_data_dir() -> None:
    """Nothing that is judged here reads it; the suites' own fixture needs an older pytest."""


@pytest.fixture(scope="module")
def test_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that does not exist yet: the suites make and remove it themselves."""
    return tmp_path_factory.mktemp("data") / "data"


@pytest.fixture(scope="class")
def project(project_setup: TestProjInfo, project_files: None) -> TestProjInfo:
    """The suites' project; scripts are sent statement by statement.

    PostgreSQL takes several statements in one request. Snowflake takes one, unless MULTI_STATEMENT_COUNT says otherwise
    (https://docs.snowflake.com/en/sql-reference/parameters#multi-statement-count).
    """
    run_one = project_setup.run_sql

    def run_each(sql: str, fetch: str | None = None) -> Any:
        result = None
        for statement in split_statements(sql):
            result = run_one(statement, fetch)
        return result

    project_setup.run_sql = run_each
    return project_setup


def _verdict(reporter: pytest.TerminalReporter) -> tuple[int, int]:
    """How many of the suites' tests passed, and how many apply; the check of completeness is none of them."""

    def names(*outcomes: str) -> set[str]:
        reports = [report for outcome in outcomes for report in reporter.stats.get(outcome, [])]
        return {report.nodeid for report in reports if "test_completeness.py" not in report.nodeid}

    failed = names("failed", "error", "xfailed", "skipped")
    passed = names("passed") - failed
    return len(passed), len(passed | failed)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails a run of which too little passed, even if each failure is a known one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    passed, applying = _verdict(reporter)
    if session.exitstatus == pytest.ExitCode.OK and applying and passed < REQUIRED_SHARE * applying:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The closing line that people and CI look for."""
    passed, applying = _verdict(terminalreporter)
    if applying:
        share = 100 * passed / applying
        terminalreporter.write_line(f"judge: {passed} of {applying} tests that apply passed ({share:.1f} %)")
