"""Faults hit exactly the statements that they are meant for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import pytest

from local_snowflake.faults import FaultTable, Origin

ANYBODY = Origin()


def _hits(table: FaultTable, *texts: str, origin: Origin = ANYBODY) -> list[bool]:
    return [table.next_for(text, origin) is not None for text in texts]


def test_the_nth_matching_statement_is_hit_and_the_next_ones_as_often_as_said() -> None:
    table = FaultTable()
    table.add({"action": "fail", "matching": r"\bswap\s+with\b", "nth": 2, "times": 2})
    swap = "ALTER SCHEMA a\nSWAP WITH b"
    assert _hits(table, swap, "select 1", swap, "select 1", swap, swap) == [False, False, True, False, True, False]


def test_without_a_pattern_every_statement_counts() -> None:
    table = FaultTable()
    table.add({"action": "fail", "nth": 3})
    assert _hits(table, "a", "b", "c", "d") == [False, False, True, False]


@pytest.mark.parametrize("scope", [{"session": "7"}, {"role": "DEPLOYER"}, {"query_tag": "deploy"}])
def test_a_scope_leaves_all_other_sessions_alone(scope: dict[str, object]) -> None:
    table = FaultTable()
    table.add({"action": "cut", "when": "after", **scope})
    assert _hits(table, "select 1", origin=Origin("8", "READER", "")) == [False]
    hit = table.next_for("select 1", Origin("7", "DEPLOYER", "deploy"))
    assert hit is not None
    assert (hit.action, hit.when) == ("cut", "after")


def test_of_several_faults_the_oldest_hits_first_and_the_next_one_later() -> None:
    table = FaultTable()
    table.add({"action": "fail", "code": "000001"})
    table.add({"action": "fail", "code": "000002"})
    codes = [fault.code if (fault := table.next_for("x", Origin())) else None for _ in range(3)]
    assert codes == ["000001", "000002", None]


def test_a_repeated_request_is_hit_again_as_often_as_the_fault_says() -> None:
    table = FaultTable()
    table.add({"action": "cut", "when": "after", "times": 2})
    fault = table.next_for("select 1", ANYBODY)
    assert fault is not None
    assert [table.again(fault.id) for _ in range(3)] == [True, False, False]
    assert not table.again(99)


def test_json_tells_what_was_set_and_what_has_happened() -> None:
    table = FaultTable()
    added = table.add({"action": "fail", "matching": "merge", "message": "no space", "sqlstate": "53100"})
    assert added["id"] == 1
    _hits(table, "merge into t", "merge into t", "select 1")
    (shown,) = json.loads(json.dumps(table.to_json()))
    assert {key: shown[key] for key in ("action", "when", "nth", "seen", "fired", "waiting", "message")} == {
        "action": "fail",
        "when": "before",
        "nth": 1,
        "seen": 2,
        "fired": 1,
        "waiting": 0,
        "message": "no space",
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "action must be one of fail, delay, cut, pause, not ''"),
        ({"action": "explode"}, "action must be one of"),
        ({"action": "fail", "when": "during"}, "when must be one of before, after"),
        ({"action": "fail", "nth": 0}, "nth must be a whole number of at least 1"),
        ({"action": "fail", "times": "2"}, "times must be a whole number"),
        ({"action": "delay", "delay_ms": -1}, "delay_ms must be a whole number of at least 0"),
        ({"action": "fail", "matching": "("}, "matching is no regular expression"),
        ({"action": "fail", "code": 1}, "code must be text"),
        ({"action": "fail", "on": "x"}, "unknown field on"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(body: dict[str, object], message: str) -> None:
    table = FaultTable()
    with pytest.raises(ValueError, match=message):
        table.add(body)
    assert table.to_json() == []


def test_null_means_not_given() -> None:
    added = FaultTable().add({"action": "fail", "nth": None, "matching": None, "role": None, "message": None})
    assert (added["nth"], added["times"], added["code"]) == (1, 1, "000603")


def test_a_pause_holds_its_statement_until_it_is_released() -> None:
    table = FaultTable()
    table.add({"action": "pause"})
    fault = table.next_for("select 1", Origin())
    assert fault is not None
    went_on = threading.Event()

    def run() -> None:
        table.hold(fault)
        went_on.set()

    statement = threading.Thread(target=run)
    statement.start()
    _until(lambda: table.to_json()[0]["waiting"] == 1)
    assert not went_on.wait(0.1)
    assert table.release(fault.id)
    assert went_on.wait(5)
    statement.join()
    assert table.to_json()[0]["waiting"] == 0
    assert not table.release(99)


@pytest.mark.parametrize("by", ["cancel", "clear"])
def test_a_held_statement_can_be_cancelled_and_goes_on_when_faults_are_cleared(by: str) -> None:
    table = FaultTable()
    table.add({"action": "pause"})
    fault = table.next_for("select 1", Origin())
    assert fault is not None
    cancelled = threading.Event()
    statement = threading.Thread(target=table.hold, args=(fault, cancelled))
    statement.start()
    _until(lambda: table.to_json()[0]["waiting"] == 1)
    if by == "cancel":
        cancelled.set()
    else:
        table.clear()
    statement.join(5)
    assert not statement.is_alive()
    assert len(table.to_json()) == (1 if by == "cancel" else 0)


def test_a_delay_lasts_as_long_as_it_says() -> None:
    table = FaultTable()
    table.add({"action": "delay", "delay_ms": 120})
    fault = table.next_for("select 1", Origin())
    assert fault is not None
    begin = time.monotonic()
    table.hold(fault)
    assert 0.11 <= time.monotonic() - begin < 5


def test_many_threads_are_counted_exactly() -> None:
    table = FaultTable()
    table.add({"action": "fail", "nth": 500, "times": 3})
    fired: list[bool] = []

    def work() -> None:
        for _ in range(100):
            fired.append(table.next_for("x", Origin()) is not None)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(fired), sum(fired)) == (800, 3)
    assert table.to_json()[0]["seen"] == 800


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "did not happen within 5 s"
        time.sleep(0.005)
