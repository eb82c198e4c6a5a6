"""Real dbt against the server: first, second, changed and full-refresh builds."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

from server_process import Client, ServerProcess

_PROJECT = Path(__file__).parent / "dbt_project"
# The last three days, once: a microbatch model looks back one day from now.
_TODAY = datetime.datetime.now(datetime.timezone.utc).date()
_DAYS = [(_TODAY - datetime.timedelta(days=days)).isoformat() for days in (2, 1, 0)]
_TABLES = ("by_merge", "by_delete_insert", "by_append", "by_batch")


def _build(server: ServerProcess, target: Path, *arguments: str, more: bool = False) -> None:
    command = [str(Path(sys.executable).with_name("dbt")), "build", *arguments, "--project-dir", str(_PROJECT)]
    command += ["--vars", json.dumps({"days": _DAYS, "more": more})]
    command += ["--profiles-dir", str(_PROJECT), "--target-path", str(target), "--log-path", str(target)]
    environment = {**os.environ, "LOCAL_SNOWFLAKE_PORT": str(server.port)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _counts(client: Client) -> dict[str, int]:
    return {table: int(client.value(f"select count(*) from dbt_check.public.{table}")) for table in _TABLES}


def test_builds_of_every_kind(server: ServerProcess, tmp_path: Path) -> None:
    with server.connect() as admin:
        admin.run("create database dbt_check", "create role transformer", "create role reporter")
        admin.run("grant role transformer to role accountadmin", "grant all on database dbt_check to role transformer")
        admin.run("grant ownership on schema dbt_check.public to role transformer")
        _build(server, tmp_path)
        assert _counts(admin) == dict.fromkeys(_TABLES, 3)
        assert admin.run("select name from dbt_check.public.people where id = 2") == [("Bo, 'b' \\ c",)]
        assert "REPORTER" in admin.column("show grants on view dbt_check.public.people_view", "grantee_name")
        assert admin.column("show tables like 'events' in dbt_check.public", "comment") == ["It's a [$][$] table"]

        _build(server, tmp_path, more=True)
        assert _counts(admin) == dict.fromkeys(_TABLES, 4)
        assert admin.run("select id, extra from dbt_check.public.by_merge where extra is not null") == [(4, "new")]
        assert admin.run("select id from dbt_check.public.by_insert_overwrite") == [(4,)]
        assert admin.value("select count(*) from dbt_check.public_snapshots.events_snapshot") == 4
        assert "REPORTER" in admin.column("show grants on table dbt_check.public.by_merge", "grantee_name")

        _build(server, tmp_path, "--full-refresh")
        assert _counts(admin) == dict.fromkeys(_TABLES, 3)
        admin.run("drop database dbt_check", "drop role transformer", "drop role reporter")
