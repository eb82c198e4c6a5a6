"""Snowflake text into tokens, and a text of several statements into its statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Literal

from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType


class UnknownStatement(Exception):
    """A statement that the local Snowflake does not know; carries Snowflake's code for a syntax error.

    The message is what Snowflake says after "SQL compilation error:".
    """

    code = "001003"
    sqlstate = "42000"


@dataclass(frozen=True)
class Token:
    """One token. `text` of a quoted name or string is its content; `start` and `end` (exclusive) are offsets."""

    kind: Literal["word", "quoted", "string", "number", "mark"]
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The upper-case text of a bare word, empty for everything else."""
        return self.text.upper() if self.kind == "word" else ""


class _WholeStatementTokenizer(Snowflake.Tokenizer):
    # sqlglot keeps what follows EXECUTE, EXPLAIN and CALL as one piece of text; here it is needed as tokens.
    COMMANDS: ClassVar[set[TokenType]] = set()


_SNOWFLAKE = Snowflake()
"""Handed to each tokenizer: without it escapes such as \\n in a string would lose their meaning."""

_STRINGS = frozenset({TokenType.STRING, TokenType.RAW_STRING})
LEADING_BLANKS = re.compile(r"(?:\s+|--[^\n]*|//[^\n]*|/\*.*?\*/|;)*", re.DOTALL)
"""Comments, blanks and empty statements before a statement."""

_WORD = re.compile(r"[A-Za-z_]\w*")


def first_word(sql: str) -> str:
    """The first bare word of the text in upper case, past comments; empty when it starts with something else.

    Reads only the beginning, so that a large INSERT need not be tokenized to learn what it is.
    """
    blanks = LEADING_BLANKS.match(sql)
    found = _WORD.match(sql, blanks.end() if blanks else 0)
    return found.group().upper() if found else ""


def tokens_of(sql: str) -> list[Token]:
    """Tokens without comments; raises UnknownStatement for an open string, quoted name or comment."""
    try:
        raw = _WholeStatementTokenizer(dialect=_SNOWFLAKE).tokenize(sql)
    except TokenError as error:
        raise UnknownStatement(
            f"parse error: a string, quoted name or comment is not closed in: {shorten(sql)}"
        ) from error
    tokens: list[Token] = []
    for token in raw:
        start, end = token.start, token.end + 1
        if token.token_type is TokenType.IDENTIFIER:
            tokens.append(Token("quoted", token.text, start, end))
        elif token.token_type in _STRINGS:
            tokens.append(Token("string", token.text, start, end))
        elif token.token_type is TokenType.NUMBER:
            tokens.append(Token("number", token.text, start, end))
        else:
            tokens.extend(_words_or_mark(sql, start, end))
    return tokens


def _words_or_mark(sql: str, start: int, end: int) -> list[Token]:
    # sqlglot joins "PRIMARY KEY", "CLUSTER BY" and others into one token.
    words = list(re.finditer(r"\S+", sql[start:end]))
    if not _WORD.match(sql, start):
        return [Token("mark", sql[start:end], start, end)]
    return [Token("word", found.group(), start + found.start(), start + found.end()) for found in words]


def split_statements(sql: str) -> list[str]:
    """The statements of `sql`, without their semicolons; strings, quoted names, $$ and comments are respected.

    Comments stay with the statement that they stand in or before. Pieces without any token are left out.
    """
    pieces: list[str] = []
    begin, filled = 0, False
    for token in tokens_of(sql):
        if token.kind == "mark" and token.text == ";":
            if filled:
                pieces.append(sql[begin : token.start].strip())
            begin, filled = token.end, False
        else:
            filled = True
    if filled:
        pieces.append(sql[begin:].strip())
    return pieces


def shorten(sql: str, limit: int = 200) -> str:
    """The statement in one line of at most `limit` characters, for messages."""
    line = " ".join(sql.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
