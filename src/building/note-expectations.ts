import type { Manifest } from '../dbt/manifest.js';
import { counterparts } from '../selection/counterparts.js';
import type { Plan } from '../selection/plan.js';
import { newExpectations } from '../verification/settings/expectations.js';

/** The plan with the names of the expectations that its difference adds or alters: a later run has no live version to compare with. */
export function noteExpectations(plan: Plan, live: Manifest, head: Manifest): Plan {
  const { before } = counterparts(live, head);
  const named = plan.rebuilt.flatMap(({ uniqueId }): [string, readonly string[]][] => {
    const node = head.nodes.get(uniqueId);
    const names = node === undefined ? [] : newExpectations(before.get(uniqueId), node);
    return names.length === 0 ? [] : [[uniqueId, names]];
  });
  return named.length === 0 ? plan : { ...plan, expectations: Object.fromEntries(named) };
}
