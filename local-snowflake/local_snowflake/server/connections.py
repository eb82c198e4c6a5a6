"""TCP connections, so that a test's fault can cut one without an answer."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_transports: dict[tuple[str, int], asyncio.Transport] = {}


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP, which also remembers the transport of each client."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keeps the transport by the client's address."""
        super().connection_made(transport)
        _transports[transport.get_extra_info("peername")[:2]] = transport
        self._peer = transport.get_extra_info("peername")[:2]

    def connection_lost(self, exc: Exception | None) -> None:
        """Forgets the transport."""
        _transports.pop(self._peer, None)
        super().connection_lost(exc)


class CutResponse(Response):
    """No answer: the connection is closed, the client sees it reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Closes the transport that the request came by."""
        client: Any = scope.get("client")
        transport = _transports.get(tuple(client[:2])) if client else None
        if transport is not None:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass  # uvicorn takes a missing response for a failure of ours unless it knows that the client is gone
