"""Parses many versions of a dbt project in one process: starting dbt costs seconds, parsing a small project little.

Reads jobs from standard input, as JSON, and writes each manifest (gzip) where its job says, or dbt's words beside it
when dbt refuses. Every parse starts from the state of the job named `startFrom`, which dbt compares file by file, as it
does between two commands of a person.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from dbt.cli.main import dbtRunner
except ImportError:
    # dbt 2.x is a program and no Python library; it starts in a tenth of a second.
    dbtRunner = None

PARTIAL_STATE = "partial_parse.msgpack"


def parse(job: dict[str, Any], states: dict[str, Path], scratch: Path) -> None:
    target = Path(tempfile.mkdtemp(dir=scratch))
    start = states.get(job.get("startFrom", ""))
    if start is not None:
        shutil.copy(start, target / PARTIAL_STATE)
    os.environ["SELECTION_SCHEMA"] = job["schema"]
    os.environ["SELECTION_TARGET"] = job.get("target", "prod")
    project = job["projectDir"]
    flags = ["--quiet", "--log-path", str(target), "--no-send-anonymous-usage-stats"]
    places = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]
    failure = invoke([*flags, "parse", *places])
    output = Path(job["output"])
    if failure is not None:
        Path(f"{output}.refusal").write_text(failure)
        return
    # Test files run side by side and may want the same manifest: the last complete one stays.
    partial = output.with_suffix(f".{os.getpid()}.part")
    with gzip.open(partial, "wb", compresslevel=1) as file:
        file.write((target / "manifest.json").read_bytes())
    partial.rename(output)
    if (target / PARTIAL_STATE).exists():
        states[job["id"]] = target / PARTIAL_STATE


def invoke(arguments: list[str]) -> str | None:
    """Runs one command of the dbt beside this Python. Returns what went wrong, or nothing."""
    if dbtRunner is not None:
        result = dbtRunner().invoke(arguments)
        return None if result.success else str(result.exception)
    dbt = Path(sys.executable).parent / "dbt"
    ended = subprocess.run([dbt, *arguments], capture_output=True, text=True, check=False)
    return None if ended.returncode == 0 else ended.stdout + ended.stderr


def main() -> int:
    jobs = json.load(sys.stdin)
    states: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for job in jobs:
            parse(job, states, Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
