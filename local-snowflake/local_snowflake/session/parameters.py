"""Session parameters: name -> (default, type, description), as SHOW PARAMETERS lists them.

https://docs.snowflake.com/en/sql-reference/parameters. What cannot be switched here is refused when it is set.
"""

from __future__ import annotations

PARAMETERS: dict[str, tuple[str, str, str]] = {
    "ABORT_DETACHED_QUERY": ("false", "BOOLEAN", "Abort queries whose client is gone"),
    "AUTOCOMMIT": ("true", "BOOLEAN", "Each statement is its own transaction unless BEGIN was said"),
    "BINARY_OUTPUT_FORMAT": ("HEX", "STRING", "How binary values are shown"),
    "CLIENT_SESSION_KEEP_ALIVE": ("false", "BOOLEAN", "Clients send heartbeats"),
    "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": ("3600", "NUMBER", "Seconds between heartbeats"),
    "DATE_OUTPUT_FORMAT": ("YYYY-MM-DD", "STRING", "How dates are shown"),
    "JSON_INDENT": ("2", "NUMBER", "Spaces of indented JSON"),
    "LOCK_TIMEOUT": ("43200", "NUMBER", "Seconds to wait for a lock"),
    "MULTI_STATEMENT_COUNT": ("1", "NUMBER", "Statements that one request may hold; 0 for any number"),
    "QUERY_TAG": ("", "STRING", "Free text that is recorded with every statement"),
    "QUOTED_IDENTIFIERS_IGNORE_CASE": ("false", "BOOLEAN", "Quoted names are upper-cased too"),
    "READ_CONSISTENCY_MODE": ("SESSION", "STRING", "When other sessions see a commit"),
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS": ("0", "NUMBER", "Seconds that a statement may wait in a queue"),
    "STATEMENT_TIMEOUT_IN_SECONDS": ("172800", "NUMBER", "Seconds after which a statement is cancelled"),
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": ("", "STRING", "How TIMESTAMP_LTZ values are shown"),
    "TIMESTAMP_NTZ_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3", "STRING", "How TIMESTAMP_NTZ values are shown"),
    "TIMESTAMP_OUTPUT_FORMAT": ("YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "STRING", "How timestamps are shown"),
    "TIMESTAMP_TYPE_MAPPING": ("TIMESTAMP_NTZ", "STRING", "What TIMESTAMP means"),
    "TIMESTAMP_TZ_OUTPUT_FORMAT": ("", "STRING", "How TIMESTAMP_TZ values are shown"),
    "TIMEZONE": ("Etc/UTC", "STRING", "Time zone of the session"),
    "TIME_OUTPUT_FORMAT": ("HH24:MI:SS", "STRING", "How times are shown"),
    "TRANSACTION_ABORT_ON_ERROR": ("false", "BOOLEAN", "An error in a transaction aborts it"),
    "USE_CACHED_RESULT": ("true", "BOOLEAN", "Results may be reused"),
}

FIXED = {
    "QUOTED_IDENTIFIERS_IGNORE_CASE": "false",
    "TIMESTAMP_TYPE_MAPPING": "timestamp_ntz",
    "TRANSACTION_ABORT_ON_ERROR": "false",
}
"""Parameters that only have this (lower-case) value here, because another would change how statements mean."""

SENT_WITH_RESULTS = (
    "TIMEZONE",
    "TIMESTAMP_OUTPUT_FORMAT",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT",
    "TIMESTAMP_TZ_OUTPUT_FORMAT",
    "DATE_OUTPUT_FORMAT",
    "TIME_OUTPUT_FORMAT",
    "BINARY_OUTPUT_FORMAT",
    "QUERY_TAG",
)
"""The Node driver formats values by these and throws without them."""
