import type { Clock } from '../clock.js';
import { quoteLiteral, quoteName } from './identifiers.js';
import type { ExecuteOptions, Row, Statement } from './warehouse.js';

type Run = (statement: Statement, options: ExecuteOptions) => Promise<readonly Row[]>;

/** Each of these statements takes moments; a warehouse that must start first is not worth more. */
const STATEMENT_SECONDS = 15;
const POLL_MS = 1_000;

/**
 * Cancels everything that runs in one session. Needs no warehouse; any session of the same user may do it.
 * https://docs.snowflake.com/en/sql-reference/functions/system_cancel_all_queries
 */
export function cancelAllOfSession(sessionId: string): Statement {
  return { name: 'cancelAllOfSession', sql: `SELECT SYSTEM$CANCEL_ALL_QUERIES(${sessionIdLiteral(sessionId)})` };
}

/** https://docs.snowflake.com/en/sql-reference/functions/system_cancel_query */
export function cancelQuery(queryId: string): Statement {
  return { name: 'cancelQuery', sql: `SELECT SYSTEM$CANCEL_QUERY(${quoteLiteral(queryId)})` };
}

/**
 * What this user still runs under a query tag, this very statement left out. Without an end of the time range the function
 * also lists running statements. https://docs.snowflake.com/en/sql-reference/functions/query_history
 */
export function listRunning(database: string, queryTag: string): Statement {
  return {
    name: 'listRunning',
    sql:
      'SELECT QUERY_ID AS "query_id" ' +
      `FROM TABLE(${quoteName(database)}.INFORMATION_SCHEMA.QUERY_HISTORY_BY_USER(RESULT_LIMIT => 1000)) ` +
      `WHERE QUERY_TAG = ${quoteLiteral(queryTag)} AND EXECUTION_STATUS IN ('RUNNING', 'QUEUED', 'BLOCKED') ` +
      'AND SESSION_ID <> CURRENT_SESSION()',
  };
}

/**
 * Cancels by query tag until nothing runs under it any more or the signal says that it took too long.
 * @returns how many statements were still running at the end.
 */
export async function cancelByTag(
  run: Run,
  where: { readonly database: string; readonly queryTag: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const options = { timeoutSeconds: STATEMENT_SECONDS, signal };
  for (;;) {
    const running = await run(listRunning(where.database, where.queryTag), options);
    if (running.length === 0 || signal.aborted) return running.length;
    for (const row of running) {
      if (typeof row['query_id'] === 'string') await run(cancelQuery(row['query_id']), options);
    }
    await clock.sleep(POLL_MS, signal);
  }
}

function sessionIdLiteral(sessionId: string): string {
  if (!/^\d+$/.test(sessionId)) throw new RangeError(`"${sessionId}" is not a Snowflake session id.`);
  return sessionId;
}
