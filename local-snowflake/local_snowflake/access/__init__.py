"""The privilege model: `Access` is the state, the functions here ask it or return a new one.

Import the module of the concern: roles, privileges, grants, future_grants, lifecycle, listing.
"""

from __future__ import annotations

from .model import (
    ACCOUNT_ID,
    Access,
    AccessError,
    ActiveRoles,
    FutureGrant,
    Grant,
    Principal,
    RoleGrant,
    Securable,
)

__all__ = [
    "ACCOUNT_ID",
    "Access",
    "AccessError",
    "ActiveRoles",
    "FutureGrant",
    "Grant",
    "Principal",
    "RoleGrant",
    "Securable",
]
