"""What the tests share: one server process for all that do not need their own, and a fresh database for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from server_process import Client, ServerProcess

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server in memory; it ends with the test run."""
    with ServerProcess() as process:
        yield process


@pytest.fixture
def admin(server: ServerProcess) -> Iterator[Client]:
    """An administrator whose current schema is PUBLIC of a database of the test's own."""
    with server.connect() as client:
        client.run(f"create database test_{next(_numbers)}")
        yield client
        client.run(f"drop database {client.value('select current_database()')}")
