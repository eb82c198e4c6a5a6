import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Catalog } from './catalog.js';
import { commonColumns } from './columns.js';
import type { Column, ColumnPair } from './columns.js';
import type { Ask } from './compare.js';
import { chooseColumns } from './compared-columns.js';
import type { ComparedColumns } from './compared-columns.js';
import { conditionsOf } from './conditions.js';
import type { Conditions } from './conditions.js';
import { depthWithin } from './depth.js';
import type { Depth, TableSize } from './depth.js';
import { findKey, hasWrittenKey } from './keys.js';
import { withExpectations } from './settings/expectations.js';
import type { ModelSettings } from './settings/model-settings.js';
import { inSample } from './sql/sample.js';
import type { Sides } from './sql/sides.js';
import type { Key } from './verdict.js';

/** What is needed from the warehouse. */
export interface Questions {
  readonly ask: Ask;
  readonly catalog: Catalog;
}

interface Side {
  readonly name: RelationName;
  readonly columns: readonly Column[];
}

/** Two relations that exist, and all that is known of them before they are read. */
export interface RelationsToCompare {
  readonly node: ManifestNode;
  readonly manifest: Manifest;
  readonly settings: ModelSettings;
  readonly baseline: Side;
  readonly upcoming: Side;
  /** Names of the expectations that count in this deployment. */
  readonly expectations: readonly string[];
  readonly changedItself: boolean;
  readonly baselineMayBeNewer: boolean;
  readonly cutOff: Date;
  readonly sampleIds: number;
  readonly sampleValues: boolean;
  readonly passedTests: ReadonlySet<string>;
}

/** What of two relations is compared, and how it is told from the rest. */
export interface Scope {
  /** With the expectations that count in this deployment. */
  readonly settings: ModelSettings;
  readonly key: Key;
  readonly compared: ComparedColumns;
  readonly sides: Sides;
  /** As the project writes them, without the sample. */
  readonly conditions: Conditions;
  /** By metadata; undefined for views and where SHOW does not say. */
  readonly stored: { readonly baseline: TableSize; readonly upcoming: TableSize } | undefined;
  readonly depth: Depth;
  /** What rows have to lie in to be compared, in words; undefined: all rows are. */
  readonly part: string | undefined;
}

/**
 * Decides it from the project's settings and metadata; no table is read.
 * @throws Error when the settings name columns that do not exist, or nothing is left that could be compared
 */
export async function scopeOf(catalog: Catalog, given: RelationsToCompare): Promise<Scope> {
  const { node, baseline, upcoming, cutOff } = given;
  const settings = withExpectations(given.settings, given.expectations);
  const pairs = commonColumns(baseline.columns, upcoming.columns);
  const common = new Set(pairs.map((pair) => pair.upcoming.name));
  const oneSided = [...baseline.columns, ...upcoming.columns].filter(({ name }) => !common.has(name));
  const key = await discoverKey(given, pairs, catalog);
  const compared = chooseColumns(pairs, key, settings, cutOff, oneSided);
  if (compared.key.length + compared.values.length === 0) {
    throw new Error('the two sides have no column in common that could be compared.');
  }
  const isView = node.materialized === 'view';
  const stored = isView ? undefined : await storedSizes(catalog, baseline.name, upcoming.name);
  const depth = depthOf(settings, stored, compared.key.length);
  // Of a view only the key set is compared: its values follow from tables that are compared themselves.
  const keysSuffice = depth.kind === 'keys only' || (isView && compared.key.length > 0);
  const columns = pairs.map((pair) => pair.upcoming);
  const conditions = conditionsOf(settings, columns, cutOff);
  const sides = {
    ...{ baseline: baseline.name, upcoming: upcoming.name },
    ...{ key: compared.key, values: keysSuffice ? [] : compared.values, time: compared.time, apart: compared.apart },
    ...{ where: rowsToCompare(conditions.where, settings.sample, compared), excuses: conditions.excuses },
    samples: given.sampleIds,
  };
  return { settings, key, compared, sides, conditions, stored, depth, part: partInWords(settings) };
}

async function discoverKey(given: RelationsToCompare, pairs: readonly ColumnPair[], catalog: Catalog): Promise<Key> {
  const { node, manifest, settings } = given;
  const columns = pairs.map((pair) => pair.upcoming);
  if (hasWrittenKey(node, manifest, settings)) {
    const key = findKey(node, manifest, settings, columns, []);
    if (key.source !== 'keyless') return key;
  }
  return findKey(node, manifest, settings, columns, await catalog.primaryKey(given.baseline.name));
}

async function storedSizes(catalog: Catalog, baseline: RelationName, upcoming: RelationName): Promise<Scope['stored']> {
  const before = await catalog.size(baseline);
  const after = await catalog.size(upcoming);
  return before === undefined || after === undefined ? undefined : { baseline: before, upcoming: after };
}

function depthOf({ maxBytes }: ModelSettings, stored: Scope['stored'], keyParts: number): Depth {
  if (stored === undefined || maxBytes === undefined) return { kind: 'whole' };
  return depthWithin(maxBytes, stored.baseline, stored.upcoming, keyParts);
}

function rowsToCompare(
  where: string | undefined,
  sample: number | undefined,
  columns: Pick<ComparedColumns, 'key' | 'values'>,
): string | undefined {
  if (sample === undefined) return where;
  const sampled = inSample(columns, sample);
  return where === undefined ? sampled : `${where} AND ${sampled}`;
}

function partInWords({ where, window, sample }: ModelSettings): string | undefined {
  const written = where === undefined && window === undefined ? [] : ['where and window'];
  const parts = [...written, ...(sample === undefined ? [] : ['the sample'])];
  return parts.length === 0 ? undefined : parts.join(' and ');
}
