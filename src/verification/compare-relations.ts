import type { Circumstances } from './circumstances.js';
import { schemaDifference } from './columns.js';
import { compareSides, countedRows } from './compare.js';
import type { Ask } from './compare.js';
import type { Conditions } from './conditions.js';
import { isProvenUnique } from './keys.js';
import { judgePart, judgeVisibility } from './rows-seen.js';
import { withSampleValues } from './sample-values.js';
import type { Catalog } from './catalog.js';
import { scopeOf } from './scope.js';
import type { RelationsToCompare, Scope } from './scope.js';
import type { ModelSettings } from './settings/model-settings.js';
import { EXPECTATION_NAMES } from './settings/schema.js';
import type { Comparison, Finding, Key, ModelVerdict, Shortcut } from './verdict.js';

/** What is needed from the warehouse. */
export interface Questions {
  readonly ask: Ask;
  readonly catalog: Catalog;
}

/** Two relations compared, and what their judge needs to know. */
export type ComparedRelations = Required<Pick<ModelVerdict, 'uncompared'>> &
  Pick<ModelVerdict, 'conditions' | 'partial'> & {
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
  const { baseline, upcoming, changedItself, baselineMayBeNewer } = given;
  const scope = await scopeOf(questions.catalog, given);
  const { key, compared, settings, sides } = scope;
  const { comparison, note } = await compareScope(questions.ask, scope, given);
  const outdated = EXPECTATION_NAMES.filter((name) => name in given.settings.expect && !(name in settings.expect));
  const partial = shortcutsOf(scope);
  return {
    key,
    comparison,
    schema: schemaDifference(baseline.columns, upcoming.columns),
    uncompared: compared.uncompared,
    columns: [...sides.key, ...sides.values].map(({ name }) => name),
    ...conditionsInVerdict(scope.conditions, settings),
    ...(partial.length === 0 ? {} : { partial }),
    circumstances: { key, settings, outdated, columns: compared.settings, changedItself, baselineMayBeNewer },
    notes: [
      ...(await judgeRowsSeen(questions.ask, scope, comparison)),
      ...judgeShortcuts(scope),
      ...(note === undefined ? [] : [note]),
    ],
  };
}

async function compareScope(
  ask: Ask,
  { key, sides, depth, stored, part }: Scope,
  given: RelationsToCompare,
): Promise<{ readonly comparison: Comparison; readonly note?: Finding }> {
  const rows = rowsOf(stored);
  if (rows !== undefined && depth.kind === 'rows only') return { comparison: countedRows(rows) };
  const isUnique = isProvenUnique(key, given.node, given.manifest, given.passedTests);
  const comparison = await compareSides(ask, sides, part === undefined ? rows : undefined, isUnique);
  return given.sampleValues ? withSampleValues(ask, sides, comparison) : { comparison };
}

function rowsOf(stored: Scope['stored']): { readonly baseline: number; readonly upcoming: number } | undefined {
  return stored === undefined ? undefined : { baseline: stored.baseline.rows, upcoming: stored.upcoming.rows };
}

function judgeRowsSeen(
  ask: Ask,
  { sides, depth, stored, part }: Scope,
  comparison: Comparison,
): Promise<readonly Finding[]> {
  // Counted by metadata: nothing was left out, and nothing seen.
  if (depth.kind === 'rows only') return Promise.resolve([]);
  if (part !== undefined) return judgePart(ask, sides, part, comparison, rowsOf(stored));
  return Promise.resolve(judgeVisibility(comparison, rowsOf(stored)));
}

function shortcutsOf({ settings, depth }: Scope): readonly Shortcut[] {
  if (depth.kind === 'rows only') return [depth.kind];
  const sampled: readonly Shortcut[] = settings.sample === undefined ? [] : ['sampled'];
  return depth.kind === 'whole' ? sampled : [...sampled, depth.kind];
}

/** Each makes the model one that somebody should look at: what was not compared is never shown as passed. */
function judgeShortcuts({ depth, settings: { sample }, compared }: Scope): readonly Finding[] {
  const isSampled = sample !== undefined && depth.kind !== 'rows only';
  const what = compared.key.length === 0 ? 'rows' : 'ids';
  return [
    ...(isSampled
      ? [
          `sampled: only ${sample} % of the ${what} were compared, the same on both sides. What happened to the others does not show.`,
        ]
      : []),
    ...(depth.kind === 'whole' ? [] : [depth.why]),
  ].map((text) => ({ severity: 'warn', text }));
}

function conditionsInVerdict(
  { where, excuses }: Conditions,
  settings: ModelSettings,
): Pick<ModelVerdict, 'conditions'> {
  const keyChanged = settings.expect.key_changed !== undefined;
  if (where === undefined && excuses.length === 0 && !keyChanged) return {};
  return { conditions: { where, mayLack: excuses.map(({ sql }) => sql), keyChanged } };
}
