"""What a fresh account has."""

from __future__ import annotations

from datetime import datetime, timezone

from local_snowflake.access.grants import grant
from local_snowflake.access.privileges import holds
from local_snowflake.access.roles import PUBLIC, active_roles, may_assume, role
from local_snowflake.account.account import ADMIN_USER, DEFAULT_WAREHOUSE, new_state
from local_snowflake.account.objects import warehouse_id


def test_the_default_warehouse_can_be_granted_like_any_other() -> None:
    state = new_state()
    accountadmin = active_roles(state.access, role("ACCOUNTADMIN"))
    now = datetime(2026, 11, 22, tzinfo=timezone.utc)
    access = grant(state.access, accountadmin, ["USAGE"], warehouse_id(DEFAULT_WAREHOUSE), PUBLIC, now)
    assert holds(access, active_roles(access, PUBLIC), warehouse_id(DEFAULT_WAREHOUSE), "USAGE")
    assert not holds(access, active_roles(access, PUBLIC), warehouse_id(DEFAULT_WAREHOUSE), "OPERATE")


def test_the_administrator_may_use_accountadmin_and_all_below_it() -> None:
    access = new_state().access
    assert all(may_assume(access, ADMIN_USER, role(name)) for name in ("ACCOUNTADMIN", "SYSADMIN", "SECURITYADMIN"))
