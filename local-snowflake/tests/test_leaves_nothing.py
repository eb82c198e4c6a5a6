"""The server leaves nothing in the folder for temporary files, however it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1]


@pytest.mark.parametrize("ending", ["closed standard input", "SIGKILL"])
def test_no_temporary_files_are_left(tmp_path: Path, ending: str) -> None:
    command = [sys.executable, "-m", "local_snowflake", "--port", "0", "--until-stdin-closes"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(PACKAGE)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as server:
        assert server.stdin and server.stdout
        assert json.loads(server.stdout.readline())["port"] > 0
        if ending == "SIGKILL":
            server.kill()
        else:
            server.stdin.close()
        server.wait(timeout=20)
    assert list(tmp_path.iterdir()) == []
