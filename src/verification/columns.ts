import * as z from 'zod';
import type { Row } from '../snowflake/warehouse.js';
import type { SchemaDifference } from './verdict.js';

/** A column as `SHOW COLUMNS` describes it. */
export interface Column {
  /** Stored name. */
  readonly name: string;
  /** Snowflake's internal type: `FIXED`, `REAL`, `TEXT`, `TIMESTAMP_NTZ`, `VARIANT`… */
  readonly type: string;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  /** Characters of TEXT, bytes of BINARY. */
  readonly length: number | undefined;
  readonly collation: string | undefined;
  readonly nullable: boolean;
  /** Empty when there is none. */
  readonly comment: string;
}

/** A column of both sides, as each side has it. */
export interface ColumnPair {
  readonly baseline: Column;
  readonly upcoming: Column;
}

const count = z.number().nullish();
const DATA_TYPE = z.object({
  type: z.string(),
  precision: count,
  scale: count,
  length: count,
  collation: z.string().nullish(),
  nullable: z.boolean().nullish(),
});

/**
 * Columns by stored relation name, in the table's order, from the rows of `SHOW COLUMNS`.
 * https://docs.snowflake.com/en/sql-reference/sql/show-columns (data_type is JSON)
 * @throws Error when a row is not what the documentation describes.
 */
export function readColumns(rows: readonly Row[]): ReadonlyMap<string, readonly Column[]> {
  const byRelation = new Map<string, Column[]>();
  for (const row of rows) {
    const relation = row['table_name'];
    const name = row['column_name'];
    if (relation === undefined || relation === null || name === undefined || name === null)
      throw new Error('SHOW COLUMNS gave a row without table_name or column_name.');
    const columns = byRelation.get(relation) ?? [];
    byRelation.set(relation, columns);
    columns.push({
      name,
      ...readDataType(row['data_type'] ?? '', `${relation}.${name}`),
      comment: row['comment'] ?? '',
    });
  }
  return byRelation;
}

function readDataType(text: string, column: string): Omit<Column, 'name' | 'comment'> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`SHOW COLUMNS gave no JSON as the data type of ${column}: ${text}`, { cause });
  }
  const { type, precision, scale, length, collation, nullable } = DATA_TYPE.parse(json);
  return {
    type: type.toUpperCase(),
    precision: precision ?? undefined,
    scale: scale ?? undefined,
    length: length ?? undefined,
    collation: collation === undefined || collation === null || collation === '' ? undefined : collation,
    nullable: nullable !== false,
  };
}

/** The columns that both sides have, in the baseline's order. Names are compared exactly, as Snowflake stores them. */
export function commonColumns(baseline: readonly Column[], upcoming: readonly Column[]): readonly ColumnPair[] {
  const byName = new Map(upcoming.map((column) => [column.name, column]));
  return baseline.flatMap((column) => {
    const other = byName.get(column.name);
    return other === undefined ? [] : [{ baseline: column, upcoming: other }];
  });
}

/** What changed between the columns of both sides. */
export function schemaDifference(baseline: readonly Column[], upcoming: readonly Column[]): SchemaDifference {
  const before = new Set(baseline.map((column) => column.name));
  const after = new Set(upcoming.map((column) => column.name));
  const pairs = commonColumns(baseline, upcoming);
  const retyped = pairs.filter((pair) => typeName(pair.baseline) !== typeName(pair.upcoming));
  const stay = upcoming.filter((column) => before.has(column.name));
  return {
    added: upcoming.filter((column) => !before.has(column.name)).map((column) => column.name),
    removed: baseline.filter((column) => !after.has(column.name)).map((column) => column.name),
    retyped: retyped.map(describeRetype),
    narrowed: retyped.filter(isNarrowed).map(describeRetype),
    recollated: changesOf(pairs, ({ collation }) => collation ?? 'none'),
    nullability: changesOf(pairs, ({ nullable }) => (nullable ? 'nullable' : 'NOT NULL')),
    comments: pairs
      .filter((pair) => pair.baseline.comment !== pair.upcoming.comment)
      .map(({ upcoming: { name } }) => name),
    reordered: pairs.some(({ baseline: { name } }, index) => name !== stay[index]?.name),
  };
}

function changesOf(pairs: readonly ColumnPair[], textOf: (column: Column) => string): readonly string[] {
  return pairs
    .filter((pair) => textOf(pair.baseline) !== textOf(pair.upcoming))
    .map((pair) => `${pair.baseline.name}: ${textOf(pair.baseline)} -> ${textOf(pair.upcoming)}`);
}

/** Whether the two sides have the same columns of the same types. */
export function isSameSchema(difference: SchemaDifference): boolean {
  const { added, removed, retyped, recollated } = difference;
  return added.length + removed.length + retyped.length + recollated.length === 0;
}

function describeRetype(pair: ColumnPair): string {
  return `${pair.baseline.name}: ${typeName(pair.baseline)} -> ${typeName(pair.upcoming)}`;
}

/** A type as people write it: `NUMBER(38,0)`, `VARCHAR(16)`, `FLOAT`. */
export function typeName(column: Column): string {
  switch (column.type) {
    case 'FIXED':
      return `NUMBER(${column.precision ?? 38},${column.scale ?? 0})`;
    case 'REAL':
      return 'FLOAT';
    case 'TEXT':
      return `VARCHAR${column.length === undefined ? '' : `(${column.length})`}`;
    case 'BINARY':
      return `BINARY${column.length === undefined ? '' : `(${column.length})`}`;
    case 'TIME':
    case 'TIMESTAMP_NTZ':
    case 'TIMESTAMP_LTZ':
    case 'TIMESTAMP_TZ':
      return `${column.type}(${column.scale ?? 9})`;
    default:
      return column.type;
  }
}

/**
 * Numbers only: dbt itself widens text columns of incremental tables and a full refresh sizes them anew,
 * so a shorter VARCHAR is an everyday thing and no loss (values that do not fit would have failed the build).
 */
function isNarrowed({ baseline, upcoming }: ColumnPair): boolean {
  if (baseline.type !== 'FIXED') return false;
  if (upcoming.type !== 'FIXED') return upcoming.type === 'REAL' && (baseline.precision ?? 38) > 15;
  const digits = (column: Column): number => (column.precision ?? 38) - (column.scale ?? 0);
  return digits(upcoming) < digits(baseline) || (upcoming.scale ?? 0) < (baseline.scale ?? 0);
}
