/** Three manifests in, one plan out. */
import type { Comparison, EverythingAsked } from './comparison.js';
import { carriedNotes, planningOfEverything } from './everything.js';
import { leftOut } from './left-out.js';
import { projectNotes } from './notes.js';
import type { Plan, Reason, SchemaPair } from './plan.js';
import { plannedNode } from './planned-node.js';
import { planningOf, type Planning } from './planning.js';
import { pairSchemas } from './schema-pairs.js';
import { testsToRun } from './tests-to-run.js';

/**
 * Compares what is live with what is to be deployed and decides what is rebuilt, with a reason for each node, and what
 * is left out and why. The guard (production-guard.ts) decides whether the plan may run.
 * @throws RangeError when nodes read each other in a circle, which no manifest of dbt has.
 */
export function comparePlan(comparison: Comparison): Plan {
  return planOf(planningOf(comparison), []);
}

/**
 * The plan when nothing is compared with the live version: all that dbt can rebuild is rebuilt, as far as `select` and
 * `exclude` leave it. What the live code built and the new one does not build is carried, since nobody can tell it apart from
 * what people made.
 * @throws RangeError when nodes read each other in a circle, which no manifest of dbt has.
 */
export function planEverything(asked: EverythingAsked): Plan {
  return planOf(planningOfEverything(asked), carriedNotes(asked));
}

function planOf(planning: Planning, moreNotes: readonly Reason[]): Plan {
  const { comparison } = planning;
  const { production, upcoming } = comparison;
  const rebuilt = [...planning.closure.rebuilt].flatMap(
    ([id, inherited]) => plannedNode(planning, id, 'rebuild', inherited) ?? [],
  );
  const ids = new Set(planning.closure.rebuilt.keys());
  const choice = testsToRun(production, planning.lineage, ids, (id) => planning.isAbsent(id) && !ids.has(id));
  const notes = [...projectNotes(planning, choice), ...moreNotes];
  return {
    base: comparison.base,
    head: comparison.head,
    dbtVersion: production.dbtVersion,
    pairs: mainFirst(pairSchemas(production, upcoming).pairs, comparison),
    rebuilt,
    notRebuilt: leftOut(planning),
    removed: planning.counterparts.removed,
    tests: choice.tests,
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function mainFirst(
  pairs: readonly SchemaPair[],
  { productionSchema, upcomingSchema }: Comparison,
): readonly SchemaPair[] {
  const isMain = (pair: SchemaPair): boolean =>
    pair.production === productionSchema && pair.upcoming === upcomingSchema;
  return [...pairs.filter(isMain), ...pairs.filter((pair) => !isMain(pair))];
}
