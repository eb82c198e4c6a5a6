import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { queryTag } from '../deployment/run-identity.js';
import { messageOf } from '../errors.js';
import type { History } from '../history/history.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { assertLock, writeMarker } from './lock.js';

/**
 * Leaves a build so that the next run of its commit goes on with it at once: nothing of this run is at work any more, and the
 * marker says that it is over.
 * @throws ActionableError when another run took the deployment over
 */
export async function stopInTime(
  tools: Tools,
  history: History,
  pair: SchemaPair,
  words: string,
  marker: Marker,
): Promise<void> {
  await endStatements(tools);
  await assertLock(tools, pair, marker);
  const now = tools.clock.now().toISOString();
  await writeMarker(tools, pair, words, { ...marker, heartbeat: now, stopped: now });
  await history.update(marker.deployment, { PHASE: 'stopped', FINISHED_AT: now });
}

/** dbt cancels its own on SIGINT; a dbt that had to be killed cannot. */
async function endStatements({ warehouse, log, run }: Tools): Promise<void> {
  try {
    const left = await warehouse.cancelTagged(queryTag(run));
    if (left > 0) log.warning(`${left} statements of this run still run although they were cancelled.`);
  } catch (error) {
    log.info(`Whether statements of this run still run could not be seen: ${messageOf(error)}`);
  }
}

/**
 * Seconds that nodes are expected to take, by unique id: as when they were last built from scratch.
 * @param records whose full refresh is known, the newest last
 */
export function expectedSeconds(
  { rebuilt }: Plan,
  records: readonly (DeploymentRecord | undefined)[],
): ReadonlyMap<string, number> {
  // A view holds no rows: the time of the longest model says nothing of it.
  const views = rebuilt
    .filter(({ materialized }) => materialized === 'view')
    .map(({ uniqueId }) => [uniqueId, 0] as const);
  const known = records.flatMap((record) => Object.entries(record?.rebuilt?.seconds ?? {}));
  return new Map([...views, ...known]);
}

/** How far a build came, and what to do. */
export function saidOfStop(
  done: { readonly before: number; readonly now: number; readonly of: number },
  minutes: number,
): string {
  const lead = `${done.now} of ${done.of} models built, stopped before the limit of ${minutes} minutes; run again: the next run goes on.`;
  if (done.now > done.before) return lead;
  const why =
    done.now < done.of
      ? 'This run finished no model'
      : 'All models were built before: what comes after them, up to the verdict, took all the time';
  return `${lead} ${why}. Where that is so again, raise "timeout-minutes" (on GitHub's own runners a job ends after 360) or use a larger warehouse.`;
}
