"""`python -m local_snowflake --port 0 [--db DIR] [--time-travel] [--until-stdin-closes]`."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sys
import threading
from pathlib import Path

import uvicorn

from .account.account import Account
from .server.app import make_app
from .server.connections import CuttableProtocol

HOST = "127.0.0.1"


def main() -> None:
    """Serves on loopback until it is told to end; one JSON line on stdout says where."""
    parser = argparse.ArgumentParser(prog="local_snowflake", description="A local Snowflake on loopback.")
    parser.add_argument("--port", type=int, default=0, help="TCP port; 0 takes a free one")
    parser.add_argument("--db", type=Path, help="directory that keeps the databases; without it they are in memory")
    parser.add_argument("--time-travel", action="store_true", help="keep what tables held before each change")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input closes")
    arguments = parser.parse_args()

    account = Account(arguments.db, arguments.time_travel)
    # The protocol is named because asyncio sets TCP_NODELAY only on sockets that have it; else each reply waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, arguments.port))
    listener.listen(256)
    if arguments.until_stdin_closes:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    config = uvicorn.Config(make_app(account), http=CuttableProtocol, log_level="warning", lifespan="off", ws="none")
    server = _Server(config)
    server.announce = {"host": HOST, "port": listener.getsockname()[1], "pid": os.getpid()}
    server.run(sockets=[listener])
    _end()


class _Server(uvicorn.Server):
    announce: dict[str, object]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Says that it is ready once it is."""
        await super().startup(sockets)
        print(json.dumps(self.announce), flush=True)

    def handle_exit(self, sig: int, frame: object) -> None:
        """Ends at once on SIGTERM and SIGINT: what was committed is stored, and open statements must not hold it up."""
        _end()


def _end_with_stdin() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    _end()


def _end() -> None:
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
