import { quoteName } from '../../snowflake/identifiers.js';
import type { Row, Statement } from '../../snowflake/warehouse.js';
import { countCell, textCell } from './cells.js';
import { countWhere, hashableExpression, keyExpression, rowsOf, valueAlias } from './sides.js';
import type { Sides, ValueColumn } from './sides.js';

/** What one side's rows come to. Hashes are decimal text: they exceed what a JavaScript number holds. */
export interface Fingerprint {
  readonly rows: number;
  /** Rows whose key has a NULL in it. */
  readonly nullKeys: number;
  readonly key: string;
  readonly row: string;
  /** One hash over (key, column) for each value column, in order. */
  readonly columns: readonly string[];
  /** Rows in which the column is not NULL, for each value column, in order. */
  readonly filled: readonly number[];
}

/**
 * Stage 1: one aggregate row for each side, one read of each. HASH_AGG does not depend on the order of rows, and counts
 * NULLs and duplicates: equal hashes mean equal multisets. Columns are listed one by one, since their order counts.
 * https://docs.snowflake.com/en/sql-reference/functions/hash_agg
 */
export function fingerprintBothSides(sides: Sides): Statement {
  const cells = fingerprintCells(sides).map((cell) => `  ${cell}`);
  const arm = (number: number, side: 'baseline' | 'upcoming'): string =>
    [`SELECT`, [`  ${number} AS "side"`, ...cells].join(',\n'), `FROM ${rowsOf(sides, side)}`].join('\n');
  const sql = [arm(0, 'baseline'), 'UNION ALL', arm(1, 'upcoming')].join('\n');
  return { name: 'fingerprintBothSides', sql };
}

function fingerprintCells(sides: Sides): readonly string[] {
  const key = sides.key.map(keyExpression);
  const row = [...key, ...sides.values.map(hashableExpression)];
  const nullKey = key.map((part) => `${part} IS NULL`).join(' OR ');
  return [
    'COUNT(*)::VARCHAR AS "rows"',
    ...(key.length === 0
      ? []
      : [`${countWhere(nullKey)}::VARCHAR AS "null_keys"`, `HASH_AGG(${key.join(', ')})::VARCHAR AS "key"`]),
    `${row.length === 0 ? "'0'" : `HASH_AGG(${row.join(', ')})::VARCHAR`} AS "row"`,
    ...(key.length === 0 ? [] : sides.values.flatMap((column, index) => columnCells(column, index, key))),
  ];
}

function columnCells(column: ValueColumn, index: number, key: readonly string[]): readonly string[] {
  const alias = valueAlias(index);
  const hash = `HASH_AGG(${[...key, hashableExpression(column)].join(', ')})::VARCHAR AS "${alias}_hash"`;
  return [hash, `COUNT(${quoteName(column.name)})::VARCHAR AS "${alias}_filled"`];
}

/** @throws Error when there is not exactly one row for each side. */
export function readFingerprints(
  sides: Sides,
  rows: readonly Row[],
): { readonly baseline: Fingerprint; readonly upcoming: Fingerprint } {
  const baseline = rows.find((row) => row['side'] === '0');
  const upcoming = rows.find((row) => row['side'] === '1');
  if (rows.length !== 2 || baseline === undefined || upcoming === undefined) {
    throw new Error(`The fingerprint query gave ${rows.length} rows instead of one for each side.`);
  }
  return { baseline: readFingerprint(sides, baseline), upcoming: readFingerprint(sides, upcoming) };
}

function readFingerprint(sides: Sides, row: Row): Fingerprint {
  const hasKey = sides.key.length > 0;
  const aliases = hasKey ? sides.values.map((_, index) => valueAlias(index)) : [];
  return {
    rows: countCell(row, 'rows'),
    nullKeys: hasKey ? countCell(row, 'null_keys') : 0,
    key: hasKey ? textCell(row, 'key') : '',
    row: textCell(row, 'row'),
    columns: aliases.map((alias) => textCell(row, `${alias}_hash`)),
    filled: aliases.map((alias) => countCell(row, `${alias}_filled`)),
  };
}
