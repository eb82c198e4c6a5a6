"""Parses many versions of a dbt project in one process: starting dbt costs seconds, parsing a small project little.

Reads jobs from standard input, as JSON, and writes each manifest (gzip) where its job says. Every parse starts from
the state of the job named `startFrom`, which dbt compares file by file, as it does between two commands of a person.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

PARTIAL_STATE = "partial_parse.msgpack"


def parse(job: dict[str, Any], states: dict[str, Path], scratch: Path) -> str | None:
    """Returns what went wrong, or nothing."""
    target = Path(tempfile.mkdtemp(dir=scratch))
    start = states.get(job.get("startFrom", ""))
    if start is not None:
        shutil.copy(start, target / PARTIAL_STATE)
    os.environ["SELECTION_SCHEMA"] = job["schema"]
    os.environ["SELECTION_TARGET"] = job.get("target", "prod")
    project = job["projectDir"]
    flags = ["--quiet", "--log-path", str(target), "--no-send-anonymous-usage-stats"]
    places = ["--project-dir", project, "--profiles-dir", project, "--target-path", str(target)]
    result = dbtRunner().invoke([*flags, "parse", *places])
    if not result.success:
        return f"{project} ({job['schema']}): {result.exception}"
    output = Path(job["output"])
    # Test files run side by side and may want the same manifest: the last complete one stays.
    partial = output.with_suffix(f".{os.getpid()}.part")
    with gzip.open(partial, "wb", compresslevel=1) as file:
        file.write((target / "manifest.json").read_bytes())
    partial.rename(output)
    states[job["id"]] = target / PARTIAL_STATE
    return None


def main() -> int:
    jobs = json.load(sys.stdin)
    states: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as scratch:
        failures = [failure for job in jobs if (failure := parse(job, states, Path(scratch))) is not None]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
