import type { DeploymentRecord } from '../deployment/record.js';
import type { Timeline } from '../deployment/timeline.js';
import { explain, messageOf } from '../errors.js';
import type { CommonInputs } from '../inputs.js';
import type { ReportPhase } from '../report/model.js';
import type { SwitchJob } from '../switching/job.js';
import type { Tools } from '../tools.js';
import { announce } from './announce.js';

/**
 * Does the work of a deployment, and when it breaks puts the reason on the pull request and into the job summary before the error
 * goes on: a comment must not say "building" for ever.
 */
export async function tellFailure<T>(
  tools: Tools,
  inputs: CommonInputs,
  told: {
    readonly phase: ReportPhase;
    readonly record: DeploymentRecord;
    readonly timeline: Timeline;
    /** Filled while the work goes on: what was found before it broke is often why. */
    readonly lateRows?: SwitchJob['lateRows'];
  },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { report } = await announce(tools, inputs, {
      phase: told.phase,
      record: told.record,
      timeline: told.timeline.entries,
      reason: explain(error),
      ...(told.lateRows === undefined ? {} : { lateRows: { checked: [...told.lateRows.values()] } }),
      blockers: [explain(error)],
    });
    await tools.publishReport(report).catch((problem: unknown) => {
      tools.log.warning(`The report of this failure was not written: ${messageOf(problem)}`);
    });
    throw error;
  }
}
