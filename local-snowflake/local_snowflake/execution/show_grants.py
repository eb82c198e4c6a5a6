"""SHOW GRANTS and SHOW FUTURE GRANTS (https://docs.snowflake.com/en/sql-reference/sql/show-grants)."""

from __future__ import annotations

from typing import Any

from ..access import listing as grant_rows
from ..show.containers import Columns
from ..statements import Grantee, Name, ShowFutureGrants, ShowGrants
from .context import Context
from .result import Result, listing
from .securables import id_of, name_lookup, principal_of

_GRANT_COLUMNS: Columns = (
    ("created_on", "time"), ("privilege", "text"), ("granted_on", "text"), ("name", "text"), ("granted_to", "text"),
    ("grantee_name", "text"), ("grant_option", "text"), ("granted_by", "text"),
)  # fmt: skip


def show_grants(context: Context, statement: ShowGrants) -> Result:
    """SHOW GRANTS ON | TO | OF; without any of them those of the current user."""
    names, access = context.names, context.state.access
    name_of = name_lookup(context.state)
    if statement.on is not None:
        object_id, _ = id_of(names, statement.on)
        rows = grant_rows.grants_on(access, object_id, name_of)
        return _limited((*_GRANT_COLUMNS, ("granted_by_role_type", "text")), rows, statement.limit)
    if statement.of is not None:
        rows = grant_rows.grants_of(access, principal_of(names, statement.of))
        columns = ("role", "granted_to", "grantee_name", "granted_by")
        return _limited((("created_on", "time"), *((name, "text") for name in columns)), rows, statement.limit)
    to = statement.to or Grantee("USER", Name((context.session.user,)))
    rows = grant_rows.grants_to(access, principal_of(names, to), name_of)
    columns_to = (_GRANT_COLUMNS[0], ("role", "text"), *_GRANT_COLUMNS[1:]) if to.kind == "USER" else _GRANT_COLUMNS
    return _limited(columns_to, rows, statement.limit)


_FUTURE_COLUMNS: Columns = (
    ("created_on", "time"), ("privilege", "text"), ("grant_on", "text"), ("name", "text"), ("grant_to", "text"),
    ("grantee_name", "text"), ("grant_option", "text"),
)  # fmt: skip


def show_future_grants(context: Context, statement: ShowFutureGrants) -> Result:
    """SHOW FUTURE GRANTS IN SCHEMA | DATABASE, or TO ROLE."""
    names, access = context.names, context.state.access
    name_of = name_lookup(context.state)
    if statement.in_ is not None:
        object_id, _ = id_of(names, statement.in_)
        return _limited(_FUTURE_COLUMNS, grant_rows.future_grants_in(access, object_id, name_of), statement.limit)
    assert statement.to is not None
    rows = grant_rows.future_grants_to(access, principal_of(names, statement.to), name_of)
    return _limited(_FUTURE_COLUMNS, rows, statement.limit)


def _limited(columns: Columns, rows: list[Any], limit: int | None) -> Result:
    return listing(columns, rows if limit is None else rows[:limit])
