"""The end of a session."""

from __future__ import annotations

from ..account.account import Account
from ..session.session import Session
from .transactions import end_transaction


def end_session(account: Account, session: Session) -> None:
    """Rolls back what was not committed, drops temporary objects and closes the engine's connection."""
    account.sessions.pop(session.token, None)
    with session.lock:
        if session.closed:
            return
        session.closed = True
        end_transaction(session)
        account.storage.retire(relation.physical for relation in session.temporary.values())
        session.temporary.clear()
        session.engine.close()
    account.storage.purge()
