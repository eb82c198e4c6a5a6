"""ALTER TABLE and ALTER VIEW as far as they are about policies.

https://docs.snowflake.com/en/sql-reference/sql/alter-table-column (masking),
https://docs.snowflake.com/en/sql-reference/sql/alter-table (row access)
"""

from __future__ import annotations

from typing import Literal

from .model_policies import ChangeRowAccessPolicy, MaskedColumn, SetMaskingPolicies
from .name import Name, Statement
from .reader import TokenReader


def parse_policy_change(
    reader: TokenReader, kind: Literal["TABLE", "VIEW"], name: Name, if_exists: bool
) -> Statement | None:
    """The change of policies that comes next; None (and nothing read) when it is another one."""
    begin = reader.position
    found = _row_access(reader, kind, name, if_exists) or _masking(reader, kind, name, if_exists)
    if found is None:
        reader.position = begin
    else:
        reader.finish()
    return found


def _row_access(
    reader: TokenReader, kind: Literal["TABLE", "VIEW"], name: Name, if_exists: bool
) -> ChangeRowAccessPolicy | None:
    if reader.take("DROP", "ALL", "ROW", "ACCESS", "POLICIES"):
        return ChangeRowAccessPolicy(kind, name, drop_all=True, if_exists=if_exists)
    dropped = reader.name() if reader.take("DROP", "ROW", "ACCESS", "POLICY") else None
    if dropped is not None and not reader.take_mark(","):
        return ChangeRowAccessPolicy(kind, name, dropped, if_exists=if_exists)
    if not reader.take("ADD", "ROW", "ACCESS", "POLICY"):
        return None
    added = reader.name()
    reader.expect("ON")
    return ChangeRowAccessPolicy(kind, name, dropped, added, _columns(reader), if_exists=if_exists)


def _masking(
    reader: TokenReader, kind: Literal["TABLE", "VIEW"], name: Name, if_exists: bool
) -> SetMaskingPolicies | None:
    columns: list[MaskedColumn] = []
    while True:
        changes = reader.take("ALTER") or reader.take("MODIFY")
        if not changes and not columns:
            return None
        reader.take("COLUMN")
        if not reader.at_identifier():
            return None
        column = reader.identifier()
        if reader.take("SET", "MASKING", "POLICY"):
            policy = reader.name()
            using = _columns(reader) if reader.take("USING") else (column,)
            columns.append(MaskedColumn(column, policy, using, reader.take("FORCE")))
        elif reader.take("UNSET", "MASKING", "POLICY"):
            columns.append(MaskedColumn(column, None))
        elif columns:
            raise reader.unknown("SET or UNSET MASKING POLICY, as for the columns before")
        else:
            return None
        if not reader.take_mark(","):
            return SetMaskingPolicies(kind, name, tuple(columns), if_exists)


def _columns(reader: TokenReader) -> tuple[str, ...]:
    reader.expect_mark("(")
    found = [reader.identifier()]
    while reader.take_mark(","):
        found.append(reader.identifier())
    reader.expect_mark(")")
    return tuple(found)
