import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord, Tokens } from '../deployment/record.js';
import { ActionableError } from '../errors.js';
import type { History } from '../history/history.js';
import type { Plan } from '../selection/plan.js';

/** What was rebuilt between a former production and what is live: these tables are not carried back. */
export interface BuiltSince {
  readonly rebuilt: Plan['rebuilt'];
  /** Tokens of production's tables as the last swap brought them; empty when they are not known for all deployments between. */
  readonly tokensOfRelease: Tokens;
  /** Ids from what is live back to the one that followed the target; undefined when the history does not tell. */
  readonly deployments: readonly string[] | undefined;
}

// A chain longer than this is no chain of ours.
const MOST_DEPLOYMENTS = 1000;

/**
 * Follows the records from what is live back to `target`.
 * @throws ActionableError when a record between them is missing, so that nobody can tell what to carry
 */
export async function builtSince(
  history: History,
  live: Pick<Marker, 'deployment' | 'parent'>,
  target: Pick<Marker, 'deployment'>,
  carry: 'all' | 'none',
): Promise<BuiltSince> {
  const records = await recordsBetween(history, live.deployment, target.deployment);
  if (carry === 'none') {
    // The marker itself tells of one step.
    const step = live.parent === target.deployment ? [live.deployment] : undefined;
    return { rebuilt: [], tokensOfRelease: {}, deployments: records?.map(({ deployment }) => deployment) ?? step };
  }
  if (records !== undefined) {
    return {
      rebuilt: records.flatMap(({ plan }) => plan.rebuilt),
      // Tokens of one swap say what changed since that swap; over several, everything not rebuilt is carried.
      tokensOfRelease: records.length === 1 ? (records[0]?.tokensOfRelease ?? {}) : {},
      deployments: records.map(({ deployment }) => deployment),
    };
  }
  throw new ActionableError(
    `The history has no complete record of what was rebuilt between deployment ${target.deployment} and the live ${live.deployment}, so what ` +
      'to carry back cannot be told. Nothing was changed. Run again with "carry: none" to restore the snapshot exactly as it is.',
  );
}

/** Newest first; undefined when one is missing. */
async function recordsBetween(
  history: History,
  live: string,
  target: string,
): Promise<readonly DeploymentRecord[] | undefined> {
  const records: DeploymentRecord[] = [];
  let deployment = live;
  while (deployment !== target && records.length < MOST_DEPLOYMENTS) {
    const record = await history.read(deployment);
    if (record === undefined) return undefined;
    records.push(record);
    deployment = record.parent;
  }
  return deployment === target ? records : undefined;
}
