"""EXECUTE IMMEDIATE and EXPLAIN: statements that hold statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .lexer import Token
from .model_session import ExecuteImmediate, Explain
from .reader import TokenReader

_VARIABLES_AND_HANDLERS = frozenset({"ASYNC", "AWAIT", "DECLARE", "EXCEPTION", "LET", "NULL", "RAISE"})
_BRANCHES = frozenset({"CASE", "ELSE", "ELSEIF", "END", "IF", "WHEN"})
_LOOPS = frozenset({"BREAK", "CONTINUE", "EXIT", "FOR", "ITERATE", "LOOP", "REPEAT", "UNTIL", "WHILE"})
_CURSORS = frozenset({"CLOSE", "FETCH", "OPEN"})
_SCRIPTING = _VARIABLES_AND_HANDLERS | _BRANCHES | _LOOPS | _CURSORS
"""First words of Snowflake Scripting statements, none of which is served."""


def parse_explain(reader: TokenReader) -> Explain:
    """EXPLAIN [USING TABULAR | TEXT | JSON] statement."""
    form: Literal["TABULAR", "TEXT", "JSON"] = "TABULAR"
    if reader.take("USING"):
        if reader.take("TEXT"):
            form = "TEXT"
        elif reader.take("JSON"):
            form = "JSON"
        else:
            reader.expect("TABULAR")
    if any(token.kind == "mark" and token.text == ";" for token in reader.tokens):
        raise reader.unknown("one statement")
    return Explain(form, reader.rest())


def parse_execute(reader: TokenReader) -> ExecuteImmediate:
    """EXECUTE IMMEDIATE '…' | $$…$$, one statement or one BEGIN … END block without variables or handlers."""
    reader.expect("IMMEDIATE")
    body = reader.string()
    reader.finish()
    inner = TokenReader(body)
    if inner.at("BEGIN") and not _is_transaction(inner):
        return _block(inner)
    pieces = _split(inner.tokens)
    if len(pieces) != 1 or pieces[0][0].word in _SCRIPTING:
        raise inner.unknown("one statement, or BEGIN …; END")
    return ExecuteImmediate((_text(body, pieces[0]),), is_block=False)


def _is_transaction(inner: TokenReader) -> bool:
    return len(inner.tokens) == 1 or inner.peek(1).word in ("TRANSACTION", "WORK", "NAME")


def _block(inner: TokenReader) -> ExecuteImmediate:
    tokens = inner.tokens
    if tokens[-1].word != "END" or len(tokens) < 4 or tokens[-2].text != ";":
        inner.position = len(tokens)
        raise inner.unknown("'; END' to close the block")
    statements: list[str] = []
    returns: str | None = None
    for piece in _split(tokens[1:-1]):
        inner.position = tokens.index(piece[0])
        if returns is not None:
            raise inner.unknown("END after RETURN")
        if piece[0].word == "RETURN":
            returns = _returned(inner, piece)
        else:
            _refuse_scripting(inner, piece)
            statements.append(_text(inner.source, piece))
    return ExecuteImmediate(tuple(statements), returns=returns)


def _returned(inner: TokenReader, piece: Sequence[Token]) -> str:
    if len(piece) < 2 or piece[1].word == "TABLE":
        raise inner.unknown("RETURN with a single value")
    return _text(inner.source, piece[1:])


def _refuse_scripting(inner: TokenReader, piece: Sequence[Token]) -> None:
    nested = piece[0].word == "BEGIN" and len(piece) > 1 and piece[1].word not in ("TRANSACTION", "WORK", "NAME")
    assigns = len(piece) > 1 and piece[1].text == ":=" and piece[1].kind == "mark"
    if nested or assigns or piece[0].word in _SCRIPTING:
        raise inner.unknown("an SQL statement (variables, branches, loops and EXCEPTION are not served)")


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "mark" and token.text == ";":
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if piece]


def _text(source: str, piece: Sequence[Token]) -> str:
    return source[piece[0].start : piece[-1].end]
