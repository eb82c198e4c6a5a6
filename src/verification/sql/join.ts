import type { Row, Statement } from '../../snowflake/warehouse.js';
import type { SampleKeys } from '../verdict.js';
import { countCell, countsCell, sampleKeysCell } from './cells.js';
import { hasApart, readSplit, splittingCells } from './counts.js';
import type { ColumnCounts, PairingCounts } from './counts.js';
import {
  anyKeyNull,
  countWhere,
  differs,
  excuseColumn,
  keyAliases,
  projection,
  rowsOf,
  sampleKeys,
  sinceCutOff,
  timeColumn,
  unexcused,
  valueAlias,
} from './sides.js';
import type { Sides } from './sides.js';

/** What the join counted, and what tells whether it may be believed. */
export interface JoinCounts extends PairingCounts {
  /** Different keys among the missing and among the extra rows. */
  readonly distinctMissing: number;
  readonly distinctExtra: number;
}

/**
 * Stage 2: one full outer join on the real key columns, one row out, one read of each side. Plain `=` on each column
 * keeps it a hash join; the price is that NULL keys never match and duplicate keys multiply rows, so both are counted
 * here and send the work to the group form (`needsGroups`).
 */
export function joinBothSides(sides: Sides): Statement {
  const columns = projection(sides);
  const keys = keyAliases(sides);
  const sql = [
    `WITH "b" AS (SELECT 1 AS "present", ${[...columns, ...excuseColumn(sides)].join(', ')} FROM ${rowsOf(sides, 'baseline')}),`,
    `"u" AS (SELECT 1 AS "present", ${[...columns, ...timeColumn(sides)].join(', ')} FROM ${rowsOf(sides, 'upcoming')}),`,
    '"paired" AS (',
    `  SELECT ${pairedColumns(sides).join(',\n    ')}`,
    '  FROM "b" FULL OUTER JOIN "u"',
    `    ON ${keys.map((name) => `"b".${name} = "u".${name}`).join(' AND ')}`,
    '),',
    // In a step of its own: the OR over all columns is needed by three aggregates.
    `"classed" AS (SELECT "paired".*, ${changedColumns(sides).join(', ')} FROM "paired")`,
    'SELECT',
    `  ${resultCells(sides).join(',\n  ')}`,
    'FROM "classed"',
  ].join('\n');
  return { name: 'joinBothSides', sql };
}

function pairedColumns(sides: Sides): readonly string[] {
  return [
    '"b"."present" IS NOT NULL AS "in_b"',
    '"u"."present" IS NOT NULL AS "in_u"',
    ...keyAliases(sides).map((name) => `COALESCE("b".${name}, "u".${name}) AS ${name}`),
    ...(sides.time === undefined ? [] : ['"u"."t" AS "t"']),
    ...(excuseColumn(sides).length === 0 ? [] : ['"b"."x" AS "x"']),
    ...sides.values.flatMap((column, index) => {
      const alias = valueAlias(index);
      return [
        `"b"."${alias}" AS "b_${alias}"`,
        `"u"."${alias}" AS "u_${alias}"`,
        `"b"."present" IS NOT NULL AND "u"."present" IS NOT NULL AND ` +
          `${differs(column, `"b"."${alias}"`, `"u"."${alias}"`)} AS "d_${alias}"`,
      ];
    }),
  ];
}

function changedColumns(sides: Sides): readonly string[] {
  const flags = sides.values.map(({ name }, index) => ({ name, flag: `"d_${valueAlias(index)}"` }));
  const any = (some: typeof flags): string => (some.length === 0 ? 'FALSE' : some.map(({ flag }) => flag).join(' OR '));
  const elsewhere = flags.filter(({ name }) => sides.apart?.has(name) !== true);
  return [`${any(flags)} AS "is_changed"`, ...(hasApart(sides) ? [`${any(elsewhere)} AS "is_changed_elsewhere"`] : [])];
}

function resultCells(sides: Sides): readonly string[] {
  const key = keyAliases(sides).join(', ');
  const missing = '"in_b" AND NOT "in_u"';
  const extra = '"in_u" AND NOT "in_b"';
  const count = (condition: string, name: string): string => `${countWhere(condition)}::VARCHAR AS "${name}"`;
  const distinct = (condition: string, name: string): string =>
    `COUNT(DISTINCT IFF(${condition}, HASH(${key}), NULL))::VARCHAR AS "${name}"`;
  return [
    count('"in_b"', 'baseline_rows'),
    count('"in_u"', 'upcoming_rows'),
    count('"in_b" AND "in_u"', 'matched'),
    count(missing, 'missing'),
    count(extra, 'extra'),
    count('"is_changed"', 'changed'),
    count(`"in_b" AND ${anyKeyNull(sides)}`, 'null_keys_baseline'),
    count(`"in_u" AND ${anyKeyNull(sides)}`, 'null_keys_upcoming'),
    distinct(missing, 'distinct_missing'),
    distinct(extra, 'distinct_extra'),
    ...(sides.time === undefined ? [] : [count(`${extra} AND ${sinceCutOff(sides.time, '"t"')}`, 'extra_since')]),
    ...splittingCells(sides, missing),
    ...sides.values.map((_, index) => columnCell(valueAlias(index))),
    ...(sides.samples === 0
      ? []
      : [
          `${sampleKeys(sides, unexcused(sides, missing))} AS "missing_keys"`,
          `${sampleKeys(sides, extra)} AS "extra_keys"`,
          `${sampleKeys(sides, '"is_changed"')} AS "changed_keys"`,
        ]),
  ];
}

/** changed, value -> NULL, NULL -> value, filled in the baseline, filled in blue. */
function columnCell(alias: string): string {
  const counts = [
    countWhere(`"d_${alias}"`),
    countWhere(`"d_${alias}" AND "u_${alias}" IS NULL`),
    countWhere(`"d_${alias}" AND "b_${alias}" IS NULL`),
    `COUNT("b_${alias}")`,
    `COUNT("u_${alias}")`,
  ];
  return `CONCAT_WS(' ', ${counts.map((count) => `${count}::VARCHAR`).join(', ')}) AS "${alias}"`;
}

/** @throws Error when the answer is not exactly one row of counts. */
export function readJoin(sides: Sides, rows: readonly Row[]): JoinCounts {
  const row = rows[0];
  if (rows.length !== 1 || row === undefined) throw new Error(`The join gave ${rows.length} rows instead of one.`);
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
    distinctMissing: countCell(row, 'distinct_missing'),
    distinctExtra: countCell(row, 'distinct_extra'),
    columns: sides.values.map((column, index) => readColumn(column.name, row, valueAlias(index))),
    samples: { missing: keys('missing_keys'), extra: keys('extra_keys'), changed: keys('changed_keys'), duplicate: [] },
  };
}

function readColumn(column: string, row: Row, alias: string): ColumnCounts {
  const [changed = 0, toNull = 0, fromNull = 0, baseline = 0, upcoming = 0] = countsCell(row, alias, 5);
  return { column, changed, toNull, fromNull, filled: { baseline, upcoming } };
}

/**
 * Whether the join's counts cannot be believed: NULL keys never match under `=`, and a key that repeats multiplies the
 * rows of the other side. Duplicates of matched keys show as more rows than the table has, those of unmatched keys as
 * fewer different keys than rows.
 *
 * @param rows what each side really holds (`SHOW TABLES`, or stage 1)
 */
export function needsGroups(
  counts: JoinCounts,
  rows: { readonly baseline: number; readonly upcoming: number },
): boolean {
  return (
    counts.nullKeys.baseline + counts.nullKeys.upcoming > 0 ||
    counts.baselineRows !== rows.baseline ||
    counts.upcomingRows !== rows.upcoming ||
    counts.distinctMissing !== counts.missing ||
    counts.distinctExtra !== counts.extra
  );
}
