import { relationOf } from './counterparts.js';
import { rebuildReasons, type Inherited } from './downstream.js';
import type { PlannedNode, Treatment } from './plan.js';
import type { Planning } from './planning.js';
import { distinctReasons, strongest } from './reasons.js';
import { isEphemeral, materializationOf, plannedType } from './treatment.js';

/** One node as a plan shows it; undefined for what no plan speaks of. */
export function plannedNode(
  planning: Planning,
  uniqueId: string,
  treatment: Treatment,
  inherited: readonly Inherited[],
): PlannedNode | undefined {
  const { comparison, changes } = planning;
  const node = comparison.production.nodes.get(uniqueId);
  const resourceType = node === undefined ? undefined : plannedType(node);
  if (node === undefined || resourceType === undefined) return undefined;
  const own = changes.get(uniqueId) ?? [];
  const reasons = distinctReasons([...own, ...inherited.map(({ text, effect }) => ({ text, effect }))]);
  return {
    uniqueId,
    name: node.name,
    fqn: node.fqn,
    resourceType,
    materialized: materializationOf(node),
    production: relationOf(node),
    upcoming: relationOf(comparison.upcoming.nodes.get(uniqueId)),
    treatment,
    reasons,
    effect: strongest(reasons),
    changed: rebuildReasons(changes, uniqueId).length > 0 || inherited.some((reason) => reason.isOwnCode),
    originalFilePath: node.originalFilePath,
    isNew: node.relationName === undefined ? !planning.counterparts.before.has(uniqueId) : planning.isAbsent(uniqueId),
    reads: [...new Set(readsOf(planning, uniqueId))],
  };
}

/** A changed ephemeral model is part of the plan; one that did not change only passes on what it reads. */
function readsOf(planning: Planning, uniqueId: string): readonly string[] {
  const { comparison, changes, lineage } = planning;
  return lineage.parentsOf(uniqueId).flatMap((parent) => {
    const node = comparison.production.nodes.get(parent);
    const passesOn = node !== undefined && isEphemeral(node) && !changes.has(parent);
    return passesOn ? readsOf(planning, parent) : [parent];
  });
}
