import type { Log } from '../log.js';
import type { Plan, PlannedNode } from '../selection/plan.js';

/** The plan in the log: what is rebuilt and why, and what is left out and why. */
export function logPlan(log: Log, plan: Plan): void {
  const from = plan.base.slice(0, 7);
  const to = plan.head.slice(0, 7);
  log.info(
    `Plan from ${from} to ${to}: ${plan.rebuilt.length} to rebuild, ${plan.notRebuilt.length} changed but not rebuilt, ${plan.removed.length} removed.`,
  );
  plan.rebuilt.forEach((node) => log.info(`  rebuild  ${node.name} (${node.materialized}): ${reasonsOf(node)}`));
  plan.notRebuilt.forEach((node) =>
    log.info(`  leave    ${node.name} (${node.materialized}): ${node.why} (${reasonsOf(node)})`),
  );
  plan.notes?.forEach(({ text }) => log.info(`  note     ${text}`));
  plan.removed.forEach((node) => log.info(`  removed  ${node.uniqueId}: ${node.reason}`));
}

function reasonsOf(node: PlannedNode): string {
  return node.reasons.map(({ text }) => text).join('; ') || 'no reason given';
}
