import { priceOf } from '../deployment/price.js';
import type { Log } from '../log.js';
import { bytesText, kindText, leftOutGroups, priceText, rowsText } from '../report/plan-words.js';
import type { Plan, PlannedNode } from '../selection/plan.js';

/** The plan in the log: what is rebuilt, why and at what price, and what is left out and why. */
export function logPlan(log: Log, plan: Plan): void {
  const from = plan.base.slice(0, 7);
  const to = plan.head.slice(0, 7);
  log.info(
    `Plan from ${from} to ${to}: ${plan.rebuilt.length} to rebuild, ${plan.notRebuilt.length} changed but not rebuilt, ${plan.removed.length} removed.`,
  );
  plan.rebuilt.forEach((node) => log.info(`  rebuild  ${nameOf(node)}${sizeOf(node)}: ${reasonsOf(node)}`));
  const price = priceText(priceOf(plan.rebuilt));
  if (price !== undefined) log.info(`  price    ${price}`);
  for (const { title, nodes } of leftOutGroups(plan)) {
    log.info(`  ${title}:`);
    nodes.forEach((node) => log.info(`  leave    ${nameOf(node)}: ${node.why} (${reasonsOf(node)})`));
  }
  plan.notes?.forEach(({ text }) => log.info(`  note     ${text}`));
  plan.removed.forEach((node) => log.info(`  removed  ${node.uniqueId}: ${node.reason}`));
}

function nameOf(node: PlannedNode): string {
  return `${node.name} (${kindText(node)})`;
}

function sizeOf(node: PlannedNode): string {
  return node.stored === undefined ? '' : ` ${rowsText(node)} rows, ${bytesText(node)}`;
}

function reasonsOf(node: PlannedNode): string {
  return node.reasons.map(({ text }) => text).join('; ') || 'no reason given';
}
