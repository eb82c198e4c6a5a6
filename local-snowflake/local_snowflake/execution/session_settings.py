"""USE, ALTER SESSION and session variables."""

from __future__ import annotations

import re

from sqlglot import exp

from ..access.privileges import can_compute
from ..access.roles import may_assume, role
from ..account.objects import warehouse_id
from ..engine.names import PUBLIC, find_database, find_schema, split_schema_name
from ..engine.translate import parse_sql
from ..errors import SnowflakeError, cannot_be_performed, invalid, not_supported
from ..session.parameters import FIXED, PARAMETERS
from ..statements import SetSessionParameters, UnsetSessionParameters, Use, UseSecondaryRoles
from . import result
from .context import Context
from .result import USE, Result
from .transactions import commit


def use(context: Context, statement: Use) -> Result:
    """USE ROLE | WAREHOUSE | DATABASE | SCHEMA; what the role may not use is refused (002043)."""
    session, names, state = context.session, context.names, context.state
    if statement.kind == "ROLE":
        wanted = role(statement.name.last)
        if not may_assume(state.access, session.user, wanted):
            raise SnowflakeError(
                "003013", "42501",
                f"SQL access control error:\nRequested role '{wanted.name}' is not assigned to the executing user. "
                "Specify another role to activate.",
            )  # fmt: skip
        session.role = wanted
    elif statement.kind == "WAREHOUSE":
        warehouse = statement.name.last
        usable = warehouse in state.warehouses and can_compute(state.access, names.roles, warehouse_id(warehouse))
        if not usable:
            raise cannot_be_performed(str(statement.name))
        session.warehouse = warehouse
    elif statement.kind == "DATABASE":
        try:
            database = find_database(names, statement.name.last)
        except SnowflakeError as error:
            raise cannot_be_performed(str(statement.name)) from error
        session.database = database.name
        session.schema = PUBLIC if PUBLIC in database.schemas else None
    else:
        try:
            database, schema = find_schema(names, *split_schema_name(names, statement.name))
        except SnowflakeError as error:
            raise cannot_be_performed(str(statement.name)) from error
        session.database, session.schema = database.name, schema.name
    return result.status(statement_type=USE)


def use_secondary_roles(context: Context, statement: UseSecondaryRoles) -> Result:
    """USE SECONDARY ROLES ALL | NONE | list."""
    session = context.session
    if statement.roles == "ALL":
        session.secondary_roles = None
    elif statement.roles == "NONE":
        session.secondary_roles = ()
    else:
        wanted = tuple(role(name) for name in statement.roles)
        for one in wanted:
            if not may_assume(context.state.access, session.user, one):
                raise cannot_be_performed(one.name)
        session.secondary_roles = wanted
    return result.status(statement_type=USE)


def set_parameters(context: Context, statement: SetSessionParameters) -> Result:
    """ALTER SESSION SET."""
    for name, value in statement.parameters.items():
        set_parameter(context.session.parameters, name, _text(value))
        if name == "AUTOCOMMIT" and _text(value) == "true":
            commit(context)
    return result.status()


def set_parameter(parameters: dict[str, str], name: str, value: str) -> None:
    """Sets one session parameter; unknown ones, and values that would be a pretence here, are refused."""
    if name not in PARAMETERS:
        raise invalid(f"invalid property '{name}' for 'SESSION'", "001420")
    if name in FIXED and value.lower() != FIXED[name]:
        raise not_supported(f"the session parameter {name} = {value}")
    parameters[name] = value


def _text(value: object) -> str:
    if isinstance(value, bool) or str(value).upper() in ("TRUE", "FALSE"):
        return str(value).lower()
    return str(value)


def unset_parameters(context: Context, statement: UnsetSessionParameters) -> Result:
    """ALTER SESSION UNSET: back to the default."""
    for name in statement.parameters:
        if name not in PARAMETERS:
            raise invalid(f"invalid property '{name}' for 'SESSION'", "001420")
        context.session.parameters.pop(name, None)
    return result.status()


_SET_VARIABLE = re.compile(r"\s*SET\s+([A-Za-z_][\w$]*)\s*=\s*(.+?)\s*;?\s*$", re.IGNORECASE | re.DOTALL)


def set_variable(context: Context) -> Result | None:
    """SET name = literal; None if the text is none.

    https://docs.snowflake.com/en/sql-reference/session-variables
    """
    match = _SET_VARIABLE.match(context.text)
    if match is None:
        return None
    value = parse_sql(f"SELECT {match.group(2)}").expressions[0]
    if not isinstance(value, exp.Literal | exp.Boolean | exp.Neg):
        raise not_supported(f"SET with anything but a literal: {context.text.strip()[:200]}")
    context.session.variables[match.group(1).upper()] = value.sql(dialect="snowflake")
    return result.status()
