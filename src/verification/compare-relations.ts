import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import { plural } from '../figures.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { Catalog } from './catalog.js';
import type { Circumstances } from './circumstances.js';
import { commonColumns, schemaDifference } from './columns.js';
import type { Column, ColumnPair } from './columns.js';
import { compareSides } from './compare.js';
import type { Ask, KnownRows } from './compare.js';
import { chooseColumns } from './compared-columns.js';
import { conditionsOf } from './conditions.js';
import type { Conditions } from './conditions.js';
import { findKey, hasWrittenKey, isProvenUnique } from './keys.js';
import { withSampleValues } from './sample-values.js';
import { withExpectations } from './settings/expectations.js';
import type { ModelSettings } from './settings/model-settings.js';
import { EXPECTATION_NAMES } from './settings/schema.js';
import { countRowsOfBothSides, readRowCounts } from './sql/row-counts.js';
import type { Comparison, Finding, Key, ModelVerdict } from './verdict.js';

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

/** Two relations compared, and what their judge needs to know. */
export type ComparedRelations = Required<Pick<ModelVerdict, 'uncompared'>> &
  Pick<ModelVerdict, 'conditions'> & {
    readonly key: Key;
    readonly comparison: Comparison;
    readonly schema: NonNullable<ModelVerdict['schema']>;
    readonly circumstances: Omit<Circumstances, 'arrivals'>;
    /** Stored names of the columns whose values were compared. */
    readonly columns: readonly string[];
    /** Findings on what was not read. */
    readonly notes: readonly Finding[];
  };

/**
 * Compares two relations by what the project says of them.
 * @throws Error when the settings name columns that do not exist, when there is nothing that could be compared, and whatever
 *   the warehouse answers
 */
export async function compareRelations(questions: Questions, given: RelationsToCompare): Promise<ComparedRelations> {
  const { node, manifest, baseline, upcoming, cutOff } = given;
  const settings = withExpectations(given.settings, given.expectations);
  const pairs = commonColumns(baseline.columns, upcoming.columns);
  const common = new Set(pairs.map((pair) => pair.upcoming.name));
  const oneSided = [...baseline.columns, ...upcoming.columns].filter(({ name }) => !common.has(name));
  const key = await discoverKey(given, pairs, questions.catalog);
  const compared = chooseColumns(pairs, key, settings, cutOff, oneSided);
  if (compared.key.length + compared.values.length === 0) {
    throw new Error('the two sides have no column in common that could be compared.');
  }
  // Of a view only the key set is compared: its values follow from tables that are compared themselves.
  const isView = node.materialized === 'view';
  const values = isView && compared.key.length > 0 ? [] : compared.values;
  const columns = pairs.map((pair) => pair.upcoming);
  const conditions = conditionsOf(settings, columns, cutOff);
  const relations = { baseline: baseline.name, upcoming: upcoming.name };
  const { key: keyColumns, time, apart } = compared;
  const sides = { ...relations, key: keyColumns, values, time, apart, ...conditions, samples: given.sampleIds };
  const stored = isView ? undefined : await storedRows(questions.catalog, baseline.name, upcoming.name);
  const isUnique = isProvenUnique(key, node, manifest, given.passedTests);
  const isPart = conditions.where !== undefined;
  const counted = await compareSides(questions.ask, sides, isPart ? undefined : stored, isUnique);
  const { comparison, note } = given.sampleValues
    ? await withSampleValues(questions.ask, sides, counted)
    : { comparison: counted };
  const outdated = EXPECTATION_NAMES.filter((name) => name in given.settings.expect && !(name in settings.expect));
  const { changedItself, baselineMayBeNewer } = given;
  return {
    key,
    comparison,
    schema: schemaDifference(baseline.columns, upcoming.columns),
    uncompared: compared.uncompared,
    columns: [...compared.key, ...values].map(({ name }) => name),
    ...conditionsInVerdict(conditions, settings),
    circumstances: { key, settings, outdated, columns: compared.settings, changedItself, baselineMayBeNewer },
    notes: [
      ...(isPart
        ? await judgeScope(questions.ask, relations, comparison, stored)
        : judgeVisibility(comparison, stored)),
      ...(note === undefined ? [] : [note]),
    ],
  };
}

function conditionsInVerdict(
  { where, excuses }: Conditions,
  settings: ModelSettings,
): Pick<ModelVerdict, 'conditions'> {
  const keyChanged = settings.expect.key_changed !== undefined;
  if (where === undefined && excuses.length === 0 && !keyChanged) return {};
  return { conditions: { where, mayLack: excuses.map(({ sql }) => sql), keyChanged } };
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

async function storedRows(catalog: Catalog, baseline: RelationName, upcoming: RelationName): Promise<KnownRows> {
  const before = await catalog.rows(baseline);
  const after = await catalog.rows(upcoming);
  return before === undefined || after === undefined ? undefined : { baseline: before, upcoming: after };
}

/**
 * Rows outside `where` and `window` are counted (from metadata), so that nobody takes a part for the whole.
 * @throws Error when the part is empty: nothing was compared
 */
async function judgeScope(
  ask: Ask,
  { baseline, upcoming }: { readonly baseline: RelationName; readonly upcoming: RelationName },
  comparison: Comparison,
  stored: KnownRows,
): Promise<readonly Finding[]> {
  const seen = readRowCounts(await ask(countRowsOfBothSides(baseline, upcoming)));
  const before = seen.baseline - comparison.baselineRows;
  const after = seen.upcoming - comparison.upcomingRows;
  if (comparison.baselineRows === 0 && before > 0) {
    throw new Error(
      `no row of the baseline lies within where and window, so none of its ${plural(seen.baseline, 'row')} could be compared.`,
    );
  }
  const text = `${plural(before, 'row')} of the baseline and ${plural(after, 'row')} of blue lie outside where and window and were not compared.`;
  return [
    { severity: 'info', text },
    ...judgeVisibility({ baselineRows: seen.baseline, upcomingRows: seen.upcoming }, stored),
  ];
}

/** A row access policy hides rows from COUNT(*) but not from metadata; what is hidden was not compared. */
function judgeVisibility(
  counted: Pick<Comparison, 'baselineRows' | 'upcomingRows'>,
  stored: KnownRows,
): readonly Finding[] {
  if (stored === undefined) return [];
  const sees = (side: string, seen: number, all: number): Finding[] =>
    seen === all
      ? []
      : [
          {
            severity: 'warn',
            text: `this role sees ${seen} of the ${all} rows of the ${side}: only those were compared.`,
          },
        ];
  return [
    ...sees('baseline', counted.baselineRows, stored.baseline),
    ...sees('upcoming table', counted.upcomingRows, stored.upcoming),
  ];
}
