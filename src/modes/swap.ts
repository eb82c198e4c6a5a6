import type { Observed, State } from '../deployment/state.js';
import { Timeline } from '../deployment/timeline.js';
import { History } from '../history/history.js';
import type { CommonInputs, SwapInputs } from '../inputs.js';
import { withCode } from '../running/code.js';
import type { Code } from '../running/code.js';
import { checkBeforeSwitch } from '../switching/check.js';
import { finish } from '../switching/finish.js';
import type { Finished } from '../switching/finish.js';
import type { SwitchJob } from '../switching/job.js';
import { bringLiveByMarker, switchOver } from '../switching/switch-over.js';
import type { Tools } from '../tools.js';
import { announce } from './announce.js';
import { ON_ENVIRONMENT, failureOfSwap, phaseOf } from './swap-words.js';
import type { ModeResult } from './result.js';
import { checkRole, lookAround } from './situation.js';
import { switchJob } from './switch-job.js';
import { tellEnvironment } from './tell-environment.js';
import { tellFailure } from './tell-failure.js';
import { recordOf, versionToSwap } from './version-to-swap.js';

/** Puts a verified version into production, tests it there, and rolls back by itself when a test that passed in blue fails. */
export async function swap(tools: Tools, inputs: CommonInputs & SwapInputs): Promise<ModeResult> {
  const timeline = new Timeline(tools.log, tools.clock);
  const { pair, observed, state } = await timeline.step('Look at the warehouse', () => lookAround(tools, inputs));
  const version = versionToSwap(state, inputs.deploymentId);
  if (version === 'done') return nothingToDo(tools, state);
  await checkRole(tools, inputs, observed);
  const history = new History(tools.warehouse, pair);
  const record = await recordOf(history, version.marked);
  await tools.publishPlan(record.plan);
  const job = switchJob(tools, inputs, pair, history, timeline, record, version.marked.marker);
  const work = (): Promise<ModeResult> =>
    withCode(tools, inputs.project, record.commit, async (code) => {
      if (version.kind === 'to switch') await bringLive(job, code, observed, inputs);
      // What the switch wrote to the record (production's last tokens) is needed to find late writers.
      const written = (await history.read(record.deployment)) ?? record;
      return told(job, inputs, await finish({ ...job, record: written }, code, inputs));
    });
  return tellFailure(tools, inputs, { phase: 'failed', record, timeline, lateRows: job.lateRows }, () =>
    showFailure(job, inputs, work),
  );
}

/** An environment must not say "in progress" for ever. */
async function showFailure<T>({ tools, record }: SwitchJob, inputs: CommonInputs, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const news = {
      state: 'failure',
      description: 'Stopped: mode "status" says what is live',
      mayCreate: false,
    } as const;
    await tellEnvironment(tools, inputs, { deployment: record.deployment, commit: record.commit, ...news });
    throw error;
  }
}

async function bringLive(
  job: SwitchJob,
  code: Code,
  observed: Observed,
  inputs: CommonInputs & SwapInputs,
): Promise<void> {
  const { tools, timeline, record } = job;
  await timeline.step('Check before the switch', () => checkBeforeSwitch(job, observed, inputs.maxAgeHours));
  await announce(tools, inputs, { phase: 'swapping', record, timeline: timeline.entries });
  const news = { state: 'in_progress', description: 'Being brought live', mayCreate: true } as const;
  await tellEnvironment(tools, inputs, { deployment: record.deployment, commit: record.commit, ...news });
  if (record.plan.rebuilt.length > 0) await switchOver(job, code);
  else await timeline.step('Bring the commit live', () => bringLiveByMarker(job));
}

function nothingToDo(tools: Tools, state: State): ModeResult {
  const live = state.kind === 'done' ? state.live.marker : undefined;
  tools.log.info('This deployment is live and finished: nothing to do.');
  return {
    report: undefined,
    outputs: {
      state: 'done',
      'deployment-id': live?.deployment ?? '',
      'production-commit': live?.commit ?? '',
      verdict: live?.verdict ?? '',
      busy: 'false',
      next: 'Nothing.',
    },
    failure: undefined,
  };
}

async function told(job: SwitchJob, inputs: CommonInputs, finished: Finished): Promise<ModeResult> {
  const { tools, record, timeline } = job;
  const failure = failureOfSwap(record, finished);
  const announced = await announce(tools, inputs, {
    phase: phaseOf(finished),
    record: { ...record, snapshot: finished.snapshot },
    timeline: timeline.entries,
    notes: [...job.remarks, ...finished.notes],
    lateRows: { checked: [...job.lateRows.values()] },
    ...(failure === undefined ? {} : { reason: failure }),
    next: finished.next,
  });
  const { deployment, commit } = record;
  await tellEnvironment(tools, inputs, { deployment, commit, ...ON_ENVIRONMENT[finished.kind], mayCreate: true });
  const live = finished.kind === 'rolled back' ? record.parent : record.deployment;
  return {
    report: announced.report,
    outputs: {
      state: finished.kind === 'rolled back' ? 'rolled back' : finished.kind === 'done' ? 'done' : 'swapped',
      'deployment-id': record.deployment,
      verdict: record.verdict?.status ?? '',
      'production-commit': live === record.deployment ? record.commit : record.base,
      busy: finished.kind === 'done' || finished.kind === 'rolled back' ? 'false' : 'true',
      snapshot: finished.snapshot ?? '',
      'comment-url': announced.commentUrl ?? '',
      next: finished.next,
    },
    failure,
  };
}
