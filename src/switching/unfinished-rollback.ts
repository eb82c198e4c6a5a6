import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { operationId } from '../deployment/schema-names.js';
import type { Marked } from '../deployment/state.js';
import type { History } from '../history/history.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { dropLeftovers } from './drop-leftovers.js';
import { claim } from './exchange.js';
import type { RolledBack } from './roll-back.js';
import { settleAfterRollback } from './settle-names.js';

/** The last steps of a rollback whose swap was done by a run that died. Harmless when all is done. */
export async function finishRollback(
  tools: Tools,
  pair: SchemaPair,
  history: History,
  restored: NonNullable<Marker['restored']>,
): Promise<RolledBack> {
  const settled = await settleAfterRollback(tools, pair, restored.operation);
  await dropLeftovers(tools, pair, restored.insteadOf);
  const finished = tools.clock.now().toISOString();
  const reason = settled.former?.comment.marker?.rejected?.reason ?? 'rolled back';
  await history.update(restored.operation, { PHASE: 'done', FINISHED_AT: finished });
  await history.update(restored.insteadOf, { PHASE: 'rolled back', REJECTED: reason, FINISHED_AT: finished });
  return { live: settled.live, failed: settled.former, operation: restored.operation };
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
