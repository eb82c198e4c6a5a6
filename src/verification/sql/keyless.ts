import type { Row, Statement } from '../../snowflake/warehouse.js';
import type { ExcusedRows } from '../verdict.js';
import { countCell } from './cells.js';
import { readExcused } from './counts.js';
import { bothSides, countWhere, hashableExpression } from './sides.js';
import type { Sides } from './sides.js';

/** Rows of each side, and those that the other side has not as often. */
export interface KeylessCounts {
  readonly baselineRows: number;
  readonly upcomingRows: number;
  readonly onlyBaseline: number;
  readonly onlyUpcoming: number;
  readonly excused: readonly ExcusedRows[];
}

/**
 * Without a key the whole row is the identity: both sides as multisets of row hashes, the baseline's counted up and
 * blue's counted down. Here two different rows could be taken for one, as soon as 2^32 rows are compared by one 64-bit
 * hash (https://docs.snowflake.com/en/sql-reference/functions/hash), hence two hashes with different salts.
 */
export function compareRowsWithoutKey(sides: Sides): Statement {
  const values = sides.values.map(hashableExpression).join(', ');
  const hashes = [`HASH('1', ${values}) AS "h1"`, `HASH('2', ${values}) AS "h2"`];
  const total = (expression: string): string => `COALESCE(SUM(${expression}), 0)::NUMBER(38, 0)::VARCHAR`;
  const excuses = sides.excuses ?? [];
  const excused = excuses.map((_, index) => total(`IFF("n_b" > "n_u" AND "x" = ${index + 1}, "n_b" - "n_u", 0)`));
  const sql = [
    `WITH "stacked" AS (\n  ${bothSides({ ...sides, time: undefined }, hashes)}\n),`,
    '"counted" AS (',
    `  SELECT ${countWhere('"side" = 0')} AS "n_b", ${countWhere('"side" = 1')} AS "n_u"`,
    ...(excuses.length === 0 ? [] : ['  , MIN(IFF("side" = 0, "x", NULL)) AS "x"']),
    '  FROM "stacked" GROUP BY "h1", "h2"',
    ')',
    'SELECT',
    `  ${total('"n_b"')} AS "baseline_rows",`,
    `  ${total('"n_u"')} AS "upcoming_rows",`,
    `  ${total('IFF("n_b" > "n_u", "n_b" - "n_u", 0)')} AS "only_baseline",`,
    `  ${total('IFF("n_u" > "n_b", "n_u" - "n_b", 0)')} AS "only_upcoming"`,
    ...(excused.length === 0 ? [] : [`  , CONCAT_WS(' ', ${excused.join(', ')}) AS "excused"`]),
    'FROM "counted"',
  ].join('\n');
  return { name: 'compareRowsWithoutKey', sql };
}

/** @throws Error when the answer is not exactly one row of counts. */
export function readKeyless(sides: Sides, rows: readonly Row[]): KeylessCounts {
  const row = rows[0];
  if (rows.length !== 1 || row === undefined)
    throw new Error(`The comparison gave ${rows.length} rows instead of one.`);
  return {
    baselineRows: countCell(row, 'baseline_rows'),
    upcomingRows: countCell(row, 'upcoming_rows'),
    onlyBaseline: countCell(row, 'only_baseline'),
    onlyUpcoming: countCell(row, 'only_upcoming'),
    excused: readExcused(sides, row),
  };
}
