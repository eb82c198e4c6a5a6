"""Kinds of objects as Snowflake writes them, singular and plural."""

from __future__ import annotations

from collections.abc import Iterable

from .reader import TokenReader

LISTED_KINDS = (
    "STREAM",
    "TASK",
    "PIPE",
    "STAGE",
    "ALERT",
    "DYNAMIC TABLE",
    "EXTERNAL TABLE",
    "EVENT TABLE",
    "HYBRID TABLE",
    "ICEBERG TABLE",
    "MATERIALIZED VIEW",
    "SEMANTIC VIEW",
    "FILE FORMAT",
    "SEQUENCE",
    "MASKING POLICY",
    "ROW ACCESS POLICY",
    "TAG",
    "SECRET",
    "SHARE",
)
"""Kinds that can be created to be seen by SHOW, and that nothing here runs."""

ENGINE_KINDS = ("FUNCTION", "PROCEDURE")
"""Kinds whose CREATE and DROP belong to the SQL engine."""

SERVED_KINDS = ("SCHEMA", "DATABASE", "TABLE", "VIEW")

ACCOUNT_KINDS = ("ROLE", "DATABASE ROLE", "USER", "WAREHOUSE")

OBJECT_KINDS = SERVED_KINDS + ACCOUNT_KINDS + LISTED_KINDS + ENGINE_KINDS + ("INTEGRATION", "RESOURCE MONITOR")
"""All kinds that can stand after ON in a GRANT."""


def plural(kind: str) -> str:
    """ "MASKING POLICY" to "MASKING POLICIES"."""
    return kind[:-1] + "IES" if kind.endswith("Y") else kind + "S"


SINGULAR = {plural(kind): kind for kind in OBJECT_KINDS}
"""From plural to singular."""


def take_kind(reader: TokenReader, kinds: Iterable[str]) -> str | None:
    """Reads the longest of these kinds that comes next."""
    for kind in sorted(kinds, key=len, reverse=True):
        if reader.take(*kind.split()):
            return kind
    return None
