import { nameWithVersion } from '../../../../src/modes/plan-outputs.js';
import { comparePlan } from '../../../../src/selection/compare-plan.js';
import type { Comparison } from '../../../../src/selection/comparison.js';
import type { Plan, Reason } from '../../../../src/selection/plan.js';
import {
  readDispatch,
  readsVariablesFile,
  readVariables,
  VARIABLES_FILE,
} from '../../../../src/selection/project-settings.js';
import {
  changedFiles,
  DBT_VERSION,
  manifestOf,
  parseAll,
  patchedTree,
  type Patch,
  type Tree,
} from './parsed-projects.js';

/** The exact plan that must come of a difference. */
export interface Expectation {
  /** `name: reason; reason` (`kinds.v2` for a version), in the order of the plan; reasons below `rebuild` carry their effect. */
  readonly rebuilt: readonly string[];
  /** `name (treatment): reason; reason`, in any order. */
  readonly notRebuilt?: readonly string[];
  /** `name: reason`, in any order. */
  readonly removed?: readonly string[];
  readonly notes?: readonly string[];
}

/** One difference between two commits and what must come of it. */
export interface ChangeCase extends Expectation {
  readonly name: string;
  /** What the live commit has besides fixtures-project. */
  readonly live?: Patch;
  /** What the merged commit changes. */
  readonly patch: Patch;
  readonly scope?: Comparison['scope'];
  readonly selected?: readonly string[];
  /**
   * For versions of dbt to which the same files mean something else: what differs from the expectation, or what dbt says
   * when it refuses to parse them.
   */
  readonly byVersion?: Readonly<Partial<Record<DbtVersion, Partial<Expectation> | { readonly refusal: RegExp }>>>;
}

export type DbtVersion = '1.10' | '1.11' | '1.12' | '2.0';

/** What a table says of the dbt that is tested, or else of all. */
export function ofTestedVersion<T>(byVersion: Readonly<Partial<Record<DbtVersion, T>>> | undefined, usual: T): T {
  return Object.entries(byVersion ?? {}).find(([version]) => version === DBT_VERSION)?.[1] ?? usual;
}

/** What is expected of the dbt that is tested. */
export function expectationOf(change: ChangeCase): Required<Expectation> | { readonly refusal: RegExp } {
  const special = ofTestedVersion(change.byVersion, {});
  if ('refusal' in special) return special;
  const { rebuilt, notRebuilt = [], removed = [], notes = [] } = { ...change, ...special };
  return {
    rebuilt,
    notRebuilt: [...notRebuilt].sort(),
    removed: [...removed].sort(),
    notes: [...notes].sort(),
  };
}

interface Trees {
  readonly live: Tree;
  readonly head: Tree;
}

export function treesOf(change: Pick<ChangeCase, 'live' | 'patch'>): Trees {
  const live = change.live ?? {};
  return { live: patchedTree(live), head: patchedTree(live, change.patch) };
}

/**
 * Parses both versions of all cases for production. Blue is parsed for the merged versions only on demand: what is
 * rebuilt does not depend on it, and it takes a third of the time.
 */
export async function parseCases(
  cases: readonly Pick<ChangeCase, 'live' | 'patch'>[],
  { blueToo = false }: { readonly blueToo?: boolean } = {},
): Promise<void> {
  const base = patchedTree();
  await parseAll([
    { tree: base, schema: 'public' },
    { tree: base, schema: 'public_upcoming' },
    ...cases.flatMap((change) => {
      const { live, head } = treesOf(change);
      return [
        { tree: live, schema: 'public' },
        { tree: head, schema: 'public' },
        ...(blueToo ? [{ tree: head, schema: 'public_upcoming' }] : []),
      ];
    }),
  ]);
}

export function comparisonOf(
  change: Pick<ChangeCase, 'live' | 'patch' | 'scope' | 'selected'>,
  { blueToo = false }: { readonly blueToo?: boolean } = {},
): Comparison {
  const { live, head } = treesOf(change);
  return {
    base: 'base',
    head: 'head',
    live: manifestOf({ tree: live, schema: 'public' }),
    production: manifestOf({ tree: head, schema: 'public' }),
    upcoming: manifestOf({ tree: blueToo ? head : patchedTree(), schema: 'public_upcoming' }),
    changedFiles: changedFiles(live, head),
    scope: change.scope ?? 'incremental',
    variables: { live: variablesOf(live), head: variablesOf(head) },
    dispatch: {
      live: readDispatch(live.get('dbt_project.yml') ?? ''),
      head: readDispatch(head.get('dbt_project.yml') ?? ''),
    },
    ...(change.selected === undefined ? {} : { selected: new Set(change.selected) }),
  };
}

function variablesOf(tree: Tree): ReturnType<typeof readVariables> {
  const variablesFile = readsVariablesFile(DBT_VERSION) ? tree.get(VARIABLES_FILE) : undefined;
  return readVariables(tree.get('dbt_project.yml') ?? '', variablesFile ?? '');
}

export function planOf(change: ChangeCase): Plan {
  return comparePlan(comparisonOf(change));
}

/** The parts of a plan that a case states. */
export function summaryOf(plan: Plan): Required<Expectation> {
  return {
    rebuilt: plan.rebuilt.map((node) => `${nameWithVersion(node.uniqueId)}: ${reasonsAsText(node.reasons, 'rebuild')}`),
    notRebuilt: plan.notRebuilt
      .map((node) => `${nameWithVersion(node.uniqueId)} (${node.treatment}): ${reasonsAsText(node.reasons, undefined)}`)
      .sort(),
    removed: plan.removed.map((node) => `${node.uniqueId}: ${node.reason}`).sort(),
    notes: (plan.notes ?? []).map((note) => note.text).sort(),
  };
}

function reasonsAsText(reasons: readonly Reason[], usual: Reason['effect'] | undefined): string {
  return reasons.map(({ text, effect }) => (effect === usual ? text : `[${effect}] ${text}`)).join('; ');
}
