"""Rows of SHOW GRANTS and SHOW FUTURE GRANTS; keys of a row are the documented columns, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from .model import Access, Principal

NameOf: TypeAlias = Callable[[str], str]
"""From an object id to the name SHOW prints ("ANALYTICS.PUBLIC.ORDERS"); for objects other than principals."""

Row: TypeAlias = Mapping[str, str | bool | datetime | None]


def grants_on(access: Access, object_id: str, name_of: NameOf) -> list[Row]:
    """SHOW GRANTS ON <object>: created_on, privilege, granted_on, name, granted_to, grantee_name, grant_option, …"""
    raise NotImplementedError


def grants_to(access: Access, grantee: Principal, name_of: NameOf) -> list[Row]:
    """SHOW GRANTS TO ROLE | DATABASE ROLE | USER."""
    raise NotImplementedError


def grants_of(access: Access, given: Principal) -> list[Row]:
    """SHOW GRANTS OF ROLE | DATABASE ROLE: created_on, role, granted_to, grantee_name, granted_by."""
    raise NotImplementedError


def future_grants_in(access: Access, container_id: str, name_of: NameOf) -> list[Row]:
    """SHOW FUTURE GRANTS IN SCHEMA | DATABASE: created_on, privilege, grant_on, name, grant_to, grantee_name, …"""
    raise NotImplementedError


def future_grants_to(access: Access, grantee: Principal, name_of: NameOf) -> list[Row]:
    """SHOW FUTURE GRANTS TO ROLE | DATABASE ROLE."""
    raise NotImplementedError
