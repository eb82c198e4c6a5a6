"""The account that all sessions share: the current state, the engine, and who changes the state in turn."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import duckdb

from ..access import ACCOUNT_ID
from ..access.lifecycle import on_create
from ..access.roles import active_roles, create_principal, grant_role, new_account, role, user
from ..engine.change_tokens import ChangeTokens
from ..engine.storage import Storage
from ..engine.time_travel import TimeTravel
from ..faults import FaultTable
from ..session.passwords import hash_password
from ..session.session import RunningStatement, Session
from ..statement_log import StatementLog
from .objects import AccountState, Relation, User, Warehouse, warehouse_id
from .persistence import StateFile

ADMIN_USER = "LOCAL_ADMIN"
ADMIN_PASSWORD = "local"
DEFAULT_WAREHOUSE = "LOCAL_WH"


class Change:
    """A state being changed; what is in `state` at the end is published in one assignment."""

    def __init__(self, state: AccountState, now: datetime) -> None:
        self.state = state
        self.now = now
        self.retired: list[str] = []
        """Physical tables that the new state no longer names."""


class Account:
    """Everything of one server process."""

    def __init__(self, directory: Path | None = None, time_travel: bool = False) -> None:
        self.storage = Storage(directory)
        self.tokens = ChangeTokens(self.storage, durable=directory is not None)
        self.time_travel = TimeTravel(self.storage, self.tokens) if time_travel else None
        self.log = StatementLog()
        self.faults = FaultTable()
        self.sessions: dict[str, Session] = {}
        """By session token."""
        self.running: dict[str, RunningStatement] = {}
        """By query id."""
        self.counted_rows: dict[str, tuple[int, int]] = {}
        """Counted rows by object id, each with the change token they were counted at."""
        self.checked_views: set[tuple[str, tuple[object, ...]]] = set()
        """Views whose column count was found right, with the versions of what they read."""
        self._changing = threading.RLock()
        self._file = StateFile(directory) if directory else None
        stored = self._file.read() if self._file else None
        self.state: AccountState = stored or new_state()
        if stored is None and self._file:
            self._file.write(self.state)
        self._drop_orphans()

    @contextmanager
    def change(self) -> Iterator[Change]:
        """Hands out the state to change; others wait. Nothing is published if the block raises."""
        with self._changing:
            change = Change(self.state, now())
            yield change
            if change.state is not self.state:
                if self._file:
                    self._file.write(change.state)
                self.state = change.state
            self.storage.retire(change.retired)

    def commit_rows(self, connection: duckdb.DuckDBPyConnection, object_ids: Iterable[str]) -> None:
        """Commits a connection's transaction that changed rows of these tables, and keeps what they held if wanted."""
        changed = sorted(object_ids)
        history = self.time_travel
        if history is None or not changed:
            self.tokens.commit(connection, changed)
            return
        tables = [relation for relation in _relations(self.state) if relation.id in changed and relation.physical]
        self.tokens.commit(connection, changed, lambda token: history.keep(tables, token))

    def close(self) -> None:
        """Ends the engine."""
        self.storage.close()

    def _drop_orphans(self) -> None:
        """Tables that no object names: a process that was killed had made them or was about to purge them."""
        self.storage.retire(self.storage.tables() - _physical_names(self.state))
        self.storage.purge()


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(timezone.utc)


def new_state() -> AccountState:
    """A fresh account: the system roles, one administrator, one warehouse."""
    moment = now()
    access = new_account(moment)
    access = create_principal(access, None, user(ADMIN_USER), moment)
    access = grant_role(access, None, role("ACCOUNTADMIN"), user(ADMIN_USER), moment)
    owner = active_roles(access, role("ACCOUNTADMIN"))
    access = on_create(access, owner, warehouse_id(DEFAULT_WAREHOUSE), "WAREHOUSE", ACCOUNT_ID, moment)
    admin = User(
        ADMIN_USER, moment, password_hash=hash_password(ADMIN_PASSWORD), default_role="ACCOUNTADMIN",
        default_warehouse=DEFAULT_WAREHOUSE,
    )  # fmt: skip
    return AccountState(
        access, users={ADMIN_USER: admin}, warehouses={DEFAULT_WAREHOUSE: Warehouse(DEFAULT_WAREHOUSE, moment)}
    )


def _relations(state: AccountState) -> Iterator[Relation]:
    """Every table and view that has a name."""
    for database in state.databases.values():
        for schema in database.schemas.values():
            yield from schema.relations.values()


def _physical_names(state: AccountState) -> set[str]:
    databases = [*state.databases.values(), *(dropped.thing for dropped in state.dropped)]
    schemas = [
        schema
        for database in databases
        for schema in [*database.schemas.values(), *(dropped.thing for dropped in database.dropped)]
    ]
    return {
        relation.physical
        for schema in schemas
        for relation in [*schema.relations.values(), *(dropped.thing for dropped in schema.dropped)]
        if relation.physical
    }
