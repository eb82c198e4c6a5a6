"""The endpoints for tests and the demo: the statement log, faults, health."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from .requests import account_of, json_body


async def health(_: Request) -> Response:
    """GET /local/health."""
    return JSONResponse({"status": "ok"})


async def log(request: Request) -> Response:
    """GET /local/log?since=N[&format=text]: statements with a greater id, oldest first."""
    since = request.query_params.get("since", "0")
    entries = account_of(request).log.since(int(since) if since.isdigit() else 0)
    if request.query_params.get("format") == "text":
        return PlainTextResponse("".join(f"{entry.line()}\n" for entry in entries))
    return JSONResponse([entry.to_json() for entry in entries])


async def list_faults(request: Request) -> Response:
    """GET /local/faults."""
    return JSONResponse(account_of(request).faults.to_json())


async def add_fault(request: Request) -> Response:
    """POST /local/faults with one fault as JSON."""
    try:
        return JSONResponse(account_of(request).faults.add(await json_body(request)), status_code=201)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, status_code=400)


async def clear_faults(request: Request) -> Response:
    """DELETE /local/faults."""
    account_of(request).faults.clear()
    return JSONResponse([])


async def release_fault(request: Request) -> Response:
    """POST /local/faults/<id>/release."""
    fault_id = int(request.path_params["fault_id"])
    if account_of(request).faults.release(fault_id):
        return JSONResponse({"released": fault_id})
    return JSONResponse({"error": f"there is no fault {fault_id}"}, status_code=404)
