"""The CREATE statement of a table or view."""

from __future__ import annotations

from sqlglot import tokenize
from sqlglot.tokenizer_core import TokenType

from ..account.objects import Column, Relation
from ..errors import invalid
from ..statements import quote_identifier
from .columns import collate_clause


def text_literal(text: str) -> str:
    """Text as a Snowflake string literal; a backslash starts an escape in one."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def relation_ddl(relation: Relation, name: str) -> str:
    """CREATE OR REPLACE TABLE or VIEW under the given (already quoted) name, with a closing semicolon."""
    return _view_ddl(relation, name) if relation.is_view else _table_ddl(relation, name)


def _table_ddl(relation: Relation, name: str) -> str:
    kind = "TEMPORARY " if relation.temporary else "TRANSIENT " if relation.transient else ""
    columns = ",\n".join(f"\t{_column_ddl(column)}" for column in relation.columns)
    cluster = f"cluster by ({relation.cluster_by})" if relation.cluster_by else ""
    comment = f"COMMENT={text_literal(relation.comment)}" if relation.comment else ""
    return f"create or replace {kind}TABLE {name} {cluster}(\n{columns}\n){comment};"


def _column_ddl(column: Column) -> str:
    parts = [quote_identifier(column.name), f"{column.type}{collate_clause(column)}"]
    if not column.nullable:
        parts.append("NOT NULL")
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.comment:
        parts.append(f"COMMENT {text_literal(column.comment)}")
    return " ".join(parts)


def _view_ddl(relation: Relation, name: str) -> str:
    """The view's own name is written as asked, its query as it was created."""
    columns = ",\n".join(
        f"\t{quote_identifier(column.name)}" + (f" COMMENT {text_literal(column.comment)}" if column.comment else "")
        for column in relation.columns
    )
    secure = "secure " if relation.secure else ""
    comment = f" COMMENT={text_literal(relation.comment)}" if relation.comment else ""
    return f"create or replace {secure}view {name}(\n{columns}\n){comment} as {view_body(relation.text)};"


def view_body(text: str) -> str:
    """The query's own text as it was written, from a CREATE VIEW: what follows the first AS outside of brackets."""
    depth = 0
    for token in tokenize(text, read="snowflake"):
        if token.token_type == TokenType.L_PAREN:
            depth += 1
        elif token.token_type == TokenType.R_PAREN:
            depth -= 1
        elif token.token_type == TokenType.ALIAS and depth == 0:
            return text[token.end + 1 :].strip().rstrip(";").rstrip()
    raise invalid(f"a view without AS: {text[:200]}")
