import type { FinishedNodes } from '../building/finished-nodes.js';
import type { BuildJob } from '../building/open-blue.js';
import { saidOfStop, stopInTime } from '../building/stop-in-time.js';
import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { runs } from '../running/dbt-steps.js';
import { announce } from './announce.js';
import type { ModeResult } from './result.js';

/** A build whose time is up is left for the next run, and told of as red: it is not finished. */
export async function concludeStopped(
  { tools, inputs, pair, production, history, timeline, limit }: BuildJob,
  record: DeploymentRecord,
  marker: Marker,
  finished: FinishedNodes,
): Promise<ModeResult> {
  await stopInTime(tools, history, pair, production.comment.words, marker);
  const done = {
    before: record.rebuilt?.nodes.length ?? 0,
    now: finished.count,
    of: record.plan.rebuilt.filter(runs).length,
  };
  const reason = saidOfStop(done, limit.minutes ?? 0);
  const announced = await announce(tools, inputs, {
    phase: 'stopped in time',
    record,
    timeline: timeline.entries,
    reason,
    next: 'Run again.',
  });
  return {
    report: announced.report,
    outputs: {
      state: 'dead build',
      'deployment-id': record.deployment,
      'production-commit': record.base,
      'comment-url': announced.commentUrl ?? '',
      busy: 'false',
      next: 'Run again: the next run goes on.',
    },
    failure: `Deployment ${record.deployment} is not finished; production was not touched. ${reason}`,
  };
}
