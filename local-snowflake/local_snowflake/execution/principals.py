"""CREATE, ALTER and DROP of roles, users and warehouses."""

from __future__ import annotations

import secrets
from dataclasses import replace

from ..access.lifecycle import on_create, on_drop
from ..access.model import ACCOUNT_ID
from ..access.privileges import can_create, holds, owns
from ..access.roles import create_principal, drop_principal, exists, user
from ..account.changes import put, without
from ..account.objects import AccessToken, AccountState, User, Warehouse, warehouse_id
from ..engine.column_types import text_column
from ..engine.names import find_database
from ..errors import SnowflakeError, already_exists, does_not_exist, insufficient_privileges, not_supported
from ..session.passwords import hash_password
from ..statements import (
    AddAccessToken,
    AlterWarehouse,
    CreateAccountObject,
    DropObject,
    Grantee,
    Properties,
    RemoveAccessToken,
    SetProperties,
    UnsetProperties,
)
from . import result
from .context import Context
from .result import Result
from .securables import principal_of

_USER_FIELDS = {
    "DEFAULT_ROLE": "default_role",
    "DEFAULT_WAREHOUSE": "default_warehouse",
    "DEFAULT_NAMESPACE": "default_namespace",
    "TYPE": "type",
    "COMMENT": "comment",
}
# Said of people; nothing here depends on it.
_IGNORED_USER_PROPERTIES = frozenset(
    ("LOGIN_NAME", "DISPLAY_NAME", "FIRST_NAME", "LAST_NAME", "EMAIL", "MUST_CHANGE_PASSWORD", "WORKLOAD_IDENTITY")
)


def create_account_object(context: Context, statement: CreateAccountObject) -> Result:
    """CREATE ROLE | DATABASE ROLE | USER | WAREHOUSE."""
    name = statement.name.last
    kind = statement.kind.capitalize()
    with context.changing() as change:
        names = context.names_in(change.state)
        if statement.kind == "WAREHOUSE":
            taken = name in change.state.warehouses
        else:
            taken = exists(change.state.access, principal_of(names, Grantee(statement.kind, statement.name)))
        if taken and statement.if_not_exists:
            return result.status(f"{name} already exists, statement succeeded.")
        if taken and statement.or_replace:
            raise not_supported(f"CREATE OR REPLACE {statement.kind}")
        if taken:
            raise already_exists(name)
        change.state = _with_new(context, change.state, statement)
    return result.status(f"{kind} {name} successfully created.")


def _with_new(context: Context, state: AccountState, statement: CreateAccountObject) -> AccountState:
    names = context.names_in(state)
    name, now = statement.name.last, context.now
    if statement.kind == "WAREHOUSE":
        if not can_create(state.access, names.roles, ACCOUNT_ID, "WAREHOUSE"):
            raise insufficient_privileges("account", "LOCAL")
        access = on_create(state.access, names.roles, warehouse_id(name), "WAREHOUSE", ACCOUNT_ID, now)
        made = Warehouse(name, now, str(statement.properties.get("COMMENT", "")))
        return replace(state, access=access, warehouses=put(state.warehouses, name, made))
    principal = principal_of(names, Grantee(statement.kind, statement.name))
    container = find_database(names, principal.database).id if principal.database else ACCOUNT_ID
    state = replace(state, access=create_principal(state.access, names.roles, principal, now, container))
    if statement.kind == "USER":
        made_user = _with_user_properties(User(name, now), statement.properties)
        state = replace(state, users=put(state.users, name, made_user))
    return state


def _with_user_properties(person: User, properties: Properties) -> User:
    for key, value in properties.items():
        if key == "PASSWORD":
            person = replace(person, password_hash=hash_password(str(value)))
        elif key in ("RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"):
            lines = [line for line in str(value).splitlines() if not line.startswith("-----")]
            person = replace(person, rsa_public_key="".join("".join(lines).split()))
        elif key == "DISABLED":
            person = replace(person, disabled=str(value).upper() == "TRUE")
        elif key == "DEFAULT_SECONDARY_ROLES":
            person = replace(person, secondary_roles="ALL" in str(value).upper())
        elif key in _USER_FIELDS:
            text = str(value)
            person = replace(person, **{_USER_FIELDS[key]: text})  # type: ignore[arg-type]
        elif key not in _IGNORED_USER_PROPERTIES:
            raise not_supported(f"the user property {key}")
    return person


def drop_account_object(context: Context, statement: DropObject) -> Result:
    """DROP ROLE | DATABASE ROLE | USER | WAREHOUSE."""
    name = statement.name.last
    with context.changing() as change:
        names = context.names_in(change.state)
        if statement.kind == "WAREHOUSE":
            if name not in change.state.warehouses:
                return _missing(statement)
            if not owns(change.state.access, names.roles, warehouse_id(name)):
                raise insufficient_privileges("warehouse", name)
            access = on_drop(change.state.access, warehouse_id(name))
            change.state = replace(change.state, access=access, warehouses=without(change.state.warehouses, name))
            return result.status(f"{name} successfully dropped.")
        principal = principal_of(names, Grantee(statement.kind, statement.name))  # type: ignore[arg-type]
        if not exists(change.state.access, principal):
            return _missing(statement)
        state = replace(change.state, access=drop_principal(change.state.access, names.roles, principal))
        change.state = replace(state, users=without(state.users, name)) if statement.kind == "USER" else state
    return result.status(f"{name} successfully dropped.")


def _missing(statement: DropObject) -> Result:
    if statement.if_exists:
        return result.status("Drop statement executed successfully.")
    raise does_not_exist(statement.kind.capitalize(), str(statement.name))


def set_user_properties(context: Context, statement: SetProperties | UnsetProperties) -> Result:
    """ALTER USER … SET | UNSET."""
    name = statement.name.last
    with context.changing() as change:
        person = change.state.users.get(name)
        if person is None:
            if statement.if_exists:
                return result.status()
            raise does_not_exist("User", str(statement.name))
        _require_user_owner(context, change.state, name)
        if isinstance(statement, UnsetProperties):
            properties: Properties = dict.fromkeys(statement.properties, "")
            changed = _with_user_properties(person, properties)
            changed = replace(changed, password_hash="") if "PASSWORD" in statement.properties else changed
        else:
            changed = _with_user_properties(person, statement.properties)
        change.state = replace(change.state, users=put(change.state.users, name, changed))
    return result.status()


def _require_user_owner(context: Context, state: AccountState, name: str) -> None:
    if name != context.session.user and not holds(
        state.access, context.session.roles(state), user(name).object_id, "OWNERSHIP"
    ):
        raise insufficient_privileges("user", name)


def add_access_token(context: Context, statement: AddAccessToken) -> Result:
    """ALTER USER … ADD PROGRAMMATIC ACCESS TOKEN: the secret is shown once.

    https://docs.snowflake.com/en/sql-reference/sql/alter-user-add-programmatic-access-token
    """
    name = statement.user.last if statement.user else context.session.user
    secret = secrets.token_urlsafe(48)
    with context.changing() as change:
        person = change.state.users.get(name)
        if person is None:
            raise does_not_exist("User", name)
        _require_user_owner(context, change.state, name)
        if any(token.name == statement.token.last for token in person.tokens):
            raise already_exists(statement.token.last)
        token = AccessToken(statement.token.last, hash_password(secret))
        changed = replace(person, tokens=(*person.tokens, token))
        change.state = replace(change.state, users=put(change.state.users, name, changed))
    columns = (text_column("token_name"), text_column("token_secret"))
    return Result(columns, [(statement.token.last, secret)], result.DDL)


def remove_access_token(context: Context, statement: RemoveAccessToken) -> Result:
    """ALTER USER … REMOVE PROGRAMMATIC ACCESS TOKEN."""
    name = statement.user.last if statement.user else context.session.user
    with context.changing() as change:
        person = change.state.users.get(name)
        if person is None or all(token.name != statement.token.last for token in person.tokens):
            raise does_not_exist("User", f"{name} / token {statement.token.last}")
        _require_user_owner(context, change.state, name)
        kept = tuple(token for token in person.tokens if token.name != statement.token.last)
        changed = replace(person, tokens=kept)
        change.state = replace(change.state, users=put(change.state.users, name, changed))
    return result.status()


def alter_warehouse(context: Context, statement: AlterWarehouse) -> Result:
    """ALTER WAREHOUSE … SUSPEND | RESUME: accepted for a warehouse that exists; the engine here always runs."""
    name = statement.name.last if statement.name else context.session.warehouse
    if name not in context.state.warehouses:
        if statement.if_exists:
            return result.status()
        raise does_not_exist("Warehouse", str(name))
    if statement.action == "ABORT ALL QUERIES":
        raise SnowflakeError("000002", "0A000", "ALTER WAREHOUSE … ABORT ALL QUERIES is not supported here.")
    return result.status()
