"""What one running statement works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from ..access import ActiveRoles
from ..account.account import Account, Change
from ..account.account import now as current_moment
from ..account.objects import AccountState
from ..engine.names import Found, Names
from ..session.session import Session


@dataclass
class Context:
    """One statement in one session: the state it took at its start, and what it read and wrote, for the log."""

    account: Account
    session: Session
    text: str
    query_id: str
    state: AccountState
    entry: int | None = None
    """The statement's id in the log."""
    in_block: bool = False
    reads: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)

    @property
    def roles(self) -> ActiveRoles:
        """The session's roles, as of the statement's state."""
        return self.session.roles(self.state)

    @property
    def names(self) -> Names:
        """How names are looked up in this statement."""
        return self.names_in(self.state)

    @property
    def now(self) -> datetime:
        """The present moment."""
        return current_moment()

    def names_in(self, state: AccountState) -> Names:
        """How names are looked up in another state of the account."""
        session = self.session
        return Names(state, session.roles(state), session.database, session.schema, session.temporary)

    def note_reads(self, found: list[Found]) -> None:
        """Records the tables and views that a query reads, once for each place that names them.

        A statement may bind its query more than once (to describe it, then to run it): that is one read.
        """
        for name, times in Counter(one.full_name for one in found).items():
            self.reads.extend([name] * (times - self.reads.count(name)))

    def note_write(self, name: str) -> None:
        """Records an object that was written or changed."""
        if name not in self.writes:
            self.writes.append(name)

    @contextmanager
    def changing(self) -> Iterator[Change]:
        """A change of the account's state; the statement goes on with what was published."""
        with self.account.change() as change:
            self.state = change.state
            yield change
        self.state = self.account.state
