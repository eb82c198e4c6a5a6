"""What the server was asked, by whom, and what came of it: a bounded list in memory."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["running", "success", "failed", "cancelled"]

_SECRET = re.compile(r"\b(PASSWORD|SECRET_STRING|TOKEN)(\s*=\s*)'(?:[^'\\]|''|\\.)*'", re.IGNORECASE | re.DOTALL)
_LINE_TEXT = 160


@dataclass(frozen=True)
class Entry:
    """One statement. Ids rise in the order of the starts; `parent` is the block that the statement belongs to."""

    id: int
    session: str
    user: str
    role: str
    query_tag: str
    text: str
    started_at: datetime
    query_id: str = ""
    parent: int | None = None
    status: Status = "running"
    duration_ms: float | None = None
    error: str | None = None
    tables_read: tuple[str, ...] = ()
    tables_written: tuple[str, ...] = ()
    rows: int | None = None

    def to_json(self) -> dict[str, object]:
        """For the control endpoint; the moment is ISO 8601 with its offset."""
        return {
            "id": self.id,
            "parent": self.parent,
            "session": self.session,
            "user": self.user,
            "role": self.role,
            "query_tag": self.query_tag,
            "query_id": self.query_id,
            "text": self.text,
            "started_at": self.started_at.isoformat(),
            "duration_ms": self.duration_ms,
            "status": self.status,
            "error": self.error,
            "tables_read": list(self.tables_read),
            "tables_written": list(self.tables_written),
            "rows": self.rows,
        }

    def line(self) -> str:
        """One line for people: when, who, how long, what, and which tables."""
        took = "running" if self.duration_ms is None else f"{self.duration_ms:.1f} ms {self.status}"
        rows = "" if self.rows is None else f", {self.rows} rows"
        tag = f" [{self.query_tag}]" if self.query_tag else ""
        tables = "".join(
            f" {verb} {', '.join(names)};"
            for verb, names in (("reads", self.tables_read), ("writes", self.tables_written))
            if names
        )
        error = f" error: {_one_line(self.error)}" if self.error else ""
        start = self.started_at.strftime("%H:%M:%S.%f")[:-3]
        inner = "  " if self.parent is not None else ""
        return (
            f"{start} #{self.id} session {self.session} {self.user}/{self.role}{tag} ({took}{rows}) "
            f"{inner}{_one_line(self.text)}{' |' if tables else ''}{tables}{error}"
        )


class StatementLog:
    """The last `capacity` statements; safe to use from several threads."""

    def __init__(self, capacity: int = 20_000) -> None:
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._capacity = capacity
        self._last_id = 0
        self._lock = threading.Lock()

    def start(
        self,
        *,
        session: str,
        user: str,
        role: str,
        query_tag: str,
        text: str,
        started_at: datetime,
        query_id: str = "",
        parent: int | None = None,
    ) -> int:
        """Notes that a statement begins; the id is for `finish`. Passwords in the text are masked."""
        with self._lock:
            self._last_id += 1
            self._entries[self._last_id] = Entry(
                self._last_id, session, user, role, query_tag, masked(text), started_at, query_id, parent
            )
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)
            return self._last_id

    def finish(
        self,
        entry_id: int,
        *,
        status: Status,
        duration_ms: float,
        error: str | None = None,
        tables_read: Iterable[str] = (),
        tables_written: Iterable[str] = (),
        rows: int | None = None,
    ) -> None:
        """Notes how it ended; a statement that the list has already forgotten is passed over."""
        with self._lock:
            entry = self._entries.get(entry_id)
            if entry is None:
                return
            self._entries[entry_id] = replace(
                entry,
                status=status,
                duration_ms=duration_ms,
                error=masked(error) if error else None,
                tables_read=tuple(tables_read),
                tables_written=tuple(tables_written),
                rows=rows,
            )

    def since(self, entry_id: int = 0) -> list[Entry]:
        """Entries with a greater id, oldest first; those that still run are among them."""
        with self._lock:
            return [entry for entry in self._entries.values() if entry.id > entry_id]


def masked(text: str) -> str:
    """The text without passwords, as Snowflake's own query history shows it."""
    return _SECRET.sub(r"\1\2'******'", text)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LINE_TEXT else line[: _LINE_TEXT - 1] + "…"
