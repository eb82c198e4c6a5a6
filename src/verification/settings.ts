import { z } from 'zod';
import type { ManifestNode } from '../dbt/manifest.js';

/** A number of rows, or a share of the baseline's rows in percent. A value above it is a finding. */
export type Limit = { readonly rows: number } | { readonly percent: number };

/** undefined: never. */
export interface Limits {
  readonly warn: Limit | undefined;
  readonly fail: Limit | undefined;
}

/** Which counts can have limits of their own. */
export type LimitedCount = 'missing' | 'extra' | 'changed' | 'row_count';

/** What a model says about its own verification, under `meta: {blue_green: …}`. Names are as written in YAML. */
export interface ModelSettings {
  readonly key: readonly string[] | undefined;
  readonly excludeColumns: readonly string[];
  /** Columns to compare although they are left out by default. */
  readonly includeColumns: readonly string[];
  readonly timeColumn: string | undefined;
  readonly removedColumns: 'warn' | 'fail';
  readonly limits: Readonly<Partial<Record<LimitedCount, Limits>>>;
}

export const META_NAME = 'blue_green';

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const limit = z.union([
  z
    .number()
    .nonnegative()
    .transform((rows): Limit => ({ rows })),
  z
    .string()
    .regex(/^\d+(\.\d+)?%$/, 'must be a number of rows, a percentage like "0.5%", or "never"')
    .transform((text): Limit => ({ percent: Number(text.slice(0, -1)) })),
  z.literal('never').transform((): undefined => undefined),
]);
const limits = z.strictObject({ warn: limit.optional(), fail: limit.optional() });
const SETTINGS = z.strictObject({
  key: names.optional(),
  exclude_columns: names.optional(),
  include_columns: names.optional(),
  time_column: z.string().optional(),
  removed_columns: z.enum(['warn', 'fail']).optional(),
  missing: limits.optional(),
  extra: limits.optional(),
  changed: limits.optional(),
  row_count: limits.optional(),
});
const KNOWN = Object.keys(SETTINGS.shape);

/**
 * Reads `meta.blue_green` of a node (dbt has already laid the project's, the folder's and the model's meta over each
 * other) and dbt's own `event_time`.
 * @throws Error naming what is wrong: a misspelt setting must not pass silently, since it would switch a check off.
 */
export function readModelSettings(node: ManifestNode): ModelSettings {
  const written = node.meta[META_NAME];
  const parsed = SETTINGS.safeParse(written ?? {});
  if (!parsed.success) {
    throw new Error(`meta.${META_NAME} of ${node.uniqueId} is wrong: ${parsed.error.issues.map(describe).join('; ')}.`);
  }
  const settings = parsed.data;
  const eventTime = node.config['event_time'];
  return {
    key: settings.key,
    excludeColumns: settings.exclude_columns ?? [],
    includeColumns: settings.include_columns ?? [],
    timeColumn: settings.time_column ?? (typeof eventTime === 'string' && eventTime !== '' ? eventTime : undefined),
    removedColumns: settings.removed_columns ?? 'fail',
    limits: readLimits(settings),
  };
}

function readLimits(settings: z.infer<typeof SETTINGS>): ModelSettings['limits'] {
  const read: Partial<Record<LimitedCount, Limits>> = {};
  for (const name of ['missing', 'extra', 'changed', 'row_count'] as const) {
    const given = settings[name];
    if (given !== undefined) read[name] = { warn: given.warn, fail: given.fail };
  }
  return read;
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return `${issue.path.join('.') || META_NAME} ${issue.message}`;
  return issue.keys
    .map((key) => {
      const near = nearest(key);
      return `"${key}" is unknown${near === undefined ? ` (known: ${KNOWN.join(', ')})` : `; did you mean "${near}"?`}`;
    })
    .join('; ');
}

function nearest(written: string): string | undefined {
  const normal = written.toLowerCase().replaceAll(/[-\s]/g, '_');
  const candidates = KNOWN.map((name) => ({ name, distance: editDistance(normal, name) }));
  const best = candidates.toSorted((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= 3 ? best.name : undefined;
}

/** Levenshtein distance, one row of its table at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
