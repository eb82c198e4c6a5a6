"""The server as a process of its own, and a client over the official Python driver."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import snowflake.connector
from snowflake.connector.errors import DatabaseError

PACKAGE_ROOT = Path(__file__).resolve().parents[1]


class Client:
    """One session."""

    def __init__(self, connection: snowflake.connector.SnowflakeConnection) -> None:
        self.connection = connection
        self._cursor = connection.cursor()

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Runs the statements; rows of the last."""
        rows: list[tuple[Any, ...]] = []
        for statement in statements:
            self._cursor.execute(statement)
            rows = [tuple(row) for row in self._cursor.fetchall()]
        return rows

    def value(self, statement: str) -> Any:
        """The first value of the first row."""
        return self.run(statement)[0][0]

    def column(self, statement: str, name: str) -> list[Any]:
        """One column of a list, for example of SHOW."""
        rows = self.run(statement)
        index = [column[0] for column in self._cursor.description].index(name)
        return [row[index] for row in rows]

    def error(self, statement: str) -> tuple[str, str, str]:
        """Code, SQL state and message of a statement that must fail."""
        try:
            self._cursor.execute(statement)
        except DatabaseError as error:
            return f"{error.errno:06d}", str(error.sqlstate), str(error.msg)
        raise AssertionError(f"this was not refused: {statement}")


class ServerProcess:
    """`python -m local_snowflake`, ended with the block."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "local_snowflake", "--port", "0", "--until-stdin-closes", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE_ROOT)}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )
        assert self.process.stdout is not None
        self.port = int(json.loads(self.process.stdout.readline())["port"])

    def __enter__(self) -> ServerProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    @contextmanager
    def connect(self, user: str = "LOCAL_ADMIN", password: str | None = "local", **settings: Any) -> Iterator[Client]:
        """A session that ends with the block."""
        connection = snowflake.connector.connect(
            user=user, password=password, account="local", host="127.0.0.1", port=self.port, protocol="http", **settings
        )
        try:
            yield Client(connection)
        finally:
            connection.close()

    def control(self, method: str, path: str, body: object = None) -> Any:
        """A request to a control endpoint."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())
