import type { DeploymentRecord } from '../deployment/record.js';
import { isSamePair, sidePairs, switchedSides } from '../deployment/side-pairs.js';
import { describe } from '../deployment/state.js';
import type { Marked, Observed, State } from '../deployment/state.js';
import { Timeline } from '../deployment/timeline.js';
import { ActionableError } from '../errors.js';
import { History } from '../history/history.js';
import type { CommonInputs, SwapInputs } from '../inputs.js';
import { withCode } from '../running/code.js';
import type { Code } from '../running/code.js';
import type { SchemaPair } from '../selection/plan.js';
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
import { tellEnvironment } from './tell-environment.js';
import { tellFailure } from './tell-failure.js';

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
  const job: SwitchJob = {
    tools,
    project: inputs.project,
    pair,
    ...pairsOf(record.plan, pair),
    history,
    timeline,
    record,
    marker: version.marked.marker,
    lateRows: new Map(),
    sampleIds: inputs.sampleIds,
    verifySql: inputs.verifySql,
    verification: inputs.verification.mode,
  };
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

function pairsOf(plan: DeploymentRecord['plan'], main: SchemaPair): Pick<SwitchJob, 'switched' | 'onlyRead'> {
  const switched = [main, ...switchedSides(plan, main)];
  const onlyRead = sidePairs(plan, main).filter((pair) => !switched.some((each) => isSamePair(each, pair)));
  return { switched, onlyRead };
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

type Version = { readonly kind: 'to switch' | 'to finish'; readonly marked: Marked };

function versionToSwap(state: State, expected: string | undefined): Version | 'done' {
  const version = versionIn(state);
  const found =
    version === 'done'
      ? state.kind === 'done'
        ? state.live.marker.deployment
        : undefined
      : version.marked.marker.deployment;
  if (expected === undefined || found === expected) return version;
  throw new ActionableError(
    `This run was to swap deployment ${expected}, but the warehouse holds ${found ?? 'another'}. ${describe(state)} Nothing was changed.`,
  );
}

function versionIn(state: State): Version | 'done' {
  switch (state.kind) {
    case 'waiting':
    case 'staged':
      return { kind: 'to switch', marked: state.upcoming };
    case 'swapped, not renamed':
    case 'swapped':
      return { kind: 'to finish', marked: state.live };
    case 'done':
      return 'done';
    case 'production missing':
    case 'marker lost':
    case 'foreign upcoming':
    case 'idle':
    case 'building':
    case 'dead build':
    case 'blocked':
    case 'outdated':
    case 'rolling back':
    case 'rolled back, not renamed':
    case 'rolled back':
      throw new ActionableError(`There is nothing to swap. ${describe(state)} Nothing was changed.`);
  }
}

async function recordOf(history: History, { marker }: Marked): Promise<DeploymentRecord> {
  const record = await history.read(marker.deployment);
  if (record !== undefined) return record;
  throw new ActionableError(
    `The history has no record of deployment ${marker.deployment}, which tells what it rebuilt. Build again; if it is live already, ` +
      'roll back with "carry: none" or restore the history table.',
  );
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
    notes: finished.notes,
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
