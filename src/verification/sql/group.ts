import type { Row, Statement } from '../../snowflake/warehouse.js';
import type { SampleKeys } from '../verdict.js';
import { countCell, countsCell, sampleKeysCell } from './cells.js';
import { hasApart, readSplit, splittingCells } from './counts.js';
import type { ColumnCounts, PairingCounts } from './counts.js';
import {
  anyKeyNull,
  bothSides,
  countWhere,
  differs,
  hashableExpression,
  keyAliases,
  projection,
  sampleKeys,
  sinceCutOff,
  unexcused,
  valueAlias,
} from './sides.js';
import type { Sides, ValueColumn } from './sides.js';

/** What the group form counted: right for every key, whatever repeats or is NULL. */
export interface GroupCounts extends PairingCounts {
  /** Rows beyond the first of each key; rows with a NULL in the key do not count. */
  readonly duplicateKeys: { readonly baseline: number; readonly upcoming: number };
}

const MATCHED = '"n_b" > 0 AND "n_u" > 0';

/**
 * The form for NULL and duplicate keys: both sides under each other, grouped by key (GROUP BY holds NULLs equal), so that
 * nothing is multiplied. A key's rows are compared as a multiset: the sum of the hashes, the baseline's counted up and
 * blue's counted down, is zero when they are the same. One read of each side.
 */
export function groupBothSides(sides: Sides): Statement {
  const keys = keyAliases(sides).join(', ');
  const sql = [
    `WITH "stacked" AS (\n  ${bothSides(sides, [...projection(sides), ...rowHash(sides)])}\n),`,
    `"grouped" AS (\n  SELECT ${keys},\n    ${groupedColumns(sides).join(',\n    ')}`,
    `  FROM "stacked" GROUP BY ${keys}\n),`,
    `"compared" AS (\n  SELECT "grouped".*, ${MATCHED} AS "is_matched", ${anyKeyNull(sides)} AS "has_null"`,
    sides.values.map((column, index) => `,\n    ${columnDiffers(column, valueAlias(index))}`).join(''),
    '  FROM "grouped"\n),',
    `"classed" AS (SELECT "compared".*, ${changedColumns(sides).join(', ')} FROM "compared")`,
    'SELECT',
    `  ${resultCells(sides).join(',\n  ')}`,
    'FROM "classed"',
  ].join('\n');
  return { name: 'groupBothSides', sql };
}

/**
 * The whole row, also of columns that were narrowed away: where a key repeats, values swapped between its rows leave each
 * column's hash as it was, so that nothing but the row tells.
 */
function rowHash(sides: Sides): readonly string[] {
  if (sides.values.length === 0) return [];
  const rest = elsewhere(sides, sides.rowValues ?? sides.values);
  return [
    `HASH(${(sides.rowValues ?? sides.values).map(hashableExpression).join(', ')}) AS "row"`,
    ...(hasApart(sides) && rest.length > 0 ? [`HASH(${rest.map(hashableExpression).join(', ')}) AS "rest"`] : []),
  ];
}

function elsewhere(sides: Sides, values: readonly ValueColumn[]): readonly ValueColumn[] {
  return values.filter(({ name }) => sides.apart?.has(name) !== true);
}

function groupedColumns(sides: Sides): readonly string[] {
  return [
    `${countWhere('"side" = 0')} AS "n_b"`,
    `${countWhere('"side" = 1')} AS "n_u"`,
    ...(sides.time === undefined ? [] : ['MAX(IFF("side" = 1, "t", NULL)) AS "t"']),
    ...((sides.excuses ?? []).length === 0 ? [] : ['MIN(IFF("side" = 0, "x", NULL)) AS "x"']),
    ...rowHash(sides).map((_, index) => {
      const name = index === 0 ? 'row' : 'rest';
      return `${hashBalance(`"${name}"`)} AS "${name}_balance"`;
    }),
    ...sides.values.flatMap((column, index) => valueColumns(column, valueAlias(index))),
  ];
}

function valueColumns(column: ValueColumn, alias: string): readonly string[] {
  const counts = [
    `${hashBalance(`HASH("${alias}")`)} AS "h_${alias}"`,
    `COUNT(IFF("side" = 0, "${alias}", NULL)) AS "f_b_${alias}"`,
    `COUNT(IFF("side" = 1, "${alias}", NULL)) AS "f_u_${alias}"`,
  ];
  // Only floats need their values: two single rows may be nearly equal.
  if (column.form !== 'float') return counts;
  return [
    ...counts,
    `MAX(IFF("side" = 0, "${alias}", NULL)) AS "b_${alias}"`,
    `MAX(IFF("side" = 1, "${alias}", NULL)) AS "u_${alias}"`,
  ];
}

/**
 * The baseline's hashes less blue's, zero when both are the same multiset. HASH is never NULL, and NUMBER(38,0) holds the sum
 * of more 64-bit hashes than any table has rows. A hash is counted down as -1 - h, since the smallest 64-bit number has no
 * opposite of its size; the ones are given back by blue's row count.
 */
function hashBalance(hashed: string): string {
  const hash = `${hashed}::NUMBER(38, 0)`;
  return `SUM(IFF("side" = 0, ${hash}, -1 - ${hash})) + ${countWhere('"side" = 1')}`;
}

/** Columns are told apart only where both sides have as many rows of the key; otherwise every column would differ. */
function columnDiffers(column: ValueColumn, alias: string): string {
  const sameSize = `${MATCHED} AND "n_b" = "n_u"`;
  if (column.form !== 'float') return `${sameSize} AND "h_${alias}" <> 0 AS "d_${alias}"`;
  const single = differs(column, `"b_${alias}"`, `"u_${alias}"`);
  return `${sameSize} AND "h_${alias}" <> 0 AND ("n_b" > 1 OR ${single}) AS "d_${alias}"`;
}

function changedColumns(sides: Sides): readonly string[] {
  const flags = sides.values.map(({ name }, index) => ({ name, flag: `"d_${valueAlias(index)}"` }));
  const rest = flags.filter(({ name }) => sides.apart?.has(name) !== true).map(({ flag }) => flag);
  const all = flags.map(({ flag }) => flag);
  const [row, restOfRow] = rowHash(sides).length === 2 ? ['row', 'rest'] : ['row', undefined];
  return [
    `"is_matched" AND ${changedExpression(all, all.length === 0 ? undefined : row)} AS "is_changed"`,
    ...(hasApart(sides) ? [`"is_matched" AND ${changedExpression(rest, restOfRow)} AS "is_changed_elsewhere"`] : []),
  ];
}

/** Beyond single rows the whole row decides: values swapped between two rows of a key leave each column as it was. */
function changedExpression(flags: readonly string[], hash: string | undefined): string {
  if (hash === undefined) return '"n_b" <> "n_u"';
  const single = flags.length === 0 ? 'FALSE' : flags.join(' OR ');
  return `IFF("n_b" = 1 AND "n_u" = 1, ${single}, "n_b" <> "n_u" OR "${hash}_balance" <> 0)`;
}

function resultCells(sides: Sides): readonly string[] {
  const missing = '"n_u" = 0';
  const extra = '"n_b" = 0';
  const count = (condition: string, name: string): string => `${countWhere(condition)}::VARCHAR AS "${name}"`;
  const sum = (expression: string, name: string): string => `${total(expression)} AS "${name}"`;
  return [
    sum('"n_b"', 'baseline_rows'),
    sum('"n_u"', 'upcoming_rows'),
    count('"is_matched"', 'matched'),
    count(missing, 'missing'),
    count(extra, 'extra'),
    count('"is_changed"', 'changed'),
    sum('IFF("has_null", "n_b", 0)', 'null_keys_baseline'),
    sum('IFF("has_null", "n_u", 0)', 'null_keys_upcoming'),
    sum('IFF("has_null" OR "n_b" = 0, 0, "n_b" - 1)', 'duplicates_baseline'),
    sum('IFF("has_null" OR "n_u" = 0, 0, "n_u" - 1)', 'duplicates_upcoming'),
    ...(sides.time === undefined ? [] : [count(`${extra} AND ${sinceCutOff(sides.time, '"t"')}`, 'extra_since')]),
    ...splittingCells(sides, missing),
    ...sides.values.map((_, index) => columnCell(valueAlias(index))),
    ...(sides.samples === 0
      ? []
      : [
          `${sampleKeys(sides, unexcused(sides, missing))} AS "missing_keys"`,
          `${sampleKeys(sides, extra)} AS "extra_keys"`,
          `${sampleKeys(sides, '"is_changed"')} AS "changed_keys"`,
          `${sampleKeys(sides, 'NOT "has_null" AND "n_u" > 1')} AS "duplicate_keys"`,
        ]),
  ];
}

/** changed, value -> NULL, NULL -> value, filled in the baseline, filled in blue. */
function columnCell(alias: string): string {
  const counts = [
    `${countWhere(`"d_${alias}"`)}::VARCHAR`,
    total(`IFF("d_${alias}" AND "f_b_${alias}" > "f_u_${alias}", "f_b_${alias}" - "f_u_${alias}", 0)`),
    total(`IFF("d_${alias}" AND "f_u_${alias}" > "f_b_${alias}", "f_u_${alias}" - "f_b_${alias}", 0)`),
    total(`"f_b_${alias}"`),
    total(`"f_u_${alias}"`),
  ];
  return `CONCAT_WS(' ', ${counts.join(', ')}) AS "${alias}"`;
}

/** SUM of nothing is NULL; of no rows it is 0 here. */
function total(expression: string): string {
  return `COALESCE(SUM(${expression}), 0)::NUMBER(38, 0)::VARCHAR`;
}

/** @throws Error when the answer is not exactly one row of counts. */
export function readGroup(sides: Sides, rows: readonly Row[]): GroupCounts {
  const row = rows[0];
  if (rows.length !== 1 || row === undefined) throw new Error(`The grouping gave ${rows.length} rows instead of one.`);
  const keys = (name: string): SampleKeys => sampleKeysCell(row, name, sides.key.length);
  return {
    baselineRows: countCell(row, 'baseline_rows'),
    upcomingRows: countCell(row, 'upcoming_rows'),
    matched: countCell(row, 'matched'),
    missing: countCell(row, 'missing'),
    extra: countCell(row, 'extra'),
    extraSinceCutOff: sides.time === undefined ? undefined : countCell(row, 'extra_since'),
    changed: countCell(row, 'changed'),
    ...readSplit(sides, row, countCell(row, 'changed')),
    nullKeys: { baseline: countCell(row, 'null_keys_baseline'), upcoming: countCell(row, 'null_keys_upcoming') },
    duplicateKeys: {
      baseline: countCell(row, 'duplicates_baseline'),
      upcoming: countCell(row, 'duplicates_upcoming'),
    },
    columns: sides.values.map((column, index) => readColumn(column.name, row, valueAlias(index))),
    samples: {
      missing: keys('missing_keys'),
      extra: keys('extra_keys'),
      changed: keys('changed_keys'),
      duplicate: keys('duplicate_keys'),
    },
  };
}

function readColumn(column: string, row: Row, alias: string): ColumnCounts {
  const [changed = 0, toNull = 0, fromNull = 0, baseline = 0, upcoming = 0] = countsCell(row, alias, 5);
  return { column, changed, toNull, fromNull, filled: { baseline, upcoming } };
}
