import type { RelationName } from '../../snowflake/identifiers.js';
import type { Row, Statement } from '../../snowflake/warehouse.js';
import type { Samples } from '../verdict.js';
import { countCell, sampleKeysCell } from './cells.js';
import {
  anyKeyNull,
  bothSides,
  countWhere,
  excuseColumn,
  keyAliases,
  keyExpression,
  rowsOf,
  sampleKeys,
  unexcused,
} from './sides.js';
import type { KeyColumn, Sides } from './sides.js';

/** Current production beside blue, by key alone. */
export interface LateKeySides {
  readonly production: RelationName;
  readonly upcoming: RelationName;
  /** What blue was verified against; ids that it has were judged then. */
  readonly baseline: RelationName | undefined;
  readonly key: readonly KeyColumn[];
  /** SQL of the project: rows that count, and rows of production that blue may lack. */
  readonly where: string | undefined;
  readonly mayLack: readonly string[];
  /** Sample keys of each class; 0 to 1000. */
  readonly samples: number;
}

export interface LateKeyCounts {
  /** Keys of production that blue lacks, without those that the baseline has and those that blue may lack. */
  readonly missing: number;
  /** Keys of production that blue lacks and that the baseline has. */
  readonly missingBefore: number;
  /** Keys of production that blue lacks and may lack. */
  readonly spared: number;
  readonly extra: number;
  /** Rows beyond the first of each key; rows with a NULL in the key do not count. */
  readonly duplicates: { readonly production: number; readonly upcoming: number };
  /** Rows with a NULL in a key that both sides have. A merge never finds them again: what loads twice repeats them. */
  readonly nullKeys: { readonly production: number; readonly upcoming: number };
  readonly samples: Samples;
}

const ABSENT = '"n_p" > 0 AND "n_u" = 0 AND "n_b" = 0';
const EXTRA = '"n_u" > 0 AND "n_p" = 0';

/** All sides under each other, grouped by key, so that NULLs are equal and nothing is multiplied. One narrow read of each. */
export function compareLateKeys(late: LateKeySides): Statement {
  const sides = asSides(late);
  const projected = late.key.map((column, index) => `${keyExpression(column)} AS "k${index + 1}"`);
  const keys = keyAliases(sides).join(', ');
  const third =
    late.baseline === undefined
      ? ''
      : `\n  UNION ALL\n  SELECT 2 AS "side", ${[...projected, ...noExcuse(sides)].join(', ')} ` +
        `FROM ${rowsOf({ ...sides, baseline: late.baseline }, 'baseline')}`;
  const repeated = (count: string): string => `COALESCE(SUM(IFF("has_null" OR ${count} = 0, 0, ${count} - 1)), 0)`;
  const nullRows = (count: string): string =>
    `COALESCE(SUM(IFF("has_null" AND "n_p" > 0 AND "n_u" > 0, ${count}, 0)), 0)`;
  const sql = [
    `WITH "stacked" AS (\n  ${bothSides(sides, projected)}${third}\n),`,
    `"grouped" AS (\n  SELECT ${keys}, ${anyKeyNull(sides)} AS "has_null",`,
    `    ${countWhere('"side" = 0')} AS "n_p", ${countWhere('"side" = 1')} AS "n_u", ${countWhere('"side" = 2')} AS "n_b"`,
    ...(late.mayLack.length === 0 ? [] : ['    , MIN(IFF("side" = 0, "x", NULL)) AS "x"']),
    `  FROM "stacked" GROUP BY ${keys}\n)`,
    'SELECT',
    `  ${countWhere(unexcused(sides, ABSENT))}::VARCHAR AS "missing",`,
    ...(late.mayLack.length === 0 ? [] : [`  ${countWhere(`${ABSENT} AND "x" > 0`)}::VARCHAR AS "spared",`]),
    `  ${countWhere('"n_p" > 0 AND "n_u" = 0 AND "n_b" > 0')}::VARCHAR AS "missing_before",`,
    `  ${countWhere(EXTRA)}::VARCHAR AS "extra",`,
    `  ${repeated('"n_p"')}::NUMBER(38, 0)::VARCHAR AS "duplicates_production",`,
    `  ${repeated('"n_u"')}::NUMBER(38, 0)::VARCHAR AS "duplicates_upcoming",`,
    `  ${nullRows('"n_p"')}::NUMBER(38, 0)::VARCHAR AS "null_keys_production",`,
    `  ${nullRows('"n_u"')}::NUMBER(38, 0)::VARCHAR AS "null_keys_upcoming"${sampleCells(sides)}`,
    'FROM "grouped"',
  ].join('\n');
  return { name: 'compareLateKeys', sql };
}

function sampleCells(sides: Sides): string {
  if (sides.samples === 0) return '';
  return [
    `,\n  ${sampleKeys(sides, unexcused(sides, ABSENT))} AS "missing_keys"`,
    `,\n  ${sampleKeys(sides, EXTRA)} AS "extra_keys"`,
    `,\n  ${sampleKeys(sides, 'NOT "has_null" AND "n_u" > 1')} AS "duplicate_keys"`,
  ].join('');
}

function asSides({ production, upcoming, key, samples, where, mayLack }: LateKeySides): Sides {
  const excuses = mayLack.map((sql) => ({ kind: 'expected', why: '', sql }) as const);
  return { baseline: production, upcoming, key, values: [], time: undefined, samples, where, excuses };
}

function noExcuse(sides: Sides): readonly string[] {
  return excuseColumn(sides).length === 0 ? [] : ['0 AS "x"'];
}

/** @throws Error when the answer is not exactly one row of counts. */
export function readLateKeys(late: LateKeySides, rows: readonly Row[]): LateKeyCounts {
  const row = rows[0];
  if (rows.length !== 1 || row === undefined)
    throw new Error(`The comparison gave ${rows.length} rows instead of one.`);
  const parts = late.key.length;
  return {
    missing: countCell(row, 'missing'),
    missingBefore: countCell(row, 'missing_before'),
    spared: late.mayLack.length === 0 ? 0 : countCell(row, 'spared'),
    extra: countCell(row, 'extra'),
    duplicates: {
      production: countCell(row, 'duplicates_production'),
      upcoming: countCell(row, 'duplicates_upcoming'),
    },
    nullKeys: { production: countCell(row, 'null_keys_production'), upcoming: countCell(row, 'null_keys_upcoming') },
    samples: {
      missing: sampleKeysCell(row, 'missing_keys', parts),
      extra: sampleKeysCell(row, 'extra_keys', parts),
      changed: [],
      duplicate: sampleKeysCell(row, 'duplicate_keys', parts),
    },
  };
}
