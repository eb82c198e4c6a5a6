"""Functions whose value comes from the session or the account, not from rows."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import Expr, exp

from ..engine.names import Names, find_database, find_relation, find_schema, parse_name
from ..errors import invalid, not_supported
from .change_times import last_change_commit_time
from .context import Context
from .ddl_text import ddl_of
from .running import abort_session, cancel_query

ACCOUNT_NAME = "LOCAL"


def context_value(context: Context, names: Names, node: Expr) -> Expr | None:
    """What the call stands for; None if the engine is to evaluate it."""
    name = str(node.this).upper() if isinstance(node, exp.Anonymous) else _CLASSES.get(type(node), "")
    simple = _SIMPLE.get(name)
    if simple is not None:
        value = simple(context, names)
        return exp.null() if value is None else exp.Literal.string(value)
    with_arguments = _WITH_ARGUMENTS.get(name)
    if with_arguments is not None:
        return with_arguments(context, names, [_constant(argument, name) for argument in node.expressions])
    if name.startswith("SYSTEM$"):
        raise not_supported(f"the function {name}")
    return None


def _constant(argument: Expr, function: str) -> str:
    if isinstance(argument, exp.Literal):
        return argument.name
    if isinstance(argument, exp.Boolean):
        return str(argument.this).lower()
    if isinstance(argument, exp.Anonymous | exp.Func):
        raise not_supported(f"an argument of {function} that is not a literal")
    raise invalid(f"argument of function {function} must be a constant: {argument.sql(dialect='snowflake')}", "001015")


def _current_schema(_: Context, names: Names) -> str | None:
    return find_schema(names, None, None)[1].name if names.schema else None


def _current_database(_: Context, names: Names) -> str | None:
    return find_database(names, None).name if names.database else None


def _last_query_id(context: Context, _: Names) -> str | None:
    return context.session.last_query_id


_SIMPLE: dict[str, Callable[[Context, Names], str | None]] = {
    "CURRENT_ROLE": lambda context, _: context.session.role.name,
    "CURRENT_USER": lambda context, _: context.session.user,
    "CURRENT_WAREHOUSE": lambda context, _: context.session.warehouse,
    "CURRENT_ACCOUNT": lambda *_: ACCOUNT_NAME,
    "CURRENT_ACCOUNT_NAME": lambda *_: ACCOUNT_NAME,
    "CURRENT_ORGANIZATION_NAME": lambda *_: ACCOUNT_NAME,
    "CURRENT_REGION": lambda *_: ACCOUNT_NAME,
    "CURRENT_SESSION": lambda context, _: str(context.session.id),
    "CURRENT_STATEMENT": lambda context, _: context.text,
    "CURRENT_CLIENT": lambda context, _: context.session.client,
    "CURRENT_DATABASE": _current_database,
    "CURRENT_SCHEMA": _current_schema,
    "LAST_QUERY_ID": _last_query_id,
}

_CLASSES: dict[type[Expr], str] = {
    getattr(exp, class_name): function
    for class_name, function in {
        "CurrentRole": "CURRENT_ROLE",
        "CurrentUser": "CURRENT_USER",
        "CurrentWarehouse": "CURRENT_WAREHOUSE",
        "CurrentAccount": "CURRENT_ACCOUNT",
        "CurrentAccountName": "CURRENT_ACCOUNT_NAME",
        "CurrentOrganizationName": "CURRENT_ORGANIZATION_NAME",
        "CurrentRegion": "CURRENT_REGION",
        "CurrentSession": "CURRENT_SESSION",
        "CurrentStatement": "CURRENT_STATEMENT",
        "CurrentClient": "CURRENT_CLIENT",
        "CurrentDatabase": "CURRENT_DATABASE",
        "CurrentCatalog": "CURRENT_DATABASE",
        "CurrentSchema": "CURRENT_SCHEMA",
    }.items()
    if hasattr(exp, class_name)
}


def _change_time(context: Context, names: Names, arguments: list[str]) -> Expr:
    found = find_relation(names, parse_name(arguments[0]))
    return exp.Literal.number(last_change_commit_time(context, names, found))


def _get_ddl(_: Context, names: Names, arguments: list[str]) -> Expr:
    qualified = len(arguments) > 2 and arguments[2] == "true"
    return exp.Literal.string(ddl_of(names, arguments[0].upper(), parse_name(arguments[1]), qualified))


def _cancel_query(context: Context, _: Names, arguments: list[str]) -> Expr:
    return exp.Literal.string(cancel_query(context, arguments[0]))


def _cancel_all(context: Context, _: Names, arguments: list[str]) -> Expr:
    return exp.Literal.string(abort_session(context, int(arguments[0]), close=False))


def _abort_session(context: Context, _: Names, arguments: list[str]) -> Expr:
    return exp.Literal.string(abort_session(context, int(arguments[0]), close=True))


def _is_role_in_session(context: Context, names: Names, arguments: list[str]) -> Expr:
    return exp.Boolean(this=any(role.name == arguments[0] for role in context.session.roles(names.state).all))


_WITH_ARGUMENTS: dict[str, Callable[[Context, Names, list[str]], Expr]] = {
    "SYSTEM$LAST_CHANGE_COMMIT_TIME": _change_time,
    "GET_DDL": _get_ddl,
    "SYSTEM$CANCEL_QUERY": _cancel_query,
    "SYSTEM$CANCEL_ALL_QUERIES": _cancel_all,
    "SYSTEM$ABORT_SESSION": _abort_session,
    "IS_ROLE_IN_SESSION": _is_role_in_session,
}
