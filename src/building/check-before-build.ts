import { rebuiltNames } from '../deployment/rebuilt.js';
import { isSamePair, sidePairs, switchedSides } from '../deployment/side-pairs.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { BuildInputs, CommonInputs } from '../inputs.js';
import { takeInventory } from '../observing/inventory.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import type { BuildJob } from './open-blue.js';
import type { PlanMade } from './plan-deployment.js';
import { checkMayDeploy, checkMayRebuild, refuseUnswappable } from './preflight.js';
import { findSides } from './side-schemas.js';
import { sourcesRead } from './sources-read.js';

/**
 * Privileges, owners and kinds of objects, of all pairs, before anything is written.
 * @returns what stands in production
 * @throws ActionableError with the GRANT statements that are missing, or with what cannot be switched
 */
export async function checkBeforeBuild(
  tools: Pick<Tools, 'warehouse'>,
  inputs: CommonInputs & BuildInputs,
  main: SchemaPair,
  production: SchemaSeen,
  { plan, upcoming }: PlanMade,
): Promise<Pick<BuildJob, 'inventory' | 'sides'>> {
  const { warehouse } = tools;
  const inventory = await takeInventory(warehouse, production.name);
  const sources = sourcesRead(upcoming, plan);
  await checkMayRebuild(warehouse, production.name, inventory, rebuiltNames(plan, main), sources);
  await refuseUnswappable(warehouse, production.name, inputs.allow);
  const sides = await findSides(tools, sidePairs(plan, main));
  const switched = switchedSides(plan, main);
  for (const side of sides) {
    if (side.production === undefined || !switched.some((pair) => isSamePair(pair, side.pair))) continue;
    await checkMayDeploy(warehouse, { production: side.production, computeOn: inputs.connection.warehouse });
    await checkMayRebuild(warehouse, side.production.name, side.inventory, rebuiltNames(plan, side.pair), []);
    await refuseUnswappable(warehouse, side.production.name, inputs.allow);
  }
  return { inventory, sides };
}
