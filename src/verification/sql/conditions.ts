import { quoteRelation } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import type { Statement } from '../../snowflake/warehouse.js';

/**
 * Compiles conditions of the project over a relation without running anything; needs no warehouse. In the places where the
 * comparison uses them, so that what Snowflake does not allow there shows here.
 * https://docs.snowflake.com/en/sql-reference/sql/explain
 */
export function explainConditions(relation: RelationName, conditions: readonly string[]): Statement {
  const branches = conditions.map((sql, index) => `WHEN (\n${sql}\n) THEN ${index + 1}`).join(' ');
  const all = conditions.map((sql) => `(\n${sql}\n)`).join(' AND ');
  const sql = `EXPLAIN USING TEXT SELECT CASE ${branches} ELSE 0 END AS "x" FROM ${quoteRelation(relation)} WHERE ${all}`;
  return { name: 'explainConditions', sql };
}
