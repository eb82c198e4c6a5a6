"""One login: its role, its current names, its settings, its temporary objects and its transaction."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from ..access import ActiveRoles, Principal
from ..access.roles import active_roles, user
from ..account.objects import AccountState, Relation
from .parameters import PARAMETERS

_KEPT_RESULTS = 50
_session_ids = itertools.count(1)


@dataclass
class Transaction:
    """BEGIN … COMMIT. The engine's own transaction starts at the first write only: a reader that opened one early
    would go on seeing names of before a swap, which Snowflake's READ COMMITTED does not."""

    explicit: bool = False
    open_in_engine: bool = False
    written: set[str] = field(default_factory=set)


@dataclass
class RunningStatement:
    """A statement that runs now; `cancelled` is set when somebody wants it to stop."""

    query_id: str
    session: Session
    text: str
    started_at: datetime
    request_id: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Stops it, whether the engine runs it or it waits."""
        self.cancelled.set()
        self.session.engine.interrupt()
        reader = self.session.reader
        if reader is not None:
            reader.interrupt()


@dataclass
class Session:
    """What one connection has; only the holder of `lock` runs a statement in it."""

    user: str
    role: Principal
    engine: duckdb.DuckDBPyConnection
    client: str = ""
    reader: duckdb.DuckDBPyConnection | None = None
    """A second connection while a query reads beside the open transaction."""
    database: str | None = None
    schema: str | None = None
    warehouse: str | None = None
    secondary_roles: tuple[Principal, ...] | None = ()
    """None stands for ALL. Here a session starts without any unless its user's DEFAULT_SECONDARY_ROLES says ALL, so
    that a privilege which the primary role lacks shows as an error."""
    id: int = field(default_factory=lambda: next(_session_ids))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    master_token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    parameters: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    temporary: dict[tuple[str, str], Relation] = field(default_factory=dict)
    """Temporary tables and views by id of their schema and name; they hide permanent ones of that name."""
    transaction: Transaction = field(default_factory=Transaction)
    last_query_id: str | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    results: OrderedDict[str, object] = field(default_factory=OrderedDict)
    closed: bool = False
    last_active: float = field(default_factory=time.monotonic)
    rolled_back_for: str = ""
    """Why the session's transaction was taken from it, until it was told."""
    cut_in_block: int | None = None
    """The fault that cuts the connection when the block that runs now is over."""

    def roles(self, state: AccountState) -> ActiveRoles:
        """The roles whose privileges the session has now."""
        secondary: Iterable[Principal] = self.secondary_roles or ()
        if self.secondary_roles is None:
            secondary = (user(self.user),)
        return active_roles(state.access, self.role, secondary)

    def parameter(self, name: str) -> str:
        """A session parameter's value as text; its default if the session did not set it."""
        return self.parameters.get(name, PARAMETERS.get(name, ("", "", ""))[0])

    @property
    def query_tag(self) -> str:
        """QUERY_TAG of the session."""
        return self.parameter("QUERY_TAG")

    def keep_result(self, query_id: str, result: object) -> None:
        """Remembers a result for RESULT_SCAN; only the newest are kept."""
        self.results[query_id] = result
        while len(self.results) > _KEPT_RESULTS:
            self.results.popitem(last=False)
