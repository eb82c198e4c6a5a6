import { quoteLiteral, quoteRelation } from '../identifiers.js';
import type { RelationName } from '../identifiers.js';
import { isTrue, optionalText } from '../rows.js';
import type { Row, Statement } from '../warehouse.js';

/** Who this session is, for messages and for the preflight. */
export function currentSession(): Statement {
  return {
    name: 'currentSession',
    sql: 'SELECT CURRENT_USER() AS "user", CURRENT_ROLE() AS "role", CURRENT_WAREHOUSE() AS "warehouse"',
  };
}

/**
 * Counts the rows of a custom check. The text is a SELECT from a file of the deployed commit: reviewed code of the repository,
 * run with the deployment's own rights.
 */
export function countCheckRows(select: string): Statement {
  const body = select.trim().replace(/;\s*$/, '');
  return { name: 'countCheckRows', sql: `SELECT COUNT(*) AS "rows" FROM (\n${body}\n)` };
}

/**
 * What a test of dbt would count, as dbt itself asks it. Both texts are code of the deployed commit.
 * https://docs.getdbt.com/reference/resource-configs/fail_calc
 */
export function countTestFailures(select: string, failCalc: string): Statement {
  const sql = `SELECT ${failCalc} AS "failures" FROM (\n${select.trim()}\n) AS "dbt_internal_test"`;
  return { name: 'countTestFailures', sql };
}

/**
 * Compiles a read of a relation without running it, which fails where this role may not read. Needs no warehouse.
 * https://docs.snowflake.com/en/sql-reference/sql/explain
 */
export function explainRead(relation: RelationName): Statement {
  return { name: 'explainRead', sql: `EXPLAIN USING TEXT SELECT 1 AS "x" FROM ${quoteRelation(relation)}` };
}

/**
 * Whether each role (stored names) is the session's role or inherited by it, as columns r0, r1…
 * https://docs.snowflake.com/en/sql-reference/functions/is_role_in_session
 */
export function rolesInSession(roles: readonly string[]): Statement {
  return { name: 'rolesInSession', sql: `SELECT ${roleColumns(roles).join(', ')}` };
}

/** What `rolesHeldIn` reads, one column for each role. */
export function roleColumns(roles: readonly string[]): readonly string[] {
  return roles.map((role, index) => `IS_ROLE_IN_SESSION(${quoteLiteral(role)}) AS "r${index}"`);
}

/** Those of the roles that a row with their `roleColumns` says the session has. */
export function rolesHeldIn(row: Row, roles: readonly string[]): ReadonlySet<string> {
  return new Set(roles.filter((_, index) => isTrue(optionalText(row, `r${index}`))));
}
