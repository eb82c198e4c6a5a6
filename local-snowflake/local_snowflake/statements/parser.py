"""One statement's text to data, by its first word."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .alter import parse_alter
from .block import parse_execute, parse_explain
from .comment import parse_comment
from .create import is_plain_create, parse_create
from .drop import parse_drop, parse_undrop
from .grant import parse_grant, parse_revoke
from .lexer import first_word
from .name import Statement
from .reader import TokenReader
from .session import parse_begin, parse_commit, parse_rollback, parse_start, parse_use
from .show import parse_describe, parse_show

_BY_FIRST_WORD: Mapping[str, Callable[[TokenReader], Statement | None]] = {
    "ALTER": parse_alter,
    "BEGIN": parse_begin,
    "COMMENT": parse_comment,
    "COMMIT": parse_commit,
    "CREATE": parse_create,
    "DESC": parse_describe,
    "DESCRIBE": parse_describe,
    "DROP": parse_drop,
    "EXECUTE": parse_execute,
    "EXPLAIN": parse_explain,
    "GRANT": parse_grant,
    "REVOKE": parse_revoke,
    "ROLLBACK": parse_rollback,
    "SHOW": parse_show,
    "START": parse_start,
    "UNDROP": parse_undrop,
    "USE": parse_use,
}


def parse(sql: str) -> Statement | None:
    """One statement as data, None when the SQL engine is to run it (SELECT, INSERT, CREATE TABLE AS, …).

    Raises UnknownStatement for what starts like a statement from here and cannot be understood, and for more than
    one statement. Bind values must have been put in before.
    """
    read = _BY_FIRST_WORD.get(first_word(sql))
    if read is None or (read is parse_create and is_plain_create(sql)):
        return None
    reader = TokenReader(sql)
    while reader.take_mark(";"):
        pass
    reader.position += 1
    return read(reader)
