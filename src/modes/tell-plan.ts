import { withStoredSizes } from '../observing/stored-sizes.js';
import type { Plan } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { logPlan } from './log-plan.js';

/** Looks up what the plan costs, then says it in the log and in the outputs. @returns the plan with its sizes */
export async function tellPlan(tools: Tools, plan: Plan): Promise<Plan> {
  const priced = await withStoredSizes(tools.warehouse, plan);
  logPlan(tools.log, priced);
  await tools.publishPlan(priced);
  return priced;
}
