import type { ManifestNode } from '../../dbt/manifest.js';
import { parseSettings } from './parse-settings.js';
import { COLUMN_SETTINGS, MODEL_SETTINGS } from './schema.js';
import type { Expectations, LimitSetting, WrittenSettings } from './schema.js';

/** What is above a limit is a finding of its severity; undefined: the next weaker layer or the default decides. */
export interface Limits {
  readonly warn?: LimitSetting | undefined;
  readonly fail?: LimitSetting | undefined;
}

/** Which counts can have limits of their own. */
export const LIMITED_COUNTS = ['missing', 'extra', 'changed', 'row_count', 'nulls'] as const;
export type LimitedCount = (typeof LIMITED_COUNTS)[number];

/** What a column says about itself. */
export interface ColumnSettings {
  readonly changed: Limits | undefined;
  readonly nulls: Limits | undefined;
  readonly exclude: boolean;
}

/** Rows up to so many days old, by a column (undefined: the model's time column). */
export interface Span {
  readonly days: number;
  readonly column: string | undefined;
}

/** What is said about the verification of one model, by all layers together. Names are as written in YAML. */
export interface ModelSettings {
  readonly key: readonly string[] | undefined;
  readonly excludeColumns: readonly string[];
  /** Columns to compare although they are left out by default. */
  readonly includeColumns: readonly string[];
  readonly timeColumn: string | undefined;
  readonly removedColumns: 'warn' | 'fail';
  /** Masking and row access policies and tags that production has and blue lacks; `repair`: put back where possible, else a failure. */
  readonly lostPolicies: 'repair' | 'warn' | 'fail';
  readonly limits: Readonly<Partial<Record<LimitedCount, Limits>>>;
  /** By column name. */
  readonly columns: ReadonlyMap<string, ColumnSettings>;
  /** SQL that is true for the rows to compare, on both sides. */
  readonly where: string | undefined;
  /** Only rows of these last days are compared. */
  readonly window: Span | undefined;
  /** Older rows may be gone at the source, so that a rebuild cannot bring them. */
  readonly retention: Span | undefined;
  /** SQL that is true for rows of the baseline which were deleted at the source. */
  readonly deletedWhere: string | undefined;
  /** The most bytes that comparing the model may read, both sides together; undefined: no limit. */
  readonly maxBytes: number | undefined;
  /** Percent of the ids that are compared; undefined: all. */
  readonly sample: number | undefined;
  readonly expect: Expectations;
}

export const META_NAME = 'blue_green';

/** Settings that a weaker layer gives, and the place where they stand. */
export type Layer = WrittenSettings;

/**
 * Lays what the node and its columns say over the weaker layers, and dbt's own `event_time` under them.
 * @param layers weakest first
 * @throws Error naming what is wrong
 */
export function readModelSettings(node: ManifestNode, layers: readonly Layer[] = []): ModelSettings {
  refuseOtherSpellings(node);
  const own = parseSettings(MODEL_SETTINGS, node.meta[META_NAME], `meta.${META_NAME} of ${node.uniqueId}`);
  const all = [...layers, own];
  const settings: WrittenSettings = Object.assign({}, ...all) as WrittenSettings;
  const eventTime = node.config['event_time'];
  return {
    key: settings.key,
    excludeColumns: settings.exclude_columns ?? [],
    includeColumns: settings.include_columns ?? [],
    timeColumn: settings.time_column ?? (typeof eventTime === 'string' && eventTime !== '' ? eventTime : undefined),
    removedColumns: settings.removed_columns ?? 'fail',
    lostPolicies: settings.lost_policies ?? 'repair',
    limits: mergeLimits(all),
    columns: readColumns(node),
    where: settings.where,
    window: spanOf(settings.window),
    retention: spanOf(settings.retention),
    deletedWhere: settings.deleted_where,
    maxBytes: settings.max_bytes,
    sample: settings.sample,
    expect: own.expect ?? {},
  };
}

/** A limit of one severity does not take the other away: `missing: {warn: 5}` still fails where the default does. */
function mergeLimits(layers: readonly Layer[]): ModelSettings['limits'] {
  const merged: Partial<Record<LimitedCount, Limits>> = {};
  for (const name of LIMITED_COUNTS) {
    const given = layers.flatMap((layer) => layer[name] ?? []);
    if (given.length > 0) merged[name] = given.reduce(overLimits);
  }
  return merged;
}

/** The stronger limits over the weaker, each severity by itself. */
export function overLimits(weaker: Limits, stronger: Limits | undefined): Limits {
  return { warn: stronger?.warn ?? weaker.warn, fail: stronger?.fail ?? weaker.fail };
}

function readColumns(node: ManifestNode): ModelSettings['columns'] {
  const columns = Object.values(node.columns).flatMap(({ name, meta }): [string, ColumnSettings][] => {
    const written = meta[META_NAME];
    if (written === undefined) return [];
    const place = `meta.${META_NAME} of column ${name} of ${node.uniqueId}`;
    const { changed, nulls, exclude } = parseSettings(COLUMN_SETTINGS, written, place);
    return [[name, { changed, nulls, exclude: exclude ?? false }]];
  });
  return new Map(columns);
}

function spanOf(
  written: { readonly days: number; readonly column?: string | undefined } | undefined,
): Span | undefined {
  return written === undefined ? undefined : { days: written.days, column: written.column };
}

/** `blue-green`, `bluegreen`, `BLUE_GREEN`: nobody else's word. */
function refuseOtherSpellings({ uniqueId, meta, columns }: ManifestNode): void {
  const written = [meta, ...Object.values(columns).map((column) => column.meta)].flatMap(Object.keys);
  const wrong = written.find(
    (name) => name !== META_NAME && name.replaceAll(/[-_\s]/g, '').toLowerCase() === 'bluegreen',
  );
  if (wrong !== undefined) throw new Error(`meta.${wrong} of ${uniqueId} is unknown; did you mean "${META_NAME}"?`);
}
