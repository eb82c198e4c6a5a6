"""The routes of the server."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..account.account import Account
from . import control, queries, sessions


def make_app(account: Account) -> Starlette:
    """The application for one account."""
    routes = [
        Route("/session/v1/login-request", sessions.login, methods=["POST"]),
        Route("/session/token-request", sessions.renew_token, methods=["POST"]),
        Route("/session/heartbeat", sessions.heartbeat, methods=["POST"]),
        Route("/session", sessions.session, methods=["POST"]),
        Route("/queries/v1/query-request", queries.query_request, methods=["POST"]),
        Route("/queries/v1/abort-request", queries.abort, methods=["POST"]),
        Route("/queries/{query_id}/abort-request", queries.abort, methods=["POST"]),
        Route("/queries/{query_id}/result", queries.query_result, methods=["GET"]),
        Route("/monitoring/queries/{query_id}", queries.monitoring, methods=["GET"]),
        Route("/telemetry/send", sessions.telemetry, methods=["POST"]),
        Route("/telemetry/send/sessionless", sessions.telemetry, methods=["POST"]),
        Route("/local/health", control.health, methods=["GET"]),
        Route("/local/log", control.log, methods=["GET"]),
        Route("/local/faults", control.list_faults, methods=["GET"]),
        Route("/local/faults", control.add_fault, methods=["POST"]),
        Route("/local/faults", control.clear_faults, methods=["DELETE"]),
        Route("/local/faults/{fault_id:int}/release", control.release_fault, methods=["POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _unknown})
    app.state.account = account
    app.state.queries = queries.Queries()
    return app


async def _unknown(request: Request, _: Exception) -> Response:
    """An endpoint of Snowflake's that is not served: said, not silently accepted."""
    message = f"The local Snowflake does not serve {request.method} {request.url.path}."
    return JSONResponse({"data": None, "code": "390001", "message": message, "success": False}, status_code=404)
