import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { operationId, productionSchema } from '../deployment/schema-names.js';
import { isSamePair } from '../deployment/side-pairs.js';
import type { Marked, Observed } from '../deployment/state.js';
import type { History } from '../history/history.js';
import { observeSides } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { Tools } from '../tools.js';
import { dropLeftovers } from './drop-leftovers.js';
import { claim } from './exchange.js';
import { builtSince } from './built-since.js';
import { rolledBackAs, switchBack } from './roll-back.js';
import type { RollbackJob, RolledBack } from './roll-back.js';
import { settleAfterRollback } from './settle-names.js';
import { settleSidesAfterRollback } from './settle-sides.js';
import type { SettledSides } from './settle-sides.js';
import { sidesToRestore } from './sides-to-restore.js';

/** A rollback whose swap was done, at least in the main pair, by a run that died. */
export interface UnfinishedRollback extends Omit<RollbackJob, 'target'> {
  /** As production's marker tells it. */
  readonly restored: NonNullable<Marker['restored']>;
}

/**
 * The last steps of such a rollback; pairs that its block did not get to are brought back now. Harmless when all is done.
 * @throws ActionableError when that cannot be done
 */
export async function finishRollback(job: UnfinishedRollback): Promise<RolledBack> {
  const { tools, pair, history, restored } = job;
  const settled = await settleAfterRollback(tools, pair, restored.operation);
  const sides = await bringBackOutstanding(job);
  await dropLeftovers(tools, pair, restored.insteadOf);
  const finished = tools.clock.now().toISOString();
  const reason = settled.former?.comment.marker?.rejected?.reason ?? 'rolled back';
  await history.update(restored.operation, { PHASE: 'done', FINISHED_AT: finished });
  await history.update(restored.insteadOf, { PHASE: 'rolled back', REJECTED: reason, FINISHED_AT: finished });
  return { ...rolledBackAs(pair, settled, sides), operation: restored.operation };
}

async function bringBackOutstanding(job: UnfinishedRollback): Promise<SettledSides['exchanged']> {
  const { tools, pair: main, restored } = job;
  const sides = (await observeSides(tools.warehouse, main)).filter(({ observed }) =>
    isOf(observed, restored.operation),
  );
  const pairs = sides.map(({ pair }) => pair);
  const { exchanged, outstanding } = await settleSidesAfterRollback(tools, pairs, restored.operation);
  if (outstanding.length === 0) return exchanged;
  const names = outstanding.map((pair) => displayName(productionSchema(pair))).join(', ');
  tools.log.warning(
    `The rollback stopped half-way: ${names} still hold the version that was given up. They are brought back now.`,
  );
  const built = await builtSince(
    job.history,
    { deployment: restored.insteadOf, parent: job.live.marker.deployment },
    job.live.marker,
    job.carry,
  );
  const targets = (await sidesToRestore(tools, main, built.deployments)).filter(({ pair }) =>
    outstanding.some((each) => isSamePair(each, pair)),
  );
  const givenUp = { ...job.live, marker: { ...job.live.marker, deployment: restored.insteadOf } };
  await switchBack({ ...job, live: givenUp, target: job.live }, restored.operation, built, targets);
  const rest = await settleSidesAfterRollback(tools, outstanding, restored.operation);
  return [...exchanged, ...rest.exchanged];
}

function isOf({ production, restores }: Observed, operation: string): boolean {
  return (
    production?.comment.marker?.restored?.operation === operation || restores.some(({ own }) => own?.id === operation)
  );
}

/** A deployment that rebuilt nothing is undone by the marker alone: the tables are those of its parent already. */
export async function rollBackByMarker(job: {
  readonly tools: Tools;
  readonly pair: SchemaPair;
  readonly history: History;
  readonly live: Marked;
  readonly record: DeploymentRecord;
  readonly reason: string;
}): Promise<Marker> {
  const { tools, pair, history, live, record, reason } = job;
  const now = tools.clock.now();
  const operation = operationId(now, Math.floor(Math.random() * 0xffff));
  const before = await history.read(record.parent);
  const marker = await claim(tools, live.seen, live.marker, {
    deployment: record.parent,
    commit: record.base,
    parent: before?.parent ?? null,
    base: before?.base ?? null,
    phase: 'done',
    verdict: null,
    restored: { operation, insteadOf: record.deployment, at: now.toISOString() },
  });
  await history.prepare();
  await history.beginRollback(operation, {
    REPOSITORY: tools.run.repository,
    COMMIT: record.base,
    PARENT: record.deployment,
    RUN: tools.run.url,
    ACTOR: tools.run.actor,
    PHASE: 'done',
    STARTED_AT: now.toISOString(),
    FINISHED_AT: now.toISOString(),
    REJECTED: reason,
  });
  await history.update(record.deployment, { PHASE: 'rolled back', REJECTED: reason, FINISHED_AT: now.toISOString() });
  await dropLeftovers(tools, pair, record.deployment);
  return marker;
}
