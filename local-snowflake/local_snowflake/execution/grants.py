"""GRANT and REVOKE, of privileges, ownership and roles."""

from __future__ import annotations

from dataclasses import replace

from ..access.future_grants import grant_future, revoke_future
from ..access.grants import grant, grant_ownership, revoke
from ..access.roles import grant_role, revoke_role
from ..engine.names import Names
from ..statements import (
    Grantee,
    GrantOwnership,
    GrantPrivileges,
    GrantRole,
    OnMany,
    OnObject,
    RevokePrivileges,
    RevokeRole,
)
from . import result
from .context import Context
from .result import Result
from .securables import container_id, id_of, ids_of_all, principal_of
from .transactions import commit_before_ddl


def grant_privileges(context: Context, statement: GrantPrivileges) -> Result:
    """GRANT … ON an object, ALL or FUTURE objects (https://docs.snowflake.com/en/sql-reference/sql/grant-privilege)."""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        to = principal_of(names, statement.to)
        access = change.state.access
        if isinstance(statement.on, OnMany) and statement.on.which == "FUTURE":
            holder, name = container_id(names, statement.on)
            access = grant_future(
                access, names.roles, statement.privileges, statement.on.kind, holder, to, change.now,
                statement.grant_option, name,
            )  # fmt: skip
        else:
            for object_id, name in _objects(names, statement.on):
                access = grant(
                    access, names.roles, statement.privileges, object_id, to, change.now, statement.grant_option, name
                )
        change.state = replace(change.state, access=access)
    return result.status()


def _objects(names: Names, on: OnObject | OnMany) -> list[tuple[str, str]]:
    return ids_of_all(names, on) if isinstance(on, OnMany) else [id_of(names, on)]


def revoke_privileges(context: Context, statement: RevokePrivileges) -> Result:
    """REVOKE … FROM."""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        from_ = principal_of(names, statement.from_)
        access = change.state.access
        if isinstance(statement.on, OnMany) and statement.on.which == "FUTURE":
            holder, _ = container_id(names, statement.on)
            access = revoke_future(
                access, names.roles, statement.privileges, statement.on.kind, holder, from_, statement.grant_option_only
            )
        else:
            for object_id, _ in _objects(names, statement.on):
                access = revoke(
                    access, names.roles, statement.privileges, object_id, from_, statement.grant_option_only,
                    statement.cascade,
                )  # fmt: skip
        change.state = replace(change.state, access=access)
    return result.status()


def grant_ownership_of(context: Context, statement: GrantOwnership) -> Result:
    """GRANT OWNERSHIP … COPY | REVOKE CURRENT GRANTS."""
    commit_before_ddl(context)
    with context.changing() as change:
        names = context.names_in(change.state)
        to = principal_of(names, statement.to)
        access = change.state.access
        if isinstance(statement.on, OnMany) and statement.on.which == "FUTURE":
            holder, name = container_id(names, statement.on)
            access = grant_future(
                access, names.roles, ("OWNERSHIP",), statement.on.kind, holder, to, change.now, name=name
            )
        else:
            for object_id, name in _objects(names, statement.on):
                access = grant_ownership(access, names.roles, object_id, to, statement.current_grants, name)
        change.state = replace(change.state, access=access)
    return result.status()


def grant_role_to(context: Context, statement: GrantRole) -> Result:
    """GRANT ROLE | DATABASE ROLE … TO ROLE | USER."""
    with context.changing() as change:
        names = context.names_in(change.state)
        to = principal_of(names, statement.to)
        access = change.state.access
        for role in statement.roles:
            given = principal_of(names, Grantee(statement.kind, role))
            access = grant_role(access, names.roles, given, to, change.now)
        change.state = replace(change.state, access=access)
    return result.status()


def revoke_role_from(context: Context, statement: RevokeRole) -> Result:
    """REVOKE ROLE | DATABASE ROLE … FROM …"""
    with context.changing() as change:
        names = context.names_in(change.state)
        from_ = principal_of(names, statement.from_)
        access = change.state.access
        for role in statement.roles:
            given = principal_of(names, Grantee(statement.kind, role))
            access = revoke_role(access, names.roles, given, from_)
        change.state = replace(change.state, access=access)
    return result.status()
