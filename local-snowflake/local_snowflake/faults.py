"""Faults that a test asks for: a statement fails, is late, is held, or its connection is cut, at an exact point."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias, cast, get_args

Action: TypeAlias = Literal["fail", "delay", "cut", "pause"]
When: TypeAlias = Literal["before", "after"]

MAX_PAUSE_SECONDS = 60.0
"""A forgotten pause must end by itself, else a broken test hangs until its own time limit."""

_CANCEL_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Origin:
    """Who runs a statement: session id as text, role in stored case, query tag."""

    session: str = ""
    role: str = ""
    query_tag: str = ""


@dataclass(frozen=True)
class Fault:
    """What is to happen, and to which statements.

    Of the statements that fit `matching` (a regular expression searched in the text, case ignored) and the scope, the
    `nth` (from 1, counted since the fault was set) and as many as `times` says are hit. "fail" answers with `code`,
    `sqlstate` and `message`; "delay" waits `delay_ms`; "cut" closes the connection without an answer; "pause" holds
    the statement until it is released. With `when` "after" the statement has been done.
    """

    action: Action
    when: When = "before"
    nth: int = 1
    matching: str | None = None
    times: int = 1
    delay_ms: int = 0
    code: str = "000603"
    sqlstate: str = "XX000"
    message: str = "SQL execution internal error: a fault that a test asked for"
    session: str | None = None
    role: str | None = None
    query_tag: str | None = None
    id: int = 0

    def fits(self, text: str, origin: Origin) -> bool:
        """Whether the statement is one of those to count."""
        scoped = ((self.session, origin.session), (self.role, origin.role), (self.query_tag, origin.query_tag))
        if any(wanted is not None and wanted != found for wanted, found in scoped):
            return False
        return self.matching is None or re.search(self.matching, text, re.IGNORECASE | re.DOTALL) is not None


@dataclass
class _Progress:
    fault: Fault
    seen: int = 0
    fired: int = 0
    waiting: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def to_json(self) -> dict[str, object]:
        fault = self.fault
        return {
            "id": fault.id,
            "action": fault.action,
            "when": fault.when,
            "nth": fault.nth,
            "matching": fault.matching,
            "times": fault.times,
            "delay_ms": fault.delay_ms,
            "code": fault.code,
            "sqlstate": fault.sqlstate,
            "message": fault.message,
            "session": fault.session,
            "role": fault.role,
            "query_tag": fault.query_tag,
            "seen": self.seen,
            "fired": self.fired,
            "waiting": self.waiting,
        }


class FaultTable:
    """The faults in force; safe to use from several threads."""

    def __init__(self) -> None:
        self._faults: dict[int, _Progress] = {}
        self._last_id = 0
        self._lock = threading.Lock()

    def add(self, body: Mapping[str, object]) -> dict[str, object]:
        """Sets a fault from its JSON form and gives it back with its id; ValueError says what is wrong in it."""
        fault = fault_from_json(body)
        with self._lock:
            self._last_id += 1
            progress = _Progress(replace(fault, id=self._last_id))
            self._faults[self._last_id] = progress
            return progress.to_json()

    def next_for(self, statement_text: str, origin: Origin) -> Fault | None:
        """Counts the statement and gives the fault that hits it, the oldest if several do.

        Ask once for each statement, the inner ones of a block included; `when` then says whether the fault comes
        before or after it.
        """
        with self._lock:
            hit: _Progress | None = None
            for progress in self._faults.values():
                if not progress.fault.fits(statement_text, origin):
                    continue
                progress.seen += 1
                due = progress.seen >= progress.fault.nth and progress.fired < progress.fault.times
                if due and hit is None:
                    hit = progress
                    progress.fired += 1
            return hit.fault if hit else None

    def again(self, fault_id: int) -> bool:
        """Whether the fault also hits the repeated request of a statement that it hit before; counts it if so."""
        with self._lock:
            progress = self._faults.get(fault_id)
            if progress is None or progress.fired >= progress.fault.times:
                return False
            progress.fired += 1
            return True

    def hold(self, fault: Fault, cancelled: threading.Event | None = None) -> None:
        """Waits as "delay" or "pause" says; returns early when the statement is cancelled or the fault removed."""
        with self._lock:
            progress = self._faults.get(fault.id)
            if progress is None:
                return
            progress.waiting += 1
        try:
            seconds = MAX_PAUSE_SECONDS if fault.action == "pause" else fault.delay_ms / 1000
            _wait(progress.released, seconds, cancelled)
        finally:
            with self._lock:
                progress.waiting -= 1

    def release(self, fault_id: int) -> bool:
        """Lets all go on that this fault holds, now and later; False when there is no such fault."""
        with self._lock:
            progress = self._faults.get(fault_id)
        if progress is None:
            return False
        progress.released.set()
        return True

    def clear(self) -> None:
        """Removes all faults and lets all go on that they hold."""
        with self._lock:
            removed = list(self._faults.values())
            self._faults.clear()
        for progress in removed:
            progress.released.set()

    def to_json(self) -> list[dict[str, object]]:
        """All faults with what they have seen, how often they fired and how many statements they hold now."""
        with self._lock:
            return [progress.to_json() for progress in self._faults.values()]


def _wait(released: threading.Event, seconds: float, cancelled: threading.Event | None) -> None:
    if cancelled is None:
        released.wait(seconds)
        return
    remaining = seconds
    while remaining > 0 and not cancelled.is_set():
        if released.wait(min(_CANCEL_POLL_SECONDS, remaining)):
            return
        remaining -= _CANCEL_POLL_SECONDS


_FIELDS = frozenset(Fault.__dataclass_fields__) - {"id"}


def fault_from_json(body: Mapping[str, object]) -> Fault:
    """The fault that a request describes; ValueError names the field that does not fit.

    null stands for "not given", so that a test can hand on an optional setting as it is.
    """
    given = {name: value for name, value in body.items() if value is not None}
    unknown = set(given) - _FIELDS
    if unknown:
        raise ValueError(f"fault: unknown field {', '.join(sorted(unknown))}")
    return Fault(
        action=cast(Action, _choice(given, "action", get_args(Action), "")),
        when=cast(When, _choice(given, "when", get_args(When), "before")),
        nth=_number(given, "nth", 1, 1),
        matching=_pattern(given),
        times=_number(given, "times", 1, 1),
        delay_ms=_number(given, "delay_ms", 0, 0),
        code=_text(given, "code") or Fault.code,
        sqlstate=_text(given, "sqlstate") or Fault.sqlstate,
        message=_text(given, "message") or Fault.message,
        session=_text(given, "session"),
        role=_text(given, "role"),
        query_tag=_text(given, "query_tag"),
    )


def _choice(given: Mapping[str, object], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = given.get(name, default)
    if value not in allowed:
        raise ValueError(f"fault: {name} must be one of {', '.join(allowed)}, not {value!r}")
    return str(value)


def _number(given: Mapping[str, object], name: str, default: int, least: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"fault: {name} must be a whole number of at least {least}, not {value!r}")
    return value


def _text(given: Mapping[str, object], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"fault: {name} must be text, not {value!r}")
    return value


def _pattern(given: Mapping[str, object]) -> str | None:
    matching = _text(given, "matching")
    if matching is not None:
        try:
            re.compile(matching)
        except re.error as error:
            raise ValueError(f"fault: matching is no regular expression: {error}") from error
    return matching
