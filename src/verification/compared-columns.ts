import { resolveColumn } from './keys.js';
import { nearestName } from './settings/nearest-name.js';
import type { Column, ColumnPair } from './columns.js';
import type { ColumnSettings, ModelSettings } from './settings/model-settings.js';
import type { KeyColumn, TimeColumn, ValueColumn } from './sql/sides.js';
import type { Key, UncomparedColumn } from './verdict.js';

/** What of two relations is compared, and what is not and why. */
export interface ComparedColumns {
  readonly key: readonly KeyColumn[];
  readonly values: readonly ValueColumn[];
  readonly time: TimeColumn | undefined;
  readonly uncompared: readonly UncomparedColumn[];
  /** What columns say of themselves, by stored name. */
  readonly settings: ReadonlyMap<string, ColumnSettings>;
  /** Stored names of compared columns that are judged by themselves: they have a limit of their own, or are to change. */
  readonly apart: ReadonlySet<string>;
}

/** Columns that tell when or by which run a row was loaded: a rebuild changes every one of them. */
const LOAD_COLUMNS = [/^_?LOADED_AT$/, /^DBT_UPDATED_AT$/, /^_DBT_/, /INVOCATION_ID$/, /^_FIVETRAN_SYNCED$/];

const NARROW = new Set(['FIXED', 'BOOLEAN', 'DATE', 'TIME', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ']);
const TIMES = new Set(['DATE', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ', 'TIMESTAMP_TZ']);
/** Types whose every value has one text, whatever the session's formats. */
const TEXTUAL = new Set(['FIXED', 'BOOLEAN']);
const WIDE = new Set(['TEXT', 'BINARY', 'VARIANT', 'OBJECT', 'ARRAY', 'MAP']);
const GEOGRAPHIC = new Set(['GEOGRAPHY', 'GEOMETRY']);

/**
 * Sorts the columns of both sides into key, compared values and the rest.
 * @param cutOff rows at or after it, by the time column, are newer than the baseline
 * @param oneSided columns that only one side has: they may be named, and there is nothing to compare
 * @throws Error when the settings name a column that neither side has, or a time column that one side lacks
 */
export function chooseColumns(
  pairs: readonly ColumnPair[],
  key: Key,
  settings: ModelSettings,
  cutOff: Date,
  oneSided: readonly Column[] = [],
): ComparedColumns {
  const columns = pairs.map((pair) => pair.upcoming);
  const named = (names: readonly string[], setting: string): ReadonlySet<string> =>
    new Set(names.map((name) => requireColumn(name, [...columns, ...oneSided], setting)));
  const ofColumns = columnSettings(settings, columns);
  const excluded = named(settings.excludeColumns, 'exclude_columns');
  const included = named(settings.includeColumns, 'include_columns');
  const toChange = named(settings.expect.changed_columns?.columns ?? [], 'expect.changed_columns');
  const keyed = new Set(key.columns);
  const values: ValueColumn[] = [];
  const uncompared: UncomparedColumn[] = [];
  for (const pair of pairs.filter(({ upcoming }) => !keyed.has(upcoming.name))) {
    const column = pair.upcoming.name;
    const form = valueForm(pair);
    if (excluded.has(column) || ofColumns.get(column)?.exclude === true)
      uncompared.push({ column, why: 'excluded by the project' });
    else if (isLoadColumn(column) && !included.has(column)) uncompared.push({ column, why: 'changes at every load' });
    else {
      if (form === 'presence') uncompared.push({ column, why: whyNot(pair) });
      values.push({ name: column, form });
    }
  }
  return {
    key: keyColumns(pairs, key),
    values,
    time: timeColumn(columns, settings, cutOff),
    uncompared,
    settings: ofColumns,
    apart: new Set(
      values.flatMap(({ name }) => (toChange.has(name) || ofColumns.get(name)?.changed !== undefined ? [name] : [])),
    ),
  };
}

/** A column that only one side has may say what it likes: nothing of it is compared. */
function columnSettings(settings: ModelSettings, columns: readonly Column[]): ComparedColumns['settings'] {
  const resolved = [...settings.columns].flatMap(([written, each]): [string, ColumnSettings][] => {
    const stored = resolveColumn(written, columns);
    return stored === undefined ? [] : [[stored, each]];
  });
  return new Map(resolved);
}

/** The key's columns as both sides have them, in the key's order; fewer when a column is missing on one side. */
export function keyColumns(pairs: readonly ColumnPair[], key: Key): readonly KeyColumn[] {
  return pairs
    .filter(({ upcoming }) => key.columns.includes(upcoming.name))
    .map(keyColumn)
    .sort(inOrderOf(key.columns));
}

function inOrderOf(names: readonly string[]): (a: KeyColumn, b: KeyColumn) => number {
  return (a, b) => names.indexOf(a.name) - names.indexOf(b.name);
}

function isLoadColumn(name: string): boolean {
  return LOAD_COLUMNS.some((pattern) => pattern.test(name.toUpperCase()));
}

function keyColumn({ baseline, upcoming }: ColumnPair): KeyColumn {
  const isTime = TIMES.has(baseline.type) && TIMES.has(upcoming.type);
  if (baseline.type !== upcoming.type) return { name: upcoming.name, form: isTime ? 'moment' : 'text' };
  const isCollated = baseline.collation !== undefined || upcoming.collation !== undefined;
  return { name: upcoming.name, form: isCollated ? 'uncollated' : 'plain' };
}

/** A value of another type is compared where the old one can be had in the new type without loss. */
function valueForm({ baseline, upcoming }: ColumnPair): ValueColumn['form'] {
  const types = [baseline.type, upcoming.type];
  if (types.every((type) => type === 'REAL' || type === 'FIXED') && types.includes('REAL')) return 'float';
  if (baseline.type !== upcoming.type) {
    if (types.every((type) => TIMES.has(type))) return 'moment';
    return TEXTUAL.has(baseline.type) && upcoming.type === 'TEXT' ? 'text' : 'presence';
  }
  if (NARROW.has(upcoming.type)) return 'narrow';
  if (WIDE.has(upcoming.type)) return 'wide';
  return GEOGRAPHIC.has(upcoming.type) ? 'geography' : 'presence';
}

function whyNot({ baseline, upcoming }: ColumnPair): string {
  const why =
    baseline.type === upcoming.type
      ? `values of type ${upcoming.type} cannot be compared`
      : `its type changed from ${baseline.type} to ${upcoming.type}`;
  return `${why}; only whether it is NULL was compared`;
}

function timeColumn(columns: readonly Column[], settings: ModelSettings, cutOff: Date): TimeColumn | undefined {
  if (settings.timeColumn === undefined) return undefined;
  return requireTimeColumn(settings.timeColumn, columns, 'time_column (or event_time)', cutOff);
}

/** @throws Error when there is no such column on both sides, or it holds no time */
export function requireTimeColumn(
  written: string,
  columns: readonly Column[],
  setting: string,
  cutOff: Date,
): TimeColumn {
  const name = requireColumn(written, columns, setting);
  const type = columns.find((column) => column.name === name)?.type;
  if (type === 'DATE' || type === 'TIMESTAMP_NTZ' || type === 'TIMESTAMP_LTZ' || type === 'TIMESTAMP_TZ') {
    return { name, type, cutOff };
  }
  throw new Error(`The time column ${name} is a ${type ?? 'column of unknown type'}, not a date or timestamp.`);
}

function requireColumn(written: string, columns: readonly Column[], setting: string): string {
  const stored = resolveColumn(written, columns);
  if (stored !== undefined) return stored;
  const known = columns.map((column) => column.name);
  const near = nearestName(
    written,
    known.map((name) => name.toLowerCase()),
  );
  const advice = near === undefined ? `Columns of both sides: ${known.join(', ')}.` : `Did you mean "${near}"?`;
  throw new Error(`${setting} names "${written}", which is no column that could be compared. ${advice}`);
}
