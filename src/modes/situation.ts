import { isAlive } from '../building/heartbeat.js';
import { checkMayDeploy, databaseOutOfSight } from '../building/preflight.js';
import { describe, stateOf } from '../deployment/state.js';
import type { Observed, State } from '../deployment/state.js';
import type { CommonInputs } from '../inputs.js';
import type { SchemaPair } from '../selection/plan.js';
import { observe } from '../observing/observe.js';
import { isMissingObject } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';

/** What stands in the warehouse when a mode looks. */
export interface Situation {
  readonly pair: SchemaPair;
  readonly observed: Observed;
  readonly state: State;
}

export function pairOf(inputs: CommonInputs): SchemaPair {
  const { database, productionSchema, upcomingSchema } = inputs.project;
  return { database, production: productionSchema, upcoming: upcomingSchema };
}

/** Reads the situation and says it in the log. */
export async function lookAround(tools: Tools, inputs: CommonInputs): Promise<Situation> {
  const pair = pairOf(inputs);
  const observed = await observe(tools.warehouse, pair).catch(async (error: unknown) => {
    throw isMissingObject(error) ? await databaseOutOfSight(tools.warehouse, pair.database, error) : error;
  });
  const state = stateOf(observed, (marker) => isAlive(marker, tools.clock.now(), inputs.lockTimeoutMinutes, tools.run));
  tools.log.info(`State: ${state.kind}. ${describe(state)}`);
  return { pair, observed, state };
}

/**
 * What a mode that changes production asks before it does anything; where there is no production the mode says so itself.
 * @throws ActionableError with the GRANT statements that are missing
 */
export async function checkRole(tools: Tools, inputs: CommonInputs, { production }: Observed): Promise<void> {
  if (production === undefined) return;
  await checkMayDeploy(tools.warehouse, { production, computeOn: inputs.connection.warehouse });
}

/** The commit whose code made what is live: the marker's, or the tip of the production branch before the first deployment. */
export async function liveCommit(tools: Tools, inputs: CommonInputs, observed: Observed): Promise<string | undefined> {
  return observed.production?.comment.marker?.commit ?? (await tools.git.tipOf(inputs.project.productionBranch));
}
