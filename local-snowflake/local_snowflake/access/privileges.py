"""What a session may do and see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .model import ACCOUNT_ID, Access, AccessError, ActiveRoles, Principal, Securable

_CLONE_NEEDS_SELECT = frozenset({"TABLE", "DYNAMIC TABLE", "EVENT TABLE", "ICEBERG TABLE", "HYBRID TABLE"})
_CLONE_NEEDS_OWNERSHIP = frozenset({"ALERT", "PIPE", "STREAM", "TASK"})
_NEVER_CLONED = frozenset({"EXTERNAL TABLE", "HYBRID TABLE"})


def privileges_of(access: Access, roles: ActiveRoles) -> Mapping[str, frozenset[str]]:
    """Every privilege that the roles hold, by object id; objects without one are absent."""
    held = {each.id: frozenset(_held(each, roles.all)) for each in access.objects.values() if not each.dropped}
    return {object_id: privileges for object_id, privileges in held.items() if privileges}


def holds(access: Access, roles: ActiveRoles, object_id: str, privilege: str) -> bool:
    """Whether the roles hold the privilege on this object itself; OWNERSHIP implies all. Containers are not asked."""
    return _holds(access.objects[object_id], roles.all, privilege)


def has_any(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether the roles hold at least one privilege on this object itself."""
    return any(_held(access.objects[object_id], roles.all))


def owns(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether one of the roles is the owner."""
    return access.objects[object_id].owner in roles.all


def manages_grants(access: Access, roles: ActiveRoles) -> bool:
    """Whether the roles hold the global MANAGE GRANTS, which also lets them see every object."""
    return holds(access, roles, ACCOUNT_ID, "MANAGE GRANTS")


def can_use(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether names inside this schema or database may be used: any privilege on it and on its database.

    https://docs.snowflake.com/en/user-guide/security-access-control-configure
    """
    return has_any(access, roles, object_id) and containers_usable(access, roles, object_id)


def can_compute(access: Access, roles: ActiveRoles, warehouse_id: str) -> bool:
    """Whether statements may run on this warehouse: USAGE, which MONITOR or OPERATE do not replace.

    https://docs.snowflake.com/en/user-guide/security-access-control-privileges#virtual-warehouse-privileges
    """
    return holds(access, roles, warehouse_id, "USAGE")


def can_see(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether SHOW lists it and a name resolves to it; roles and users can be seen by everybody."""
    if access.objects[object_id].principal or manages_grants(access, roles):
        return True
    return can_use(access, roles, object_id)


def can(access: Access, roles: ActiveRoles, object_id: str, privilege: str) -> bool:
    """Whether an action that needs the privilege is allowed: the privilege, and use of all containers."""
    return holds(access, roles, object_id, privilege) and containers_usable(access, roles, object_id)


def can_select(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether the table or view may be read."""
    return can(access, roles, object_id, "SELECT")


def can_create(access: Access, roles: ActiveRoles, container_id: str, kind: str) -> bool:
    """Whether an object of `kind` ("TABLE", "SCHEMA", "ROLE") may be created in the schema, database or account.

    Secondary roles do not authorize it. "TEMPORARY TABLE" needs no privilege but the use of its schema
    (https://docs.snowflake.com/en/sql-reference/sql/create-table).
    """
    primary_only = ActiveRoles(roles.primary, roles.through_primary, roles.through_primary)
    if kind.startswith("TEMPORARY "):
        return can_use(access, roles, container_id)
    return can(access, primary_only, container_id, f"CREATE {kind}")


def can_clone(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether a clone of the container takes this object along, or leaves it out silently.

    https://docs.snowflake.com/en/sql-reference/sql/create-clone: SELECT for tables, OWNERSHIP for alerts, pipes,
    streams and tasks, USAGE for the rest. Views have no USAGE privilege: any privilege counts for them.
    """
    kind = access.objects[object_id].kind
    if kind in _NEVER_CLONED:
        return False
    if kind in _CLONE_NEEDS_SELECT:
        return holds(access, roles, object_id, "SELECT")
    if kind in _CLONE_NEEDS_OWNERSHIP:
        return owns(access, roles, object_id)
    return has_any(access, roles, object_id)


def require(access: Access, roles: ActiveRoles, object_id: str, privilege: str, name: str) -> None:
    """Raises AccessError 003001 naming the object unless `can` says yes; `name` is for the message."""
    if not can(access, roles, object_id, privilege):
        raise insufficient(access.objects[object_id].kind, name)


def insufficient(kind: str, name: str) -> AccessError:
    """Snowflake's refusal 003001 for an object that is known to exist."""
    return AccessError(
        f"SQL access control error:\nInsufficient privileges to operate on {kind.lower()} '{name}'.",
        "003001",
        "42501",
    )


def containers_of(access: Access, object_id: str) -> Iterator[Securable]:
    """The schema and database that hold the object, from the inside out; the account is left out."""
    container = access.objects[object_id].container
    while container is not None and container != ACCOUNT_ID:
        holder = access.objects[container]
        yield holder
        container = holder.container


def containers_usable(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether the roles have USAGE or any other privilege on each container."""
    return all(any(_held(holder, roles.all)) for holder in containers_of(access, object_id))


def _held(securable: Securable, principals: frozenset[Principal]) -> Iterator[str]:
    if securable.owner in principals:
        yield "OWNERSHIP"
    for grant in securable.grants:
        if grant.grantee in principals:
            yield grant.privilege


def _holds(securable: Securable, principals: frozenset[Principal], privilege: str) -> bool:
    return any(held in ("OWNERSHIP", privilege) for held in _held(securable, principals))
