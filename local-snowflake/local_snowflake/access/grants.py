"""GRANT and REVOKE on objects that exist: who may do it, and what it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

from .grantable import check_grantable, grantable_on
from .model import Access, AccessError, ActiveRoles, Grant, Principal, Securable
from .privileges import containers_usable, insufficient, manages_grants, owns
from .roles import active_roles, require_exists


def grant(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    object_id: str,
    grantee: Principal,
    now: datetime,
    grant_option: bool = False,
    name: str = "",
) -> Access:
    """Grants privileges on one object; ("ALL",) grants all that the roles may grant on its kind.

    `name` is the object's, for messages. Raises AccessError 003001 for roles that may not grant, 002003 for a
    grantee that does not exist, 001003 for a privilege that the kind does not have.
    """
    require_exists(access, grantee)
    target = access.objects[object_id]
    _check_database_role(access, target, grantee)
    wanted = tuple(privileges)
    if wanted == ("ALL",):
        wanted = tuple(each for each in grantable_on(target.kind) if _grantor(access, roles, target, each)[0])
        if not wanted:
            raise insufficient(target.kind, name or object_id)
    for privilege in wanted:
        check_grantable(privilege, target.kind)
        allowed, granted_by = _grantor(access, roles, target, privilege)
        if not allowed:
            raise insufficient(target.kind, name or object_id)
        target = with_grant(target, Grant(privilege, grantee, granted_by, now, grant_option))
    return access.with_objects(target)


def with_grant(target: Securable, added: Grant) -> Securable:
    """The object with one more grant; the same grant again only adds the grant option."""
    for known in target.grants:
        if (known.privilege, known.grantee, known.granted_by) == (added.privilege, added.grantee, added.granted_by):
            kept = replace(known, grant_option=known.grant_option or added.grant_option)
            return replace(target, grants=tuple(kept if each is known else each for each in target.grants))
    return replace(target, grants=(*target.grants, added))


def _grantor(access: Access, roles: ActiveRoles, target: Securable, privilege: str) -> tuple[bool, Principal | None]:
    """Whether the roles may grant, and who is then recorded as grantor.

    The order is that of https://docs.snowflake.com/en/sql-reference/sql/show-grants (usage notes): the owner, a holder
    of the grant option, then MANAGE GRANTS in the owner's name.
    """
    schema = managed_schema_of(access, target)
    if schema:
        if schema.owner in roles.all:
            return True, schema.owner
    elif owns(access, roles, target.id) and containers_usable(access, roles, target.id):
        return True, target.owner
    else:
        for held in target.grants:
            if held.privilege == privilege and held.grant_option and held.grantee in roles.all:
                return True, held.grantee
    return manages_grants(access, roles), target.owner


def managed_schema_of(access: Access, target: Securable) -> Securable | None:
    """The managed access schema that holds the object, where object owners lose the right to grant."""
    holder = access.objects.get(target.container or "")
    return holder if holder and holder.managed_access else None


def _check_database_role(access: Access, target: Securable, grantee: Principal) -> None:
    # https://docs.snowflake.com/en/sql-reference/sql/grant-privilege: limited to the database that contains the role.
    if grantee.kind != "DATABASE_ROLE":
        return
    home = access.objects[grantee.object_id].container
    holder: Securable | None = target
    while holder and holder.id != home:
        holder = access.objects.get(holder.container or "")
    if holder is None:
        raise AccessError(
            f"SQL compilation error:\nDatabase role '{grantee.name}' can only be granted privileges on objects of "
            f"database '{grantee.database}'.",
            "001003",
            "42000",
        )


def revoke(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    object_id: str,
    grantee: Principal,
    grant_option_only: bool = False,
    cascade: bool = False,
) -> Access:
    """Takes back what the roles (or roles below them) granted; with MANAGE GRANTS, whoever granted it.

    Nothing to take back is no error. Raises AccessError when the privilege was granted on and `cascade` is False
    (https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege).
    """
    require_exists(access, grantee)
    target = access.objects[object_id]
    wanted = set(privileges)
    if "ALL" not in wanted:
        for privilege in wanted:
            check_grantable(privilege, target.kind)
    schema = managed_schema_of(access, target)
    whoever = manages_grants(access, roles) or (schema is not None and schema.owner in roles.all)
    taken = [
        held
        for held in target.grants
        if held.grantee == grantee
        and ("ALL" in wanted or held.privilege in wanted)
        and (whoever or (schema is None and held.granted_by in roles.all))
    ]
    for held in taken:
        target = _without(target, held, grant_option_only, cascade)
    return access.with_objects(target)


def _without(target: Securable, taken: Grant, grant_option_only: bool, cascade: bool) -> Securable:
    kept = tuple(each for each in target.grants if each is not taken)
    remaining = replace(target, grants=kept)
    still_grants = any(
        (each.privilege, each.grantee, each.grant_option) == (taken.privilege, taken.grantee, True) for each in kept
    )
    if taken.grant_option and not still_grants:
        for dependent in kept:
            if dependent.privilege == taken.privilege and dependent.granted_by == taken.grantee:
                if not cascade:
                    raise dependent_grant(dependent)
                remaining = _without(remaining, dependent, False, cascade)
    if grant_option_only:
        return replace(remaining, grants=(*remaining.grants, replace(taken, grant_option=False)))
    return remaining


def dependent_grant(held: Grant) -> AccessError:
    """Snowflake's refusal to leave a grant behind whose ground is gone."""
    return AccessError(
        f"SQL execution error: Dependent grant of privilege '{held.privilege}' to {held.grantee.kind.lower()} "
        f"'{held.grantee.name}' exists. It must be revoked first. More than one dependent grant may exist: "
        "use 'SHOW GRANTS' command to view them.",
        "003036",
        "42601",
    )


def grant_ownership(
    access: Access,
    roles: ActiveRoles,
    object_id: str,
    new_owner: Principal,
    current_grants: Literal["COPY", "REVOKE"] | None = None,
    name: str = "",
) -> Access:
    """Makes another role the owner (https://docs.snowflake.com/en/sql-reference/sql/grant-ownership).

    Outbound grants must be copied (the new owner becomes their grantor) or revoked, else it is refused; roles are
    the exception. COPY needs MANAGE GRANTS, or an active role that is the new owner or above it.
    """
    require_exists(access, new_owner)
    target = access.objects[object_id]
    schema = managed_schema_of(access, target)
    decides = schema.owner if schema else target.owner
    if decides not in roles.all and not manages_grants(access, roles):
        raise insufficient(target.kind, name or object_id)
    if schema and schema.owner and new_owner not in active_roles(access, schema.owner).all:
        raise AccessError(
            f"SQL access control error:\nIn a managed access schema ownership can only go to a role below the schema's "
            f"owner '{schema.owner.name}'; '{new_owner.name}' is not."
        )
    if current_grants == "COPY" and new_owner not in roles.all and not manages_grants(access, roles):
        raise insufficient(target.kind, name or object_id)
    if current_grants is None and target.grants and target.principal is None:
        raise dependent_grant(target.grants[0])
    return access.with_objects(replace(target, owner=new_owner, grants=_carried(target, new_owner, current_grants)))


def _carried(target: Securable, new_owner: Principal, current_grants: str | None) -> tuple[Grant, ...]:
    if current_grants == "REVOKE":
        return ()
    if current_grants is None:
        return target.grants
    copied = replace(target, grants=())
    for held in target.grants:
        copied = with_grant(copied, replace(held, granted_by=new_owner))
    return copied.grants
