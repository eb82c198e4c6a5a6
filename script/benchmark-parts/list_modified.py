"""Asks dbt itself, for many pairs of project versions, what `dbt ls --select state:modified+` lists.

Reads jobs from standard input, as JSON, and prints one JSON line for each: its id and the unique ids that dbt lists, or
what went wrong. Each version is parsed from nothing, as on a fresh runner; only the start of dbt is saved.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile

from dbt.cli.main import dbtRunner

# What `dbt run` and `dbt seed` would build; tests, hooks and exposures hold no data.
BUILT = ["--resource-type", "model", "--resource-type", "seed"]


def invoke(target: str, project: str, command: list[str]) -> list[str]:
    """Runs one dbt command in this process. Returns what it lists; raises RuntimeError with dbt's own words."""
    flags = ["--quiet", "--no-partial-parse", "--log-path", target, "--no-send-anonymous-usage-stats"]
    places = ["--project-dir", project, "--profiles-dir", project, "--target-path", target]
    result = dbtRunner().invoke([*flags, *command, *places])
    if not result.success:
        raise RuntimeError(f"dbt {command[0]} of {project}: {result.exception}")
    return result.result if isinstance(result.result, list) else []


def modified(job: dict[str, str], states: dict[str, str], scratch: str) -> list[str]:
    """The usual way: the manifest of production's code as `--state`, then one `dbt ls` of the new code."""
    live = job["liveDir"]
    if live not in states:
        state = tempfile.mkdtemp(dir=scratch)
        invoke(state, live, ["parse"])
        states[live] = state
    target = tempfile.mkdtemp(dir=scratch)
    # The listing is for people at a terminal, too; here it is read from the result.
    select = ["ls", "--select", "state:modified+", "--state", states[live], "--output", "json"]
    lines = invoke(target, job["headDir"], [*select, "--output-keys", "unique_id", *BUILT])
    return sorted(json.loads(line)["unique_id"] for line in lines)


def main() -> int:
    jobs = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w")
    # dbt prints what it lists; standard output is for the answers alone.
    os.dup2(2, 1)
    states: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for job in jobs:
            try:
                answer = {"id": job["id"], "listed": modified(job, states, scratch)}
            except RuntimeError as error:
                answer = {"id": job["id"], "failure": str(error)}
            print(json.dumps(answer), file=out, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
