"""Statements over HTTP: running, waiting, cancelling, and repeated requests."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..account.account import Account
from ..errors import SnowflakeError
from ..execution.execute import ConnectionCut, describe_only, execute
from ..execution.result import Result
from ..session.parameters import SENT_WITH_RESULTS
from ..session.session import Session
from ..statements import UnknownStatement, split_statements
from .array_binds import execute_rows
from .binds import inline_binds, rows_of_binds
from .connections import CutResponse
from .json_rows import rowset, rowtype
from .requests import account_of, json_body, refusal, session_of, success

# Snowflake answers "in progress" after 45 seconds; the drivers then ask again.
_PATIENCE_SECONDS = 40.0
_KEPT_REQUESTS = 2000
_MAX_THREADS = 256

_log = logging.getLogger("local_snowflake")


@dataclass
class QueryRequest:
    """One query request: who asked, and its outcome, now or later."""

    session: Session
    query_id: str
    outcome: asyncio.Future[Result]
    cut_by: int | None = None
    """The fault that cut the connection when this was asked before."""


class Queries:
    """The requests that were made, so that one that is sent twice is run once.

    Drivers send a request again, with the same id, when its reply was lost
    (https://docs.snowflake.com/en/developer-guide/node-js/nodejs-driver-execute).
    """

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="statement")
        self._by_request: OrderedDict[tuple[int, str], QueryRequest] = OrderedDict()
        self._by_query: OrderedDict[str, QueryRequest] = OrderedDict()

    def remember(self, request_id: str, made: QueryRequest) -> None:
        """Keeps a request to be found again."""
        self._by_request[(made.session.id, request_id)] = made
        self._by_query[made.query_id] = made
        for kept in (self._by_request, self._by_query):
            while len(kept) > _KEPT_REQUESTS:
                kept.popitem(last=False)

    def forget(self, made: QueryRequest) -> None:
        """A request that never reached the warehouse: sent again, it is run."""
        for key in [key for key, kept in self._by_request.items() if kept is made]:
            del self._by_request[key]

    def of_request(self, session: Session, request_id: str) -> QueryRequest | None:
        """The request with this id in the session."""
        return self._by_request.get((session.id, request_id))

    def of_query(self, query_id: str) -> QueryRequest | None:
        """The request that runs or ran this query."""
        return self._by_query.get(query_id)


def queries_of(request: Request) -> Queries:
    """The server's requests."""
    queries = request.app.state.queries
    assert isinstance(queries, Queries)
    return queries


async def query_request(request: Request) -> Response:
    """POST /queries/v1/query-request."""
    query_id = str(uuid.uuid4())
    try:
        session = session_of(request)
        body = await json_body(request)
        request_id = request.query_params.get("requestId") or query_id
        queries = queries_of(request)
        made = queries.of_request(session, request_id)
        if made is None:
            work = asyncio.get_running_loop().run_in_executor(
                queries.threads, _run, account_of(request), session, body, query_id
            )
            made = QueryRequest(session, query_id, work)
            queries.remember(request_id, made)
        elif made.cut_by is not None and account_of(request).faults.again(made.cut_by):
            return CutResponse()
        if body.get("asyncExec"):
            return _in_progress(made, "333334")
        return await _answer(made, queries)
    except SnowflakeError as error:
        return refusal(error, query_id)


async def _answer(made: QueryRequest, queries: Queries) -> Response:
    """The outcome, or "in progress" when it takes long."""
    try:
        result = await asyncio.wait_for(asyncio.shield(made.outcome), _PATIENCE_SECONDS)
    except asyncio.TimeoutError:
        return _in_progress(made, "333333")
    except SnowflakeError as error:
        return refusal(error, made.query_id)
    except ConnectionCut as cut:
        made.cut_by = cut.fault_id
        if cut.result is None:
            queries.forget(made)
        else:
            made.outcome = asyncio.get_running_loop().create_future()
            made.outcome.set_result(cut.result)
        return CutResponse()
    except Exception as error:
        _log.exception("a statement failed in an unforeseen way")
        message = f"the local Snowflake failed on this statement: {type(error).__name__}: {error}"
        return refusal(SnowflakeError("000603", "XX000", message), made.query_id)
    return success(reply(made.session, made.query_id, result))


def _in_progress(made: QueryRequest, code: str) -> JSONResponse:
    url = f"/queries/{made.query_id}/result"
    data = {"queryId": made.query_id, "getResultUrl": url, "queryAbortsAfterSecs": 300, "progressDesc": None}
    return JSONResponse({"data": data, "code": code, "message": "Query execution in progress.", "success": True})


def reply(session: Session, query_id: str, result: Result) -> dict[str, Any]:
    """The data of a positive reply; rows are JSON for every driver."""
    return {
        "queryId": query_id,
        "statementTypeId": result.statement_type,
        "rowtype": rowtype(result.columns),
        "rowset": rowset(result.columns, result.rows),
        "total": len(result.rows),
        "returned": len(result.rows),
        "queryResultFormat": "json",
        "version": 1,
        "sqlState": None,
        "parameters": [{"name": name, "value": session.parameter(name)} for name in SENT_WITH_RESULTS],
        "finalDatabaseName": session.database,
        "finalSchemaName": session.schema,
        "finalWarehouseName": session.warehouse,
        "finalRoleName": session.role.name,
    }


def _run(account: Account, session: Session, body: dict[str, Any], query_id: str) -> Result:
    text = str(body.get("sqlText") or "")
    bindings = body.get("bindings") or {}
    if body.get("describeOnly"):
        return describe_only(account, session, text)
    rows = rows_of_binds(bindings) if bindings else None
    if rows is not None:
        return execute_rows(account, session, text, rows, query_id)
    text = inline_binds(text, bindings) if bindings else text
    _check_count(text, session, body.get("parameters") or {})
    return execute(account, session, text, query_id)


def _check_count(text: str, session: Session, parameters: dict[str, Any]) -> None:
    """Several statements in one request need MULTI_STATEMENT_COUNT, which is not served here."""
    if not _ends_before_more(text):
        return
    try:
        statements = split_statements(text)
    except UnknownStatement:
        return  # the statement itself is then refused with a better message
    if len(statements) > 1:
        raise SnowflakeError(
            "000008",
            "0A000",
            f"Actual statement count {len(statements)} did not match the desired statement count 1. "
            "Several statements in one request are not supported by the local Snowflake.",
        )


_PIECE = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"]|\"\")*\"|\$\$.*?\$\$|--[^\n]*|//[^\n]*|/\*.*?\*/|(;)", re.DOTALL)
_NOTHING = re.compile(r"(?:[\s;]+|--[^\n]*(?:\n|$)|//[^\n]*(?:\n|$)|/\*.*?\*/)*$", re.DOTALL)


def _ends_before_more(text: str) -> bool:
    """Whether a semicolon is followed by anything but blanks and comments; cheap for large statements."""
    return any(piece.group(1) and not _NOTHING.match(text, piece.end()) for piece in _PIECE.finditer(text))


async def query_result(request: Request) -> Response:
    """GET /queries/{id}/result."""
    try:
        session = session_of(request)
    except SnowflakeError as error:
        return refusal(error)
    queries = queries_of(request)
    made = queries.of_query(request.path_params["query_id"])
    if made is None or made.session.user != session.user:
        return refusal(SnowflakeError("000709", "02000", f"Statement {request.path_params['query_id']} not found"))
    return await _answer(made, queries)


async def monitoring(request: Request) -> Response:
    """GET /monitoring/queries/{id}: whether it still runs."""
    try:
        session_of(request)
    except SnowflakeError as error:
        return refusal(error)
    query_id = request.path_params["query_id"]
    made = queries_of(request).of_query(query_id)
    if made is None:
        return success({"queries": []})
    status = "RUNNING"
    if made.outcome.done():
        status = "FAILED_WITH_ERROR" if made.outcome.exception() else "SUCCESS"
    return success({"queries": [{"id": query_id, "status": status}]})


async def abort(request: Request) -> Response:
    """POST /queries/v1/abort-request with the request's id, or /queries/{id}/abort-request."""
    try:
        session = session_of(request)
    except SnowflakeError as error:
        return refusal(error)
    queries = queries_of(request)
    query_id = request.path_params.get("query_id")
    body = await json_body(request)
    made = queries.of_query(query_id) if query_id else queries.of_request(session, str(body.get("requestId")))
    if made is None:
        return refusal(SnowflakeError("000605", "02000", "Identified SQL statement is not currently executing."))
    running = account_of(request).running.get(made.query_id)
    if running is not None:
        running.cancel()
    return success()
