"""Which privileges exist on which kind of object.

https://docs.snowflake.com/en/sql-reference/sql/grant-privilege
"""

from __future__ import annotations

from collections.abc import Mapping

from .model import AccessError

_SCHEMA_CREATES = (
    "ALERT",
    "DYNAMIC TABLE",
    "EXTERNAL TABLE",
    "FILE FORMAT",
    "FUNCTION",
    "HYBRID TABLE",
    "ICEBERG TABLE",
    "MASKING POLICY",
    "MATERIALIZED VIEW",
    "PIPE",
    "PROCEDURE",
    "ROW ACCESS POLICY",
    "SECRET",
    "SEQUENCE",
    "STAGE",
    "STREAM",
    "TABLE",
    "TAG",
    "TASK",
    "VIEW",
)
_ACCOUNT_CREATES = ("DATABASE", "INTEGRATION", "NETWORK POLICY", "ROLE", "SHARE", "USER", "WAREHOUSE")

_TABLE = ("APPLYBUDGET", "DELETE", "EVOLVE SCHEMA", "INSERT", "REFERENCES", "SELECT", "TRUNCATE", "UPDATE")

GRANTABLE: Mapping[str, tuple[str, ...]] = {
    "ACCOUNT": (
        *(f"CREATE {kind}" for kind in _ACCOUNT_CREATES),
        "APPLY MASKING POLICY",
        "APPLY ROW ACCESS POLICY",
        "APPLY TAG",
        "EXECUTE MANAGED TASK",
        "EXECUTE TASK",
        "IMPORT SHARE",
        "MANAGE GRANTS",
        "MANAGE WAREHOUSES",
        "MONITOR EXECUTION",
        "MONITOR USAGE",
    ),
    "DATABASE": ("APPLYBUDGET", "CREATE DATABASE ROLE", "CREATE SCHEMA", "MODIFY", "MONITOR", "USAGE"),
    "SCHEMA": (
        "ADD SEARCH OPTIMIZATION",
        "APPLYBUDGET",
        *(f"CREATE {kind}" for kind in _SCHEMA_CREATES),
        "MODIFY",
        "MONITOR",
        "USAGE",
    ),
    "WAREHOUSE": ("APPLYBUDGET", "MODIFY", "MONITOR", "OPERATE", "USAGE"),
    "USER": ("MODIFY PROGRAMMATIC AUTHENTICATION METHODS", "MONITOR"),
    "TABLE": _TABLE,
    "EVENT TABLE": _TABLE,
    "HYBRID TABLE": _TABLE,
    "ICEBERG TABLE": _TABLE,
    "EXTERNAL TABLE": ("REFERENCES", "SELECT"),
    "DYNAMIC TABLE": ("MONITOR", "OPERATE", "SELECT"),
    "VIEW": ("REFERENCES", "SELECT"),
    "MATERIALIZED VIEW": ("APPLYBUDGET", "REFERENCES", "SELECT"),
    "SEMANTIC VIEW": ("MONITOR", "REFERENCES", "SELECT"),
    "STREAM": ("SELECT",),
    "TASK": ("APPLYBUDGET", "MONITOR", "OPERATE"),
    "PIPE": ("APPLYBUDGET", "MONITOR", "OPERATE"),
    "ALERT": ("MONITOR", "OPERATE"),
    "STAGE": ("READ", "USAGE", "WRITE"),
    "SEQUENCE": ("USAGE",),
    "FILE FORMAT": ("USAGE",),
    "FUNCTION": ("USAGE",),
    "PROCEDURE": ("USAGE",),
    "SECRET": ("READ", "USAGE"),
    "MASKING POLICY": ("APPLY",),
    "ROW ACCESS POLICY": ("APPLY",),
    "TAG": ("APPLY", "READ"),
}

NO_FUTURE_GRANTS = frozenset({"MASKING POLICY", "ROW ACCESS POLICY", "TAG"})
"""Kinds on which a future grant cannot be defined."""


def grantable_on(kind: str) -> tuple[str, ...]:
    """All privileges that can be granted on the kind; empty for roles and shares."""
    return GRANTABLE.get(kind, ())


def check_grantable(privilege: str, kind: str) -> None:
    """Refuses a privilege that the kind does not have; a typo must not become a grant that nothing reads."""
    if not any(privilege in known for known in GRANTABLE.values()):
        # Privileges are words of Snowflake's grammar: one that it has nowhere does not get past the parser.
        raise AccessError(f"SQL compilation error:\nsyntax error unexpected '{privilege}'.", "001003", "42000")
    if privilege not in grantable_on(kind):
        raise AccessError(
            f"SQL compilation error:\nPrivilege '{privilege}' cannot be granted on an object of type '{kind}'.",
            "001003",
            "42000",
        )
