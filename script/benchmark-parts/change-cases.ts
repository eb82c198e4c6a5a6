/**
 * How often a selection is right: every change case of the end-to-end tests through this repository's comparison and
 * through `dbt ls --select state:modified+`. What must be rebuilt is what the table says by hand.
 */
import { CODE_CASES } from '../../__tests__/e2e/selection/cases/code-cases.js';
import { CONFIG_CASES } from '../../__tests__/e2e/selection/cases/config-cases.js';
import { INDIRECT_CASES } from '../../__tests__/e2e/selection/cases/indirect-cases.js';
import { NODE_CASES } from '../../__tests__/e2e/selection/cases/node-cases.js';
import {
  comparisonOf,
  expectationOf,
  parseCases,
  treesOf,
  type ChangeCase,
} from '../../__tests__/e2e/selection/support/change-case.js';
import { manifestOf } from '../../__tests__/e2e/selection/support/parsed-projects.js';
import type { ManifestNode } from '../../src/dbt/manifest.js';
import { nameWithVersion } from '../../src/modes/plan-outputs.js';
import { comparePlan } from '../../src/selection/compare-plan.js';
import { isProtected } from '../../src/selection/treatment.js';
import { listModified } from './list-modified.js';

/** What one way made of one case: names of models and seeds. */
export interface Answer {
  readonly missed: readonly string[];
  readonly needless: readonly string[];
  /** Of the needless ones: views, which cost next to nothing. */
  readonly needlessViews: number;
}

export interface JudgedCase {
  readonly name: string;
  /** How many models and seeds must be rebuilt. */
  readonly expected: number;
  readonly ours: Answer;
  readonly usual: Answer;
}

/** Runs all cases both ways. @throws Error when dbt cannot parse or list one of them */
export async function judgeChangeCases(say: (line: string) => void): Promise<readonly JudgedCase[]> {
  const cases = [...CODE_CASES, ...CONFIG_CASES, ...NODE_CASES, ...INDIRECT_CASES];
  say(`Parsing both versions of ${cases.length} change cases (kept in .cache/selection/) ...`);
  await parseCases(cases);
  say(`Asking dbt ls --select state:modified+ about each, parsed from nothing ...`);
  const listed = await listModified(cases.map(treesOf));
  return cases.map((change, at) => judge(change, listed[at] ?? new Set()));
}

function judge(change: ChangeCase, listed: ReadonlySet<string>): JudgedCase {
  const head = manifestOf({ tree: treesOf(change).head, schema: 'public' });
  const judged = [...head.nodes.values()].filter(holdsRebuildableData);
  const expected = namesToRebuild(change);
  const isExpected = ({ uniqueId }: ManifestNode): boolean => expected.has(nameWithVersion(uniqueId));
  // Scope and selection are a choice of ours that dbt does not know, so both ways are asked about everything.
  const { selected: _selected, ...whole } = { ...change, scope: 'all' as const };
  const ours = new Set(comparePlan(comparisonOf(whole)).rebuilt.map(({ uniqueId }) => uniqueId));
  const answer = (chosen: ReadonlySet<string>): Answer => {
    const missed = judged.filter((node) => isExpected(node) && !chosen.has(node.uniqueId));
    const needless = judged.filter((node) => !isExpected(node) && chosen.has(node.uniqueId));
    return {
      missed: missed.map(({ uniqueId }) => nameWithVersion(uniqueId)).sort(),
      needless: needless.map(({ uniqueId }) => nameWithVersion(uniqueId)).sort(),
      needlessViews: needless.filter(({ materialized }) => materialized === 'view').length,
    };
  };
  const mustBeRebuilt = judged.filter(isExpected).length;
  return { name: change.name, expected: mustBeRebuilt, ours: answer(ours), usual: answer(listed) };
}

/**
 * dbt snapshots and `full_refresh: false` are no question of selection: neither way can rebuild them. Ephemeral models
 * have no data, and functions are no models.
 */
function holdsRebuildableData(node: ManifestNode): boolean {
  return ['model', 'seed'].includes(node.resourceType) && node.materialized !== 'ephemeral' && !isProtected(node);
}

/** The table's own words for the dbt that runs: what the case rebuilds, and what only its scope or selection leaves out. */
function namesToRebuild(change: ChangeCase): ReadonlySet<string> {
  const expectation = expectationOf(change);
  if ('refusal' in expectation)
    throw new Error(`dbt refuses the case "${change.name}", so no way can be judged by it.`);
  const { rebuilt, notRebuilt } = expectation;
  const outside = notRebuilt.filter((line) => /^\S+ \(carry\):.*\[rebuild\]/.test(line));
  return new Set([
    ...rebuilt.map((line) => line.split(':', 1)[0] ?? ''),
    ...outside.map((line) => line.split(' ', 1)[0] ?? ''),
  ]);
}
