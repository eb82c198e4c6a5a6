"""What all endpoints share: bodies, tokens, refusals."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from ..account.account import Account
from ..errors import SnowflakeError
from ..session.session import Session

_TOKEN = re.compile(r'Snowflake Token="([^"]*)"')


async def json_body(request: Request) -> dict[str, Any]:
    """The request's JSON, unpacked if it is gzipped; an empty body is an empty object."""
    body = await request.body()
    if request.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return dict(json.loads(body)) if body else {}


def account_of(request: Request) -> Account:
    """The account that this server serves."""
    account = request.app.state.account
    assert isinstance(account, Account)
    return account


def session_of(request: Request) -> Session:
    """The session whose token the request carries; 390104 asks the client to log in again."""
    match = _TOKEN.search(request.headers.get("Authorization", ""))
    session = account_of(request).sessions.get(match.group(1)) if match else None
    if session is None:
        raise SnowflakeError("390104", "08001", "Session no longer exists. New login required to access the service.")
    return session


def refusal(error: SnowflakeError, query_id: str | None = None) -> JSONResponse:
    """An error in the protocol's form: HTTP 200, since drivers repeat a 500 for minutes."""
    data = {
        "errorCode": error.code,
        "sqlState": error.sqlstate,
        "internalError": False,
        "queryId": query_id,
        "line": -1,
        "pos": -1,
        "type": "COMPILATION" if "compilation" in error.message else "EXECUTION",
    }
    return JSONResponse({"data": data, "code": error.code, "message": error.message, "success": False, "headers": None})


def success(data: Any = None) -> JSONResponse:
    """A positive reply."""
    return JSONResponse({"data": data, "code": None, "message": None, "success": True})
