"""GRANT and REVOKE … ON FUTURE …, and which of them a new object gets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from .grantable import NO_FUTURE_GRANTS, check_grantable, grantable_on
from .model import ACCOUNT_ID, Access, AccessError, ActiveRoles, FutureGrant, Grant, Principal, Securable
from .privileges import insufficient, manages_grants
from .roles import require_exists


def grant_future(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    kind: str,
    container_id: str,
    grantee: Principal,
    now: datetime,
    grant_option: bool = False,
    name: str = "",
) -> Access:
    """Grants privileges on objects of `kind` ("TABLE") that will be created in the schema or database.

    Needs MANAGE GRANTS, in a managed access schema its owner
    (https://docs.snowflake.com/en/sql-reference/sql/grant-privilege). `name` is the container's, for messages.
    """
    require_exists(access, grantee)
    container = access.objects[container_id]
    _require_future_rights(access, roles, container, name)
    if kind in NO_FUTURE_GRANTS:
        raise AccessError(f"SQL compilation error:\nFuture grants on {kind} are not supported.", "001003", "42000")
    wanted = tuple(privileges)
    for privilege in grantable_on(kind) if wanted == ("ALL",) else wanted:
        if privilege != "OWNERSHIP":
            check_grantable(privilege, kind)
        container = _with_future(container, FutureGrant(privilege, kind, grantee, now, grant_option))
    return access.with_objects(container)


def _with_future(container: Securable, added: FutureGrant) -> Securable:
    for known in container.future_grants:
        if (known.privilege, known.kind) != (added.privilege, added.kind):
            continue
        if known.grantee == added.grantee:
            kept = replace(known, grant_option=known.grant_option or added.grant_option)
            return replace(
                container, future_grants=tuple(kept if each is known else each for each in container.future_grants)
            )
        if added.privilege == "OWNERSHIP":
            raise AccessError(
                f"SQL compilation error:\nA future grant of OWNERSHIP on {added.kind} objects to role "
                f"'{known.grantee.name}' exists; only one is allowed.",
                "001003",
                "42000",
            )
    return replace(container, future_grants=(*container.future_grants, added))


def revoke_future(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    kind: str,
    container_id: str,
    grantee: Principal,
    grant_option_only: bool = False,
    name: str = "",
) -> Access:
    """Takes future grants back; objects that exist keep what they got."""
    require_exists(access, grantee)
    container = access.objects[container_id]
    _require_future_rights(access, roles, container, name)
    wanted = set(privileges)
    kept: list[FutureGrant] = []
    for known in container.future_grants:
        meant = (known.kind, known.grantee) == (kind, grantee) and ("ALL" in wanted or known.privilege in wanted)
        if not meant:
            kept.append(known)
        elif grant_option_only:
            kept.append(replace(known, grant_option=False))
    return access.with_objects(replace(container, future_grants=tuple(kept)))


def _require_future_rights(access: Access, roles: ActiveRoles, container: Securable, name: str) -> None:
    managed = container.kind == "SCHEMA" and container.managed_access and container.owner in roles.all
    if not managed and not manages_grants(access, roles):
        raise insufficient(container.kind, name or container.id)


def with_future_grants(access: Access, created: Securable, now: datetime) -> Securable:
    """The new object with the future grants of its schema, or of its database when the schema has none for its kind.

    "The schema-level grants take precedence over the database level grants, and the database level grants are
    ignored", for whichever role (https://docs.snowflake.com/en/user-guide/security-access-control-configure).
    """
    applied = _applying(access, created)
    for future in applied:
        if future.privilege == "OWNERSHIP":
            created = replace(created, owner=future.grantee)
    grants = tuple(
        Grant(future.privilege, future.grantee, created.owner, now, future.grant_option)
        for future in applied
        if future.privilege != "OWNERSHIP"
    )
    return replace(created, grants=(*created.grants, *grants))


def _applying(access: Access, created: Securable) -> list[FutureGrant]:
    container = access.objects[created.container or ACCOUNT_ID]
    here = [future for future in container.future_grants if future.kind == created.kind]
    if here or container.kind != "SCHEMA":
        return here
    database = access.objects[container.container or ACCOUNT_ID]
    # A database-level OWNERSHIP does not apply in a managed access schema (grant-privilege, restrictions).
    return [
        future
        for future in database.future_grants
        if future.kind == created.kind and not (container.managed_access and future.privilege == "OWNERSHIP")
    ]
