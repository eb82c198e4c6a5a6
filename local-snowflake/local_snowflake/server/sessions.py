"""Login, logout, heartbeat and token renewal."""

from __future__ import annotations

import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from ..errors import SnowflakeError
from ..execution.ending import end_session
from ..session.login import LoginRequest, log_in
from ..session.parameters import PARAMETERS
from ..session.session import Session
from .requests import account_of, json_body, refusal, session_of, success

_VALID_SECONDS = 3600 * 4


async def login(request: Request) -> JSONResponse:
    """POST /session/v1/login-request."""
    data = (await json_body(request)).get("data", {})
    query = request.query_params
    wanted = LoginRequest(
        user=str(data.get("LOGIN_NAME") or ""),
        authenticator=str(data.get("AUTHENTICATOR") or ""),
        password=str(data.get("PASSWORD") or ""),
        token=str(data.get("TOKEN") or ""),
        client=str(data.get("CLIENT_APP_ID") or ""),
        database=query.get("databaseName"),
        schema=query.get("schemaName"),
        warehouse=query.get("warehouse"),
        role=query.get("roleName"),
        parameters=data.get("SESSION_PARAMETERS") or {},
    )
    try:
        session = await run_in_threadpool(log_in, account_of(request), wanted)
    except SnowflakeError as error:
        return refusal(error)
    return success(
        {
            "token": session.token,
            "masterToken": session.master_token,
            "validityInSeconds": _VALID_SECONDS,
            "masterValidityInSeconds": _VALID_SECONDS,
            "serverVersion": "9.0.0",
            "sessionId": session.id,
            "displayUserName": session.user,
            "parameters": session_parameters(session),
            "sessionInfo": session_info(session),
        }
    )


def session_info(session: Session) -> dict[str, str | None]:
    """The names that a driver shows as current."""
    return {
        "databaseName": session.database,
        "schemaName": session.schema,
        "warehouseName": session.warehouse,
        "roleName": session.role.name,
    }


def session_parameters(session: Session) -> list[dict[str, object]]:
    """All session parameters in the driver's types."""
    return [
        {"name": name, "value": _typed(session.parameter(name), kind)} for name, (_, kind, _) in PARAMETERS.items()
    ] + [{"name": "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "value": 0}]


def _typed(value: str, kind: str) -> object:
    if kind == "BOOLEAN":
        return value == "true"
    return int(value) if kind == "NUMBER" and value.isdigit() else value


async def session(request: Request) -> JSONResponse:
    """POST /session?delete=true."""
    try:
        one = session_of(request)
    except SnowflakeError as error:
        return refusal(error)
    if request.query_params.get("delete"):
        await run_in_threadpool(end_session, account_of(request), one)
    return success()


async def heartbeat(request: Request) -> JSONResponse:
    """POST /session/heartbeat."""
    try:
        session_of(request)
    except SnowflakeError as error:
        return refusal(error)
    return success()


async def renew_token(request: Request) -> JSONResponse:
    """POST /session/token-request."""
    body = await json_body(request)
    account = account_of(request)
    one = account.sessions.pop(str(body.get("oldSessionToken")), None)
    if one is None:
        return refusal(SnowflakeError("390104", "08001", "Session no longer exists. New login required."))
    one.token = secrets.token_urlsafe(32)
    account.sessions[one.token] = one
    return success(
        {
            "sessionToken": one.token,
            "masterToken": one.master_token,
            "validityInSecondsST": _VALID_SECONDS,
            "validityInSecondsMT": _VALID_SECONDS,
            "sessionId": one.id,
        }
    )


async def telemetry(_: Request) -> JSONResponse:
    """POST /telemetry/send: taken and forgotten."""
    return success("Log Received")
