import { quoteLiteral, quoteName } from '../identifiers.js';
import type { Statement } from '../warehouse.js';

/**
 * Parameters on which the meaning or the reading of statements depends, so that no account's or user's default changes them.
 * Timestamps are written so that `Date` reads them. ABORT_DETACHED_QUERY off: the switch must finish though the runner dies.
 * https://docs.snowflake.com/en/sql-reference/parameters
 */
const SESSION_PARAMETERS = {
  QUOTED_IDENTIFIERS_IGNORE_CASE: 'FALSE',
  ABORT_DETACHED_QUERY: 'FALSE',
  TIMEZONE: quoteLiteral('UTC'),
  TIMESTAMP_OUTPUT_FORMAT: quoteLiteral('YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM'),
  TIMESTAMP_LTZ_OUTPUT_FORMAT: quoteLiteral('YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM'),
  TIMESTAMP_TZ_OUTPUT_FORMAT: quoteLiteral('YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM'),
} as const;

/** Sets what the meaning and the reading of statements depend on. https://docs.snowflake.com/en/sql-reference/sql/alter-session */
export function setParameters(): Statement {
  const assignments = Object.entries(SESSION_PARAMETERS).map(([name, value]) => `${name} = ${value}`);
  return { name: 'setParameters', sql: `ALTER SESSION SET ${assignments.join(' ')}` };
}

/** Snowflake's clock, as `now`: a runner's may go wrong. https://docs.snowflake.com/en/sql-reference/functions/current_timestamp */
export function readServerTime(): Statement {
  return { name: 'readServerTime', sql: 'SELECT CURRENT_TIMESTAMP() AS "now"' };
}

/** The session's id, by which another session can cancel what this one runs. */
export function identifySession(): Statement {
  return { name: 'identifySession', sql: 'SELECT CURRENT_SESSION() AS "id"' };
}

/**
 * Cancels everything that runs in one session. Needs no warehouse; any session of the same user may do it.
 * https://docs.snowflake.com/en/sql-reference/functions/system_cancel_all_queries
 * @throws RangeError if the id is not a number
 */
export function cancelAllOfSession(sessionId: string): Statement {
  return { name: 'cancelAllOfSession', sql: `SELECT SYSTEM$CANCEL_ALL_QUERIES(${sessionIdLiteral(sessionId)})` };
}

/** Cancels one statement by its query id. https://docs.snowflake.com/en/sql-reference/functions/system_cancel_query */
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

function sessionIdLiteral(sessionId: string): string {
  if (!/^\d+$/.test(sessionId)) throw new RangeError(`"${sessionId}" is not a Snowflake session id.`);
  return sessionId;
}
