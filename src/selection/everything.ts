/** A plan without the live version: everything that dbt can rebuild changed, as far as anybody can tell. */
import type { ManifestNode } from '../dbt/manifest.js';
import { parseRelationName, sameSchema } from '../snowflake/identifiers.js';
import type { EverythingAsked } from './comparison.js';
import { plannedNodes, relationOf, type Counterparts } from './counterparts.js';
import type { Closure } from './downstream.js';
import type { Reason } from './plan.js';
import { planningFrom, type Planning } from './planning.js';
import { listed } from './reasons.js';
import { isEphemeral, isProtected } from './treatment.js';

const ASKED: Reason = { text: 'everything is rebuilt, as asked', effect: 'rebuild' };
/** Unknown is not unchanged: what a rebuild cannot reach is for a person to judge. */
const UNKNOWN: Reason = {
  text: 'may have changed: nothing was compared with the live version, as asked',
  effect: 'rebuild',
};

/** @throws RangeError when nodes read each other in a circle. */
export function planningOfEverything(asked: EverythingAsked): Planning {
  const head = asked.production;
  const isAbsent = absence(asked);
  const before = new Map(
    plannedNodes(head)
      .filter(({ uniqueId }) => !isAbsent(uniqueId))
      .map((node) => [node.uniqueId, node]),
  );
  const counterparts: Counterparts = {
    before,
    after: new Map([...before.keys()].map((id) => [id, id])),
    removed: [],
  };
  const changes = new Map(
    plannedNodes(head)
      .filter((node) => !isEphemeral(node))
      .map((node) => [node.uniqueId, [reasonFor(node, isAbsent(node.uniqueId))]]),
  );
  const comparison = { ...asked, live: head, changedFiles: [], scope: 'all' as const };
  const planning = planningFrom(comparison, counterparts, changes, isAbsent);
  return { ...planning, whole: withoutInherited(planning.whole), closure: withoutInherited(planning.closure) };
}

/** Objects of production that no node builds: a person's, or what the live code built and the new code gave up. */
export function carriedNotes({ production, standing }: EverythingAsked): readonly Reason[] {
  const built = new Set(
    plannedNodes(production).flatMap((node) => {
      const relation = relationOf(node);
      return relation !== undefined && sameSchema(relation, standing.schema) ? [relation.name.toUpperCase()] : [];
    }),
  );
  const others = [...standing.names].filter((name) => !built.has(name.toUpperCase())).sort();
  if (others.length === 0) return [];
  const text = `no model builds ${listed(others, 10)} of production: carried as they are, since without the live version nobody can tell whether dbt built them`;
  return [{ text, effect: 'metadata' }];
}

function absence({ production, standing }: EverythingAsked): (uniqueId: string) => boolean {
  const names = new Set([...standing.names].map((name) => name.toUpperCase()));
  return (id) => {
    const written = production.nodes.get(id)?.relationName;
    const relation = written === undefined ? undefined : parseRelationName(written);
    if (relation === undefined || !sameSchema(relation, standing.schema)) return false;
    // A function is listed neither among tables nor among views.
    return production.nodes.get(id)?.resourceType !== 'function' && !names.has(relation.name.toUpperCase());
  };
}

function reasonFor(node: ManifestNode, absent: boolean): Reason {
  const never = node.resourceType === 'function' || node.resourceType === 'snapshot' || (isProtected(node) && !absent);
  return never && !absent ? UNKNOWN : ASKED;
}

/** That a node reads another one adds nothing where all are rebuilt. */
function withoutInherited(closure: Closure): Closure {
  const rebuilt = new Map([...closure.rebuilt.keys()].map((id) => [id, []]));
  const stopped = new Map([...closure.stopped.keys()].map((id) => [id, []]));
  return { ...closure, rebuilt, stopped };
}
