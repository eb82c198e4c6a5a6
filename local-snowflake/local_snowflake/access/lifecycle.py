"""What happens to owners and grants when objects are created, replaced, cloned, moved and dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from .model import Access, ActiveRoles


def on_create(
    access: Access,
    roles: ActiveRoles,
    object_id: str,
    kind: str,
    container_id: str,
    now: datetime,
    managed_access: bool = False,
) -> Access:
    """A new object, owned by the primary role, with the future grants of its schema or database."""
    raise NotImplementedError


def on_replace(
    access: Access, roles: ActiveRoles, old_id: str, new_id: str, now: datetime, copy_grants: bool = False
) -> Access:
    """CREATE OR REPLACE: the old object is dropped, the new one has its kind and container."""
    raise NotImplementedError


def on_clone_schema(
    access: Access,
    roles: ActiveRoles,
    source_id: str,
    new_id: str,
    children: Mapping[str, str],
    now: datetime,
    managed_access: bool = False,
) -> Access:
    """A schema clone; `children` maps ids of the cloned children to the ids of their clones."""
    raise NotImplementedError


def on_clone_table(
    access: Access,
    roles: ActiveRoles,
    source_id: str,
    new_id: str,
    container_id: str,
    now: datetime,
    copy_grants: bool = False,
) -> Access:
    """CREATE TABLE … CLONE."""
    raise NotImplementedError


def on_move(access: Access, object_id: str, container_id: str) -> Access:
    """RENAME or SWAP into another schema or database; a rename in place changes nothing here."""
    raise NotImplementedError


def on_set_managed_access(access: Access, schema_id: str, managed_access: bool) -> Access:
    """ALTER SCHEMA ENABLE | DISABLE MANAGED ACCESS."""
    raise NotImplementedError


def on_drop(access: Access, object_id: str) -> Access:
    """DROP of the object and all it contains; grants are kept for UNDROP."""
    raise NotImplementedError


def on_undrop(access: Access, object_id: str, children: Iterable[str] = ()) -> Access:
    """UNDROP of the object and of those of its former children that came back with it."""
    raise NotImplementedError


def forget(access: Access, object_ids: Iterable[str]) -> Access:
    """Removes objects that are purged for good."""
    raise NotImplementedError
