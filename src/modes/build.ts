import { FinishedNodes, builtBy } from '../building/finished-nodes.js';
import { withHeartbeat } from '../building/heartbeat.js';
import { assertLock } from '../building/lock.js';
import { givingUp } from '../building/give-up.js';
import { fillBlue, openBlue } from '../building/open-blue.js';
import type { BuildJob } from '../building/open-blue.js';
import { withPlan } from '../building/plan-deployment.js';
import { checkBeforeBuild } from '../building/check-before-build.js';
import { productionOutOfSight } from '../building/preflight.js';
import { fullRefresh, incrementalNodes, normalRun } from '../running/dbt-steps.js';
import { decideLock, freeUpcoming } from '../building/settle-lock.js';
import { expectedSeconds } from '../building/stop-in-time.js';
import { takeUp } from '../building/take-up.js';
import type { TakenUp } from '../building/take-up.js';
import { OutOfTime, TimeLimit } from '../building/time-limit.js';
import { verifyUpcoming } from '../building/verify-upcoming.js';
import { recordVerdict } from '../building/record-verdict.js';
import type { NodeListener } from '../dbt/dbt.js';
import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { switchedPairs } from '../deployment/side-pairs.js';
import { Timeline } from '../deployment/timeline.js';
import { History } from '../history/history.js';
import type { BuildInputs, CommonInputs } from '../inputs.js';
import { displayName } from '../snowflake/identifiers.js';
import { together } from '../together.js';
import type { Tools } from '../tools.js';
import type { Verdict } from '../verification/verdict.js';
import { announce } from './announce.js';
import { concludeStopped } from './conclude-stopped.js';
import { logVerdict } from './log-verdict.js';
import type { ModeResult } from './result.js';
import { checkRole, lookAround } from './situation.js';
import { tellFailure } from './tell-failure.js';
import { tellPlan } from './tell-plan.js';

/**
 * Builds the new version beside production and proves that nothing was lost. Production is not written.
 * @param limit after which it stops, to be gone on with by the next run
 */
export async function build(
  tools: Tools,
  inputs: CommonInputs & BuildInputs,
  limit: TimeLimit = TimeLimit.begin(tools, inputs.timeoutMinutes),
): Promise<ModeResult> {
  const timeline = new Timeline(tools.log, tools.clock);
  // dbt takes seconds to say its version; the warehouse is looked at meanwhile.
  const [{ pair, observed, state }] = await together([
    timeline.step('Look at the warehouse', () => lookAround(tools, inputs)),
    tools.dbt.version(),
  ]);
  const history = new History(tools.warehouse, pair);
  const { production } = observed;
  if (production === undefined) throw await productionOutOfSight(tools.warehouse, productionSchema(pair));
  // Before dbt parses anything: whoever cannot start should hear so at once.
  const head = await tools.git.commitOf(inputs.headRef ?? 'HEAD');
  const decision = await decideLock(tools, state, head, inputs.onWaiting);
  if (decision.kind === 'already built') return alreadyBuilt(tools, history, decision.upcoming.marker);
  await checkRole(tools, inputs, observed);
  return withPlan(tools, inputs.project, pair, inputs, observed, history, async (found, code) => {
    const made = { ...found, plan: await tellPlan(tools, found.plan) };
    const standing = await timeline.step('Check privileges and inventory', () =>
      checkBeforeBuild(tools, inputs, pair, production, made),
    );
    const taken = await takeUp(tools, pair, history, decision, inputs.resume, made, builtBy(made.plan, inputs));
    if (taken === undefined) await freeUpcoming(tools, pair, history, decision);
    return buildBlue({ tools, inputs, pair, production, ...standing, history, timeline, made, code, limit }, taken);
  });
}

/** @param taken a build of the same commit that another run began; undefined: it starts from a clone of production */
async function buildBlue(job: BuildJob, taken: TakenUp | undefined): Promise<ModeResult> {
  const { tools, inputs, timeline, pair, history } = job;
  const { words } = job.production.comment;
  const { record, marker } =
    taken ?? (await timeline.step('Clone production to the upcoming schema', () => openBlue(job)));
  return givingUp(tools, history, pair, words, marker, () =>
    tellFailure(tools, inputs, { phase: 'build failed', record, timeline }, async () => {
      if (taken === undefined) await timeline.step('Keep a baseline', () => fillBlue(job, record, marker));
      await announce(tools, inputs, { phase: 'building', record, timeline: timeline.entries });
      const finished = new FinishedNodes(
        tools,
        history,
        record.deployment,
        record.rebuilt ?? { by: builtBy(record.plan, inputs), nodes: [] },
      );
      const outcome = await withHeartbeat(tools, pair, words, marker, () =>
        rebuildAndVerify({ ...job, tools: job.limit.over(tools) }, record, marker, finished),
      ).catch((error: unknown) => {
        if (error instanceof OutOfTime) return error;
        throw error;
      });
      if (outcome instanceof OutOfTime) return concludeStopped(job, record, marker, finished);
      await assertLock(tools, pair, marker);
      return conclude(job, record, marker, outcome);
    }),
  );
}

/** What dbt and the verification came to; `failure` in words when dbt failed before anything could be verified. */
interface Outcome {
  readonly failure: string | undefined;
  readonly verdict: Verdict | undefined;
}

/** @throws OutOfTime when the time limit ends it */
async function rebuildAndVerify(
  job: BuildJob,
  record: DeploymentRecord,
  marker: Marker,
  finished: FinishedNodes,
): Promise<Outcome> {
  const failure = await rebuild(job, record, marker, finished);
  if (failure !== undefined) return { failure, verdict: undefined };
  await assertLock(job.tools, job.pair, marker);
  return { failure, verdict: await job.timeline.step('Verify', () => verify(job, record, marker)) };
}

/** Full refresh of what is not finished yet, then a normal run; the reason in words when dbt failed. */
async function rebuild(
  job: BuildJob,
  record: DeploymentRecord,
  marker: Marker,
  finished: FinishedNodes,
): Promise<string | undefined> {
  const { tools, timeline, pair, code } = job;
  const { plan } = record;
  await finished.begin();
  const listener = await listenerOf(job, record, finished);
  const outstanding = plan.rebuilt.filter(({ uniqueId }) => !finished.has(uniqueId));
  const fresh = await timeline
    .step('Full refresh in blue', () => fullRefresh(tools, code, pair.upcoming, outstanding, listener))
    .finally(() => finished.settled());
  if (fresh.failure !== undefined) return `The full refresh failed: ${fresh.failure}`;
  await assertLock(tools, pair, marker);
  const again = await timeline.step('Normal run in blue', () =>
    normalRun(tools, code, pair.upcoming, incrementalNodes(plan), 'Normal run'),
  );
  return again.failure === undefined ? undefined : `The normal run after the full refresh failed: ${again.failure}`;
}

/** Notes what is finished, and keeps to the time limit. */
async function listenerOf(job: BuildJob, record: DeploymentRecord, finished: FinishedNodes): Promise<NodeListener> {
  const { limit, history } = job;
  const last = limit.minutes === undefined ? undefined : await history.read(record.parent);
  const borders = limit.follow(expectedSeconds(record.plan, [last, record]));
  return {
    started: (uniqueId) => {
      borders.started(uniqueId);
    },
    ended: (uniqueId, end) => {
      if (end.isGood) finished.add(uniqueId, end.seconds);
      borders.ended(uniqueId, end);
    },
  };
}

function verify(job: BuildJob, record: DeploymentRecord, marker: Marker): Promise<Verdict> {
  return verifyUpcoming(job.tools, job.inputs, {
    code: job.code,
    pair: job.pair,
    plan: record.plan,
    marker,
    manifest: job.made.upcoming,
    tokensAtClone: record.tokensAtClone,
  });
}

async function conclude(
  job: BuildJob,
  record: DeploymentRecord,
  marker: Marker,
  outcome: Outcome,
): Promise<ModeResult> {
  const { tools, inputs, pair, production, history, timeline } = job;
  const blockers = outcome.failure === undefined ? (outcome.verdict?.blockers ?? []) : [outcome.failure];
  const blocked = outcome.verdict === undefined || outcome.verdict.status === 'failed';
  await recordVerdict(
    tools,
    history,
    pair,
    switchedPairs(record.plan, pair),
    production.comment.words,
    marker,
    outcome.verdict,
  );
  const announced = await announce(tools, inputs, {
    phase: blocked ? 'blocked' : 'verified',
    record: { ...record, verdict: outcome.verdict },
    timeline: timeline.entries,
    blockers,
  });
  logVerdict(tools.log, announced.report);
  const where = displayName(upcomingSchema(pair));
  return {
    report: announced.report,
    outputs: {
      state: blocked ? 'blocked' : 'waiting',
      'deployment-id': record.deployment,
      verdict: outcome.verdict?.status ?? 'failed',
      'production-commit': record.base,
      'comment-url': announced.commentUrl ?? '',
      busy: 'false',
      next: blocked ? 'Fix what blocks and merge again.' : 'Swap.',
    },
    failure: blocked
      ? `Deployment ${record.deployment} is blocked; production was not touched, and ${where} is kept for a look.\n${blockers.join('\n')}`
      : undefined,
  };
}

async function alreadyBuilt(tools: Tools, history: History, marker: Marker): Promise<ModeResult> {
  const record = await history.read(marker.deployment);
  if (record !== undefined) await tools.publishPlan(record.plan);
  tools.log.info(
    `Commit ${marker.commit.slice(0, 7)} is built and verified already as deployment ${marker.deployment}: nothing to do.`,
  );
  return {
    report: undefined,
    outputs: {
      state: 'waiting',
      'deployment-id': marker.deployment,
      verdict: marker.verdict ?? '',
      'production-commit': marker.base ?? '',
      busy: 'false',
      next: 'Swap.',
    },
    failure: undefined,
  };
}
