"""dbt-coves hands on neither host nor port of the profile, so its connection gets those of the local Snowflake here.

Python imports a module of this name by itself at its start: https://docs.python.org/3/library/site.html
"""

import os
from typing import Any

import snowflake.connector

_connect = snowflake.connector.connect


def _to_local_snowflake(**given: Any) -> Any:
    place = {"host": "127.0.0.1", "port": int(os.environ["LOCAL_SNOWFLAKE_PORT"]), "protocol": "http"}
    return _connect(**{**place, **given})


snowflake.connector.connect = _to_local_snowflake
