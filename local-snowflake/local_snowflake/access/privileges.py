"""What a session may do and see."""

from __future__ import annotations

from collections.abc import Mapping

from .model import Access, ActiveRoles


def privileges_of(access: Access, roles: ActiveRoles) -> Mapping[str, frozenset[str]]:
    """Every privilege that the roles hold, by object id."""
    raise NotImplementedError


def holds(access: Access, roles: ActiveRoles, object_id: str, privilege: str) -> bool:
    """Whether the roles hold the privilege on this object itself; OWNERSHIP implies all. Containers are not asked."""
    raise NotImplementedError


def has_any(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether the roles hold at least one privilege on this object itself."""
    raise NotImplementedError


def can_use(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether names inside this schema or database may be used: any privilege on it and on its database."""
    raise NotImplementedError


def can_see(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether SHOW lists it and a name resolves to it."""
    raise NotImplementedError


def can(access: Access, roles: ActiveRoles, object_id: str, privilege: str) -> bool:
    """Whether an action that needs the privilege is allowed: the privilege, and use of all containers."""
    raise NotImplementedError


def can_select(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether the table or view may be read."""
    return can(access, roles, object_id, "SELECT")


def can_create(access: Access, roles: ActiveRoles, container_id: str, kind: str) -> bool:
    """Whether an object of `kind` ("TABLE", "SCHEMA", "ROLE") may be created in the schema, database or account."""
    raise NotImplementedError


def can_clone(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether a clone of the container takes this object along, or leaves it out silently."""
    raise NotImplementedError


def owns(access: Access, roles: ActiveRoles, object_id: str) -> bool:
    """Whether one of the roles is the owner."""
    raise NotImplementedError


def require(access: Access, roles: ActiveRoles, object_id: str, privilege: str, name: str) -> None:
    """Raises AccessError 003001 naming the object unless `can` says yes; `name` is for the message."""
    raise NotImplementedError
