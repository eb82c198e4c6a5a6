import { quoteRelation } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import type { Row, Statement } from '../../snowflake/warehouse.js';
import { countCell } from './cells.js';

/** Rows of each side, as this role sees them. */
export function countRowsOfBothSides(baseline: RelationName, upcoming: RelationName): Statement {
  const count = (relation: RelationName): string => `(SELECT COUNT(*) FROM ${quoteRelation(relation)})::VARCHAR`;
  return {
    name: 'countRowsOfBothSides',
    sql: `SELECT ${count(baseline)} AS "baseline", ${count(upcoming)} AS "upcoming"`,
  };
}

/** @throws Error when the answer is not exactly one row. */
export function readRowCounts(rows: readonly Row[]): { readonly baseline: number; readonly upcoming: number } {
  const row = rows[0];
  if (rows.length !== 1 || row === undefined) throw new Error(`Counting gave ${rows.length} rows instead of one.`);
  return { baseline: countCell(row, 'baseline'), upcoming: countCell(row, 'upcoming') };
}
