"""The process: where it listens, and how it ends."""

from __future__ import annotations

import signal
import socket
import threading
import time
from contextlib import suppress

import pytest
from server_process import ServerProcess
from snowflake.connector.errors import DatabaseError


# The driver's own timer tries to cancel the statement at a server that is gone, in a thread that nobody can catch.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_though_statements_are_running(number: signal.Signals) -> None:
    server = ServerProcess()
    server.control("POST", "/local/faults", {"action": "pause", "matching": "select 42"})

    def wait() -> None:
        with suppress(DatabaseError), server.connect(login_timeout=5, network_timeout=5) as client:
            client.run("select 42")  # the server is gone before it answers

    waiter = threading.Thread(target=wait, daemon=True)
    waiter.start()
    while not any(fault["waiting"] for fault in server.control("GET", "/local/faults")):
        time.sleep(0.02)
    server.process.send_signal(number)
    assert server.process.wait(timeout=5) == 0
    waiter.join(30)
    server.__exit__(None, None, None)


def test_it_listens_on_loopback_only(server: ServerProcess) -> None:
    assert server.control("GET", "/local/health") == {"status": "ok"}
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1"}:
        with socket.socket() as probe, pytest.raises(OSError):
            probe.settimeout(2)
            probe.connect((address, server.port))
            raise AssertionError(f"reachable at {address}")


def test_what_it_does_not_serve_is_said(server: ServerProcess) -> None:
    with pytest.raises(Exception, match="404"):
        server.control("GET", "/api/v2/statements")
