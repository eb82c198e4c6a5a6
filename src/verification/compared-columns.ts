import { resolveColumn } from './keys.js';
import type { Column, ColumnPair } from './columns.js';
import type { ModelSettings } from './settings.js';
import type { KeyColumn, TimeColumn, ValueColumn } from './sql/sides.js';
import type { Key, UncomparedColumn } from './verdict.js';

/** What of two relations is compared, and what is not and why. */
export interface ComparedColumns {
  readonly key: readonly KeyColumn[];
  readonly values: readonly ValueColumn[];
  readonly time: TimeColumn | undefined;
  readonly uncompared: readonly UncomparedColumn[];
}

/** Columns that tell when or by which run a row was loaded: a rebuild changes every one of them. */
const LOAD_COLUMNS = [/^_?LOADED_AT$/, /^DBT_UPDATED_AT$/, /^_DBT_/, /INVOCATION_ID$/, /^_FIVETRAN_SYNCED$/];

const NARROW = new Set(['FIXED', 'BOOLEAN', 'DATE', 'TIME', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ']);
const WIDE = new Set(['TEXT', 'BINARY', 'VARIANT', 'OBJECT', 'ARRAY', 'MAP']);
const GEOGRAPHIC = new Set(['GEOGRAPHY', 'GEOMETRY']);

/**
 * Sorts the columns of both sides into key, compared values and the rest.
 * @param cutOff rows at or after it, by the time column, are newer than the baseline
 * @throws Error when the settings name a column that one side does not have
 */
export function chooseColumns(
  pairs: readonly ColumnPair[],
  key: Key,
  settings: ModelSettings,
  cutOff: Date,
): ComparedColumns {
  const columns = pairs.map((pair) => pair.upcoming);
  const excluded = new Set(settings.excludeColumns.map((name) => requireColumn(name, columns, 'exclude_columns')));
  const included = new Set(settings.includeColumns.map((name) => requireColumn(name, columns, 'include_columns')));
  const keyed = new Set(key.columns);
  const values: ValueColumn[] = [];
  const uncompared: UncomparedColumn[] = [];
  for (const pair of pairs.filter(({ upcoming }) => !keyed.has(upcoming.name))) {
    const column = pair.upcoming.name;
    const form = valueForm(pair);
    if (excluded.has(column)) uncompared.push({ column, why: 'excluded by the project' });
    else if (isLoadColumn(column) && !included.has(column)) uncompared.push({ column, why: 'changes at every load' });
    else if (form === undefined) uncompared.push({ column, why: whyNot(pair) });
    else values.push({ name: column, form });
  }
  return {
    key: pairs
      .filter(({ upcoming }) => keyed.has(upcoming.name))
      .map(keyColumn)
      .sort(inOrderOf(key.columns)),
    values,
    time: timeColumn(columns, settings, cutOff),
    uncompared,
  };
}

function inOrderOf(names: readonly string[]): (a: KeyColumn, b: KeyColumn) => number {
  return (a, b) => names.indexOf(a.name) - names.indexOf(b.name);
}

function isLoadColumn(name: string): boolean {
  return LOAD_COLUMNS.some((pattern) => pattern.test(name.toUpperCase()));
}

function keyColumn({ baseline, upcoming }: ColumnPair): KeyColumn {
  if (baseline.type !== upcoming.type) return { name: upcoming.name, form: 'text' };
  const isCollated = baseline.collation !== undefined || upcoming.collation !== undefined;
  return { name: upcoming.name, form: isCollated ? 'uncollated' : 'plain' };
}

function valueForm({ baseline, upcoming }: ColumnPair): ValueColumn['form'] | undefined {
  const types = [baseline.type, upcoming.type];
  if (types.every((type) => type === 'REAL' || type === 'FIXED') && types.includes('REAL')) return 'float';
  if (baseline.type !== upcoming.type) return undefined;
  if (NARROW.has(upcoming.type)) return 'narrow';
  if (WIDE.has(upcoming.type)) return 'wide';
  return GEOGRAPHIC.has(upcoming.type) ? 'geography' : undefined;
}

function whyNot({ baseline, upcoming }: ColumnPair): string {
  return baseline.type === upcoming.type
    ? `values of type ${upcoming.type} cannot be compared`
    : `its type changed from ${baseline.type} to ${upcoming.type}`;
}

function timeColumn(columns: readonly Column[], settings: ModelSettings, cutOff: Date): TimeColumn | undefined {
  if (settings.timeColumn === undefined) return undefined;
  const name = requireColumn(settings.timeColumn, columns, 'time_column (or event_time)');
  const type = columns.find((column) => column.name === name)?.type;
  if (type === 'DATE' || type === 'TIMESTAMP_NTZ' || type === 'TIMESTAMP_LTZ' || type === 'TIMESTAMP_TZ') {
    return { name, type, cutOff };
  }
  throw new Error(`The time column ${name} is a ${type ?? 'column of unknown type'}, not a date or timestamp.`);
}

function requireColumn(written: string, columns: readonly Column[], setting: string): string {
  const stored = resolveColumn(written, columns);
  if (stored !== undefined) return stored;
  const known = columns.map((column) => column.name).join(', ');
  throw new Error(`${setting} names "${written}", which one side does not have. Columns of both sides: ${known}.`);
}
