"""What a policy says, from the text that created it."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import take_kind
from .reader import TokenReader


@dataclass(frozen=True)
class PolicyText:
    """The arguments' names in stored case, and the expression as it was written."""

    arguments: tuple[str, ...]
    body: str


def parse_policy_text(created_by: str) -> PolicyText:
    """CREATE … MASKING POLICY | ROW ACCESS POLICY x AS (a type, …) RETURNS type -> body [COMMENT = '…'] …

    https://docs.snowflake.com/en/sql-reference/sql/create-masking-policy,
    https://docs.snowflake.com/en/sql-reference/sql/create-row-access-policy
    """
    reader = TokenReader(created_by)
    reader.expect("CREATE")
    reader.take("OR", "REPLACE")
    if take_kind(reader, ("MASKING POLICY", "ROW ACCESS POLICY")) is None:
        raise reader.unknown("MASKING POLICY or ROW ACCESS POLICY")
    reader.take("IF", "NOT", "EXISTS")
    reader.name()
    reader.expect("AS")
    arguments = _arguments(reader)
    reader.expect("RETURNS")
    _type(reader)
    reader.expect_mark("->")
    begin = reader.position
    while not reader.at_end and not (
        reader.at_property() and reader.peek().word in ("COMMENT", "EXEMPT_OTHER_POLICIES")
    ):
        reader.position += 1
    if reader.position == begin:
        raise reader.unknown("an expression")
    return PolicyText(arguments, created_by[reader.tokens[begin].start : reader.tokens[reader.position - 1].end])


def _arguments(reader: TokenReader) -> tuple[str, ...]:
    reader.expect_mark("(")
    found: list[str] = []
    while not found or reader.take_mark(","):
        found.append(reader.identifier())
        _type(reader)
    reader.expect_mark(")")
    return tuple(found)


def _type(reader: TokenReader) -> None:
    reader.identifier()
    if reader.at_mark("("):
        reader.bracketed_text()
