"""SHOW of what belongs to the account or the session: parameters, warehouses, roles, users."""

from __future__ import annotations

from ..engine.names import find_database
from ..errors import invalid, not_supported
from ..session.parameters import PARAMETERS
from ..show.containers import Columns, Row
from ..statements import Show
from .context import Context

Shown = tuple[Columns, list[Row]]


def show_parameters(context: Context, statement: Show) -> Shown:
    """SHOW PARAMETERS [IN SESSION]."""
    if statement.scope is not None and statement.scope.kind not in (None, "SESSION"):
        raise not_supported(f"SHOW PARAMETERS IN {statement.scope.kind}")
    own = context.session.parameters
    rows: list[Row] = [
        {
            "key": name,
            "value": own.get(name, default),
            "default": default,
            "level": "SESSION" if name in own else "",
            "description": description,
            "type": kind,
        }
        for name, (default, kind, description) in sorted(PARAMETERS.items())
    ]
    columns = ("key", "value", "default", "level", "description", "type")
    return tuple((name, "text") for name in columns), rows


def show_warehouses(context: Context, _: Show) -> Shown:
    """SHOW WAREHOUSES."""
    columns = (("name", "text"), ("state", "text"), ("type", "text"), ("size", "text"), ("is_current", "text"),
               ("created_on", "time"), ("comment", "text"))  # fmt: skip
    rows: list[Row] = [
        {
            "name": one.name, "state": "STARTED", "type": "STANDARD", "size": one.size,
            "is_current": "Y" if one.name == context.session.warehouse else "N",
            "created_on": one.created_on, "comment": one.comment,
        }
        for one in context.state.warehouses.values()
    ]  # fmt: skip
    return columns, rows


def show_roles(context: Context, _: Show) -> Shown:
    """SHOW ROLES."""
    columns = (("created_on", "time"), ("name", "text"), ("is_current", "text"), ("owner", "text"), ("comment", "text"))
    rows: list[Row] = [
        {
            "created_on": one.created_on, "name": one.principal.name,
            "is_current": "Y" if one.principal == context.session.role else "N",
            "owner": one.owner.name if one.owner else "", "comment": "",
        }
        for one in context.state.access.objects.values()
        if one.kind == "ROLE" and one.principal is not None and not one.dropped
    ]  # fmt: skip
    return columns, sorted(rows, key=lambda row: str(row["name"]))


def show_database_roles(context: Context, statement: Show) -> Shown:
    """SHOW DATABASE ROLES IN DATABASE x (https://docs.snowflake.com/en/sql-reference/sql/show-database-roles): all of
    them, for each role that has a privilege on the database."""
    if statement.scope is None or statement.scope.kind not in (None, "DATABASE") or statement.scope.name is None:
        raise invalid("SHOW DATABASE ROLES needs IN DATABASE and its name.")
    database = find_database(context.names, statement.scope.name.last)
    columns = (("created_on", "time"), ("name", "text"), ("owner", "text"), ("comment", "text"))
    rows: list[Row] = [
        {
            "created_on": one.created_on, "name": one.principal.name,
            "owner": one.owner.name if one.owner else "", "comment": "",
        }
        for one in context.state.access.objects.values()
        if one.principal is not None and one.principal.kind == "DATABASE_ROLE"
        and one.principal.database == database.name and not one.dropped
    ]  # fmt: skip
    return columns, sorted(rows, key=lambda row: str(row["name"]))


def show_users(context: Context, _: Show) -> Shown:
    """SHOW USERS."""
    texts = ("default_role", "default_warehouse", "type", "disabled", "has_password", "has_rsa_public_key")
    columns = (("name", "text"), ("created_on", "time"), *((name, "text") for name in texts))
    rows: list[Row] = [
        {
            "name": one.name, "created_on": one.created_on, "default_role": one.default_role,
            "default_warehouse": one.default_warehouse, "type": one.type, "disabled": str(one.disabled).lower(),
            "has_password": str(bool(one.password_hash)).lower(),
            "has_rsa_public_key": str(bool(one.rsa_public_key)).lower(),
        }
        for one in context.state.users.values()
    ]  # fmt: skip
    return columns, sorted(rows, key=lambda row: str(row["name"]))
