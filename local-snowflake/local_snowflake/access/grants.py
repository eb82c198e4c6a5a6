"""GRANT and REVOKE: who may do it, and what it changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from .model import Access, ActiveRoles, Principal


def grant(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    object_id: str,
    grantee: Principal,
    now: datetime,
    grant_option: bool = False,
) -> Access:
    """Grants privileges on one object; ("ALL",) means all that may be granted on its kind."""
    raise NotImplementedError


def revoke(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    object_id: str,
    grantee: Principal,
    grant_option_only: bool = False,
    cascade: bool = False,
) -> Access:
    """Takes privileges on one object back."""
    raise NotImplementedError


def grant_ownership(
    access: Access,
    roles: ActiveRoles,
    object_id: str,
    new_owner: Principal,
    now: datetime,
    current_grants: Literal["COPY", "REVOKE"] | None = None,
) -> Access:
    """Makes another role the owner."""
    raise NotImplementedError


def grant_future(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    kind: str,
    container_id: str,
    grantee: Principal,
    now: datetime,
    grant_option: bool = False,
) -> Access:
    """Grants privileges on objects of `kind` that will be created in the schema or database."""
    raise NotImplementedError


def revoke_future(
    access: Access,
    roles: ActiveRoles,
    privileges: Iterable[str],
    kind: str,
    container_id: str,
    grantee: Principal,
    grant_option_only: bool = False,
) -> Access:
    """Takes future grants back; objects that exist keep what they got."""
    raise NotImplementedError
