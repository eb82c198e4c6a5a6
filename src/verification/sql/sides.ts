import { quoteName, quoteRelation } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import type { ExcusedRows } from '../verdict.js';

/** A key column and how both sides are brought to one comparable form. */
export interface KeyColumn {
  /** Stored name. */
  readonly name: string;
  /**
   * `moment`: a day or timestamp of another type than before, compared as an instant. `text`: the type changed otherwise.
   * `uncollated`: `=` would honour a collation, HASH never does.
   */
  readonly form: 'plain' | 'moment' | 'text' | 'uncollated';
}

/** A value column and how its two values are compared. */
export interface ValueColumn {
  /** Stored name. */
  readonly name: string;
  /**
   * `narrow`: the value itself. `wide` (text, binary, semi-structured): its 64-bit hash travels instead. `float`: equal
   * within a relative tolerance. `geography`: by its binary form, since HASH refuses the type. Of a changed type: `moment`
   * (days and timestamps, as an instant), `text` (what became text), `presence` (the rest: only whether it is NULL).
   */
  readonly form: 'narrow' | 'wide' | 'float' | 'geography' | 'moment' | 'text' | 'presence';
}

/** The column that tells when a row came to be, and from when on a row counts as newer than the baseline. */
export interface TimeColumn {
  /** Stored name. */
  readonly name: string;
  readonly type: 'DATE' | 'TIMESTAMP_NTZ' | 'TIMESTAMP_LTZ' | 'TIMESTAMP_TZ';
  readonly cutOff: Date;
}

/** Why blue may lack rows of the baseline, and SQL of the project that is true for them. */
export interface Excuse {
  readonly kind: ExcusedRows['kind'];
  readonly why: string;
  readonly sql: string;
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
  /** SQL of the project that is true for the rows to compare, on both sides. */
  readonly where?: string | undefined;
  /** Value columns with limits or expectations of their own: rows that differ in nothing else are counted apart. */
  readonly apart?: ReadonlySet<string>;
  /** Rows of the baseline that blue may lack; the first whose condition holds counts. */
  readonly excuses?: readonly Excuse[];
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
    case 'moment':
      return asMoment(name);
    case 'text':
      return `${name}::VARCHAR`;
    case 'uncollated':
      return `COLLATE(${name}, '')`;
  }
}

/** The value as HASH and HASH_AGG take it. */
export function hashableExpression(column: ValueColumn): string {
  const name = quoteName(column.name);
  switch (column.form) {
    case 'narrow':
    case 'wide':
    case 'float':
      return name;
    case 'geography':
      return `ST_ASWKB(${name})`;
    case 'moment':
      return asMoment(name);
    case 'text':
      return `${name}::VARCHAR`;
    case 'presence':
      return `${name} IS NULL`;
  }
}

/**
 * A day (its midnight), a wall clock or an instant as an instant: the session's time zone is UTC.
 * https://docs.snowflake.com/en/sql-reference/data-type-conversion
 */
function asMoment(name: string): string {
  return `${name}::TIMESTAMP_TZ`;
}

/** The value as it travels into the comparison. HASH alone gives a number for NULL too, and NULLs are counted. */
export function travellingExpression(column: ValueColumn): string {
  const name = quoteName(column.name);
  switch (column.form) {
    case 'narrow':
      return name;
    case 'moment':
      return asMoment(name);
    case 'float':
      return `${name}::FLOAT`;
    case 'presence':
      return `IFF(${name} IS NULL, NULL, 1)`;
    case 'wide':
    case 'text':
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

/** The select list of one side, under our aliases: key columns and value columns. */
export function projection(sides: Sides): readonly string[] {
  return [
    ...sides.key.map((column, index) => `${keyExpression(column)} AS "k${index + 1}"`),
    ...sides.values.map((column, index) => `${travellingExpression(column)} AS "${valueAlias(index)}"`),
  ];
}

/** Both sides under each other; `"side"` is 0 for the baseline and 1 for blue. */
export function bothSides(sides: Sides, columns: readonly string[]): string {
  const excuses = excuseColumn(sides);
  const baseline = ['0 AS "side"', ...columns, ...(sides.time === undefined ? [] : ['NULL AS "t"']), ...excuses];
  const upcoming = ['1 AS "side"', ...columns, ...timeColumn(sides), ...(excuses.length === 0 ? [] : ['0 AS "x"'])];
  return [
    `SELECT ${baseline.join(', ')} FROM ${rowsOf(sides, 'baseline')}`,
    'UNION ALL',
    `SELECT ${upcoming.join(', ')} FROM ${rowsOf(sides, 'upcoming')}`,
  ].join('\n  ');
}

/** `"t"`: of blue only, since nothing in the baseline is newer than its clone; there it may be of another type, too. */
export function timeColumn({ time }: Pick<Sides, 'time'>): readonly string[] {
  return time === undefined ? [] : [`${quoteName(time.name)} AS "t"`];
}

/** What follows FROM: the relation, and which of its rows. The condition stands on lines of its own. */
export function rowsOf(sides: Pick<Sides, 'baseline' | 'upcoming' | 'where'>, side: 'baseline' | 'upcoming'): string {
  const relation = quoteRelation(sides[side]);
  return sides.where === undefined ? relation : `${relation} WHERE (\n${sides.where}\n)`;
}

/** `"x"` for the baseline: the number of the first excuse that holds for the row, 0 for none. Empty without excuses. */
export function excuseColumn({ excuses = [] }: Pick<Sides, 'excuses'>): readonly string[] {
  if (excuses.length === 0) return [];
  const branches = excuses.map(({ sql }, index) => `WHEN (\n${sql}\n) THEN ${index + 1}`);
  return [`CASE ${branches.join(' ')} ELSE 0 END AS "x"`];
}

/** SQL that is true for what no excuse covers. */
export function unexcused({ excuses = [] }: Pick<Sides, 'excuses'>, condition: string): string {
  return excuses.length === 0 ? condition : `${condition} AND "x" = 0`;
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
