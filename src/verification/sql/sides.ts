import { quoteName, quoteRelation } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';

/** A key column and how both sides are brought to one comparable form. */
export interface KeyColumn {
  /** Stored name. */
  readonly name: string;
  /** `text`: the type changed between the sides. `uncollated`: `=` would honour a collation, HASH never does. */
  readonly form: 'plain' | 'text' | 'uncollated';
}

/** A value column and how its two values are compared. */
export interface ValueColumn {
  /** Stored name. */
  readonly name: string;
  /**
   * `narrow`: the value itself. `wide` (text, binary, semi-structured): its 64-bit hash travels instead. `float`: equal
   * within a relative tolerance. `geography`: by its binary form, since HASH refuses the type.
   */
  readonly form: 'narrow' | 'wide' | 'float' | 'geography';
}

/** The column that tells when a row came to be, and from when on a row counts as newer than the baseline. */
export interface TimeColumn {
  /** Stored name. */
  readonly name: string;
  readonly type: 'DATE' | 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ';
  readonly cutOff: Date;
}

/** Two relations and what of them is compared. No key columns: keyless. */
export interface Sides {
  readonly baseline: RelationName;
  readonly upcoming: RelationName;
  readonly key: readonly KeyColumn[];
  readonly values: readonly ValueColumn[];
  /** All compared columns, where `values` was narrowed to those that differ. */
  readonly rowValues?: readonly ValueColumn[];
  readonly time: TimeColumn | undefined;
  /** How many sample keys of each class come back; 0 for none, at most 1000. */
  readonly samples: number;
}

/**
 * Relative tolerance of FLOAT columns: sums and averages are added up in another order at each run, so a full refresh
 * re-rolls the last digits. https://docs.snowflake.com/en/sql-reference/data-types-numeric (rounding errors)
 */
const FLOAT_TOLERANCE = '1e-9';

/** `"k1", "k2", …`: our names for the key columns, so that no column of the user's can be taken for them. */
export function keyAliases(sides: Sides): readonly string[] {
  return sides.key.map((_, index) => `"k${index + 1}"`);
}

/** Names the first stage's cells and the second stage's columns alike: `v1`, `v2`, … */
export function valueAlias(index: number): string {
  return `v${index + 1}`;
}

/** The key column as SQL that gives comparable values on both sides. */
export function keyExpression(column: KeyColumn): string {
  const name = quoteName(column.name);
  switch (column.form) {
    case 'plain':
      return name;
    case 'text':
      return `${name}::VARCHAR`;
    case 'uncollated':
      return `COLLATE(${name}, '')`;
  }
}

/** The value as HASH and HASH_AGG take it. */
export function hashableExpression(column: ValueColumn): string {
  return column.form === 'geography' ? `ST_ASWKB(${quoteName(column.name)})` : quoteName(column.name);
}

/** The value as it travels into the comparison. HASH alone gives a number for NULL too, and NULLs are counted. */
export function travellingExpression(column: ValueColumn): string {
  const name = quoteName(column.name);
  switch (column.form) {
    case 'narrow':
      return name;
    case 'float':
      return `${name}::FLOAT`;
    case 'wide':
    case 'geography':
      return `IFF(${name} IS NULL, NULL, HASH(${hashableExpression(column)}))`;
  }
}

/** SQL that is true when two travelled values of the column differ; NULL equals NULL. */
export function differs(column: ValueColumn, left: string, right: string): string {
  const different = `${left} IS DISTINCT FROM ${right}`;
  return column.form === 'float' ? `(${different} AND NOT ${nearlyEqual(left, right)})` : different;
}

/**
 * True when two floats are equal within the tolerance, false for NULL. Strictly less, and measured by the smaller one,
 * so that infinity and NaN are near nothing but themselves.
 */
function nearlyEqual(left: string, right: string): string {
  return `COALESCE(ABS(${left} - ${right}) < ${FLOAT_TOLERANCE} * LEAST(ABS(${left}), ABS(${right})), FALSE)`;
}

/** The select list of one side, under our aliases: key columns, value columns, time. */
export function projection(sides: Sides): readonly string[] {
  return [
    ...sides.key.map((column, index) => `${keyExpression(column)} AS "k${index + 1}"`),
    ...sides.values.map((column, index) => `${travellingExpression(column)} AS "${valueAlias(index)}"`),
    ...(sides.time === undefined ? [] : [`${quoteName(sides.time.name)} AS "t"`]),
  ];
}

/** Both sides under each other; `"side"` is 0 for the baseline and 1 for blue. */
export function bothSides(sides: Sides, columns: readonly string[]): string {
  const list = columns.map((column) => `, ${column}`).join('');
  return [
    `SELECT 0 AS "side"${list} FROM ${quoteRelation(sides.baseline)}`,
    'UNION ALL',
    `SELECT 1 AS "side"${list} FROM ${quoteRelation(sides.upcoming)}`,
  ].join('\n  ');
}

/** `"k1" IS NULL OR "k2" IS NULL`, with an optional table alias before each name. */
export function anyKeyNull(sides: Sides, alias = ''): string {
  return `(${keyAliases(sides)
    .map((name) => `${alias}${name} IS NULL`)
    .join(' OR ')})`;
}

/**
 * Rows for which the condition holds, 0 for none. COUNT_IF is documented to give NULL when no row satisfies it:
 * https://docs.snowflake.com/en/sql-reference/functions/count_if
 */
export function countWhere(condition: string): string {
  return `COUNT(IFF(${condition}, 1, NULL))`;
}

/** SQL that is true for a row at or after the cut-off. The session's time zone is UTC, so wall clocks are UTC too. */
export function sinceCutOff(time: TimeColumn, expression: string): string {
  const at = time.cutOff.toISOString();
  const wallClock = at.slice(0, -1).replace('T', ' ');
  switch (time.type) {
    case 'DATE':
      return `${expression} >= '${at.slice(0, 10)}'::DATE`;
    case 'TIMESTAMP_NTZ':
      return `${expression} >= '${wallClock}'::TIMESTAMP_NTZ`;
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return `${expression} >= '${wallClock} +00:00'::TIMESTAMP_TZ`;
  }
}

/**
 * An aggregate that gives the keys of up to `samples` rows of one class, as a JSON list of texts that `sampleKeysCell` reads:
 * each part in hexadecimal, so that no character of an id can be taken for a separator, and `-` for NULL. Ordered by hash:
 * spread over the table and the same at every run. Only rows of the class are encoded.
 * https://docs.snowflake.com/en/sql-reference/functions/min_by (rows whose order is NULL are passed over)
 */
export function sampleKeys(sides: Sides, isInClass: string): string {
  const keys = keyAliases(sides);
  const text = keys.map((name) => `COALESCE(HEX_ENCODE(${name}::VARCHAR), '-')`).join(" || ',' || ");
  const hash = `HASH(${keys.join(', ')})`;
  return `MIN_BY(IFF(${isInClass}, ${text}, NULL), IFF(${isInClass}, ${hash}, NULL), ${sides.samples})`;
}
