/** Changed nodes that no rebuild reaches: dbt snapshots and accumulating models with `full_refresh: false`. */
import type { Plan } from './plan.js';

/**
 * One sentence for each node whose own code changed so that its stored rows would come out differently, while dbt never
 * rebuilds it. `select` and `exclude` do not count: the commit goes live whole, and the next scheduled run of such a node adds
 * rows of the new code to those of the old.
 */
export function changedButProtected(plan: Pick<Plan, 'notRebuilt'>): readonly string[] {
  return plan.notRebuilt
    .filter(({ treatment, changed }) => treatment === 'protected' && changed)
    .map(({ name, originalFilePath, reasons, resourceType }) => {
      const texts = reasons.filter(({ effect }) => effect === 'rebuild').map(({ text }) => text);
      const what = resourceType === 'snapshot' ? 'dbt snapshot' : '`full_refresh: false`';
      return `${name} (${originalFilePath}; ${what}) changed, but is protected: ${texts.join('; ')}`;
    });
}
