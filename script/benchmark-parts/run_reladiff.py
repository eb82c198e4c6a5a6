"""Compares two tables of a local Snowflake with reladiff and prints how many differing rows it gave."""

from __future__ import annotations

import json
import sys
from typing import Any


def connection(port: int) -> dict[str, Any]:
    """What reladiff hands to Snowflake's connector."""
    return {
        "driver": "snowflake",
        "account": "local",
        "user": "LOCAL_ADMIN",
        "password": "local",
        "host": "127.0.0.1",
        "port": port,
        "protocol": "http",
        "database": "EVENTS",
        "warehouse": "LOCAL_WH",
        "role": "ACCOUNTADMIN",
        "schema": "BASE",
    }


def main() -> None:
    import reladiff

    port, key, *columns = sys.argv[1:]
    database = reladiff.connect(connection(int(port)))
    tables = [
        reladiff.TableSegment(database, ("EVENTS", schema, "EVENTS"), (key,), extra_columns=tuple(columns))
        for schema in ("BASE", "BLUE")
    ]
    # Both are in one database, so it takes its join by itself; a changed row comes as one lost and one new.
    differing = sum(1 for _ in reladiff.diff_tables(*tables, algorithm=reladiff.Algorithm.JOINDIFF))
    print(json.dumps({"differing": differing}))


if __name__ == "__main__":
    main()
