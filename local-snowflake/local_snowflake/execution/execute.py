"""One statement from text to result: dispatch, faults and the log."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import duckdb
from sqlglot import exp

from ..access import AccessError
from ..account.account import Account
from ..account.account import now as current_moment
from ..engine.literal_rows import take_literal_rows
from ..engine.translate import parse_sql
from ..errors import SnowflakeError, WriteConflict, cancelled, from_engine, invalid, not_supported
from ..faults import Fault, Origin
from ..session.session import RunningStatement, Session
from ..statements import ExecuteImmediate as Block
from ..statements import Explain, Statement, UnknownStatement, parse
from .alter_table import run_alter
from .blocks import run_block
from .context import Context
from .create_table import run_create_table
from .create_view import run_create_view
from .dml import RUNNERS as DML_RUNNERS
from .dml import run_insert
from .explain import explain
from .handlers import HANDLERS
from .merge import run_merge
from .queries import describe_query, run_query
from .result import Result
from .session_settings import set_variable
from .session_variables import inline_variables
from .transactions import raise_if_rolled_back


class ConnectionCut(Exception):
    """A fault wants the client's connection closed without an answer.

    `result` is what the statement gave if it has been done, None if it never began.
    """

    def __init__(self, fault_id: int, result: Result | None) -> None:
        super().__init__(f"cut by fault {fault_id}")
        self.fault_id = fault_id
        self.result = result


_CREATE: dict[str, Callable[[Context], Result]] = {"TABLE": run_create_table, "VIEW": run_create_view}


def execute(
    account: Account, session: Session, text: str, query_id: str | None = None, parent: int | None = None
) -> Result:
    """Runs one statement in the session, one at a time; raises SnowflakeError, or ConnectionCut for a fault."""
    running = RunningStatement(query_id or str(uuid.uuid4()), session, text, current_moment())
    with session.lock, account.storage.reading():
        account.running[running.query_id] = running
        try:
            return _logged(account, session, running, parent)
        finally:
            account.running.pop(running.query_id, None)
            session.last_active = time.monotonic()


def _logged(account: Account, session: Session, running: RunningStatement, parent: int | None) -> Result:
    entry = account.log.start(
        session=str(session.id), user=session.user, role=session.role.name, query_tag=session.query_tag,
        text=running.text, started_at=running.started_at, query_id=running.query_id, parent=parent,
    )  # fmt: skip
    started = time.perf_counter()
    context = Context(account, session, running.text, running.query_id, account.state, entry, parent is not None)
    ending: dict[str, Any] = {"status": "failed"}
    try:
        result = _with_faults(context, running)
        written = result.affected is not None
        ending = {"status": "success", "rows": result.affected if written else len(result.rows)}
        session.last_query_id = running.query_id
        session.keep_result(running.query_id, result)
        return result
    except ConnectionCut as cut:
        done = cut.result is not None
        ending = {"status": "success" if done else "failed", "error": "the connection was cut by a fault"}
        raise
    except SnowflakeError as error:
        ending = {"status": "cancelled" if error.code == "000604" else "failed", "error": error.message}
        raise
    finally:
        account.log.finish(
            entry, duration_ms=(time.perf_counter() - started) * 1000, tables_read=context.reads,
            tables_written=context.writes, **ending,
        )  # fmt: skip


def _with_faults(context: Context, running: RunningStatement) -> Result:
    session = context.session
    origin = Origin(str(session.id), session.role.name, session.query_tag)
    fault = context.account.faults.next_for(running.text, origin)
    if fault is not None and fault.action == "cut" and context.in_block:
        session.cut_in_block = fault.id  # a block goes on when its client is gone
        fault = None
    if fault is not None and fault.when == "before":
        _apply_fault(context.account, fault, running, None)
        context.state = context.account.state
    raise_if_rolled_back(session)
    result = _in_snowflakes_words(context)
    if fault is not None and fault.when == "after":
        _apply_fault(context.account, fault, running, result)
    return result


def _apply_fault(account: Account, fault: Fault, running: RunningStatement, result: Result | None) -> None:
    if fault.action == "fail":
        raise SnowflakeError(fault.code, fault.sqlstate, fault.message)
    if fault.action == "cut":
        raise ConnectionCut(fault.id, result)
    account.faults.hold(fault, running.cancelled)
    if running.cancelled.is_set():
        raise cancelled()


def _in_snowflakes_words(context: Context) -> Result:
    try:
        return run(context)
    except AccessError as error:
        raise SnowflakeError(error.code, error.sqlstate, str(error)) from error
    except UnknownStatement as error:
        raise SnowflakeError(error.code, error.sqlstate, f"SQL compilation error:\n{error}") from error
    except duckdb.Error as error:
        converted = from_engine(error, context.text)
        raise _not_retried(converted) from error
    except WriteConflict as conflict:
        raise _not_retried(conflict) from conflict


def _not_retried(error: SnowflakeError | WriteConflict) -> SnowflakeError:
    if isinstance(error, SnowflakeError):
        return error
    return SnowflakeError("000625", "57014", f"Another transaction changed the same rows: {error}")


def run(context: Context) -> Result:
    """Runs the statement's text, whatever kind it is."""
    context.text = inline_variables(context.text, context.session.variables)
    statement = parse(context.text)
    if isinstance(statement, Block):
        return _run_block(context, statement)
    if isinstance(statement, Explain):
        return explain(context, statement)
    if statement is not None:
        return _handle(context, statement)
    return run_sql(context)


def _run_block(context: Context, block: Block) -> Result:
    session = context.session
    session.cut_in_block = None
    result = run_block(context, block, execute_inner)
    if session.cut_in_block is not None:
        raise ConnectionCut(session.cut_in_block, result)
    return result


def execute_inner(context: Context, text: str) -> Result:
    """A statement of a block: logged and counted for faults like any other."""
    return execute(context.account, context.session, text, parent=context.entry)


def _handle(context: Context, statement: Statement) -> Result:
    handler = HANDLERS.get(type(statement))
    if handler is None:
        raise not_supported(f"this statement: {context.text.strip()[:300]}")
    return handler(context, statement)


def run_sql(context: Context) -> Result:
    """What sqlglot parses: queries, DML, CREATE TABLE and VIEW, ALTER TABLE."""
    if not context.text.strip():
        raise invalid("Empty SQL statement.", "000900")
    variable = set_variable(context)
    if variable is not None:
        return variable
    if take_literal_rows(context.text):
        return run_insert(context)
    tree = parse_sql(context.text)
    if isinstance(tree, exp.Query):
        return run_query(context)
    if isinstance(tree, exp.Merge):
        return run_merge(context)
    if type(tree) in DML_RUNNERS:
        return DML_RUNNERS[type(tree)](context)
    if isinstance(tree, exp.Create) and tree.kind in _CREATE:
        return _CREATE[tree.kind](context)
    if isinstance(tree, exp.Alter):
        return run_alter(context)
    raise not_supported(f"this statement: {context.text.strip()[:300]}")


def describe_only(account: Account, session: Session, text: str) -> Result:
    """The columns that a query would give, without running it; other statements give one status column."""
    with session.lock, account.storage.reading():
        context = Context(account, session, text, str(uuid.uuid4()), account.state)
        try:
            context.text = inline_variables(text, session.variables)
            if parse(context.text) is not None or not isinstance(parse_sql(context.text), exp.Query):
                raise not_supported("describing a statement that is no query")
            return describe_query(context)
        except AccessError as error:
            raise SnowflakeError(error.code, error.sqlstate, str(error)) from error
        except UnknownStatement as error:
            raise SnowflakeError(error.code, error.sqlstate, f"SQL compilation error:\n{error}") from error
