import type { Plan } from '../selection/plan.js';
import type { Outputs } from './result.js';

/** What the outputs of action.yml say of a plan. */
export function planOutputs(plan: Plan): Pick<Outputs, 'models' | 'model-count' | 'nothing-to-do'> {
  const { rebuilt, notRebuilt, removed, notes = [] } = plan;
  const isEmpty = [rebuilt, notRebuilt, removed, notes].every((part) => part.length === 0);
  return {
    models: JSON.stringify(rebuilt.map(({ uniqueId }) => nameWithVersion(uniqueId))),
    'model-count': String(rebuilt.length),
    'nothing-to-do': String(isEmpty),
  };
}

/**
 * `orders`, and `orders.v2` for a version of a model, as dbt's --select takes both: versions share one name.
 * https://docs.getdbt.com/docs/mesh/govern/model-versions
 */
export function nameWithVersion(uniqueId: string): string {
  return uniqueId.split('.').slice(2).join('.');
}
