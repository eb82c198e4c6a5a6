import { join } from 'node:path';
import { assertLock } from '../building/lock.js';
import { recordVerdict } from '../building/record-verdict.js';
import { verifyUpcoming } from '../building/verify-upcoming.js';
import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { describe } from '../deployment/state.js';
import { switchedPairs } from '../deployment/side-pairs.js';
import { Timeline } from '../deployment/timeline.js';
import { ActionableError } from '../errors.js';
import { History } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import { withCode } from '../running/code.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import type { Verdict } from '../verification/verdict.js';
import { announce } from './announce.js';
import { logVerdict } from './log-verdict.js';
import type { ModeResult } from './result.js';
import { lookAround } from './situation.js';
import { tellFailure } from './tell-failure.js';

/** Verifies again what stands in the upcoming schema: an approval can take a day. */
export async function verify(tools: Tools, inputs: CommonInputs): Promise<ModeResult> {
  const timeline = new Timeline(tools.log, tools.clock);
  const { pair, state } = await timeline.step('Look at the warehouse', () => lookAround(tools, inputs));
  if (state.kind !== 'waiting' && state.kind !== 'staged' && state.kind !== 'blocked') {
    throw new ActionableError(`There is nothing to verify. ${describe(state)} Nothing was changed.`);
  }
  const { marker, seen } = state.upcoming;
  if (inputs.deploymentId !== undefined && inputs.deploymentId !== marker.deployment) {
    throw new ActionableError(
      `This run was to verify ${inputs.deploymentId}, but ${marker.deployment} stands there. Nothing was changed.`,
    );
  }
  const history = new History(tools.warehouse, pair);
  const record = await recordOf(history, marker.deployment);
  await tools.publishPlan(record.plan);
  const verdict = await tellFailure(tools, inputs, { phase: 'failed', record, timeline }, () =>
    timeline.step('Verify', () => verifyAgain(tools, inputs, pair, marker, record)),
  );
  await assertLock(tools, pair, marker);
  await recordVerdict(tools, history, pair, switchedPairs(record.plan, pair), seen.comment.words, marker, verdict);
  const blocked = verdict.status === 'failed';
  const announced = await announce(tools, inputs, {
    phase: blocked ? 'blocked' : 'verified',
    record: { ...record, verdict },
    timeline: timeline.entries,
    next: blocked ? 'Fix what blocks and merge again.' : 'Swap.',
  });
  logVerdict(tools.log, announced.report);
  return {
    report: announced.report,
    outputs: {
      state: blocked ? 'blocked' : 'waiting',
      'deployment-id': marker.deployment,
      verdict: verdict.status,
      'production-commit': record.base,
      'comment-url': announced.commentUrl ?? '',
      busy: 'false',
      next: blocked ? 'Fix what blocks and build again.' : 'Swap.',
    },
    failure: blocked
      ? `Deployment ${marker.deployment} is blocked; production was not touched.\n${verdict.blockers.join('\n')}`
      : undefined,
  };
}

/**
 * @throws ActionableError when the deployment was not built to its end: what dbt did not get to is still production's own, and
 *   a comparison would find nothing missing in it.
 */
async function recordOf(history: History, deployment: string): Promise<DeploymentRecord> {
  const record = await history.read(deployment);
  if (record === undefined) {
    throw new ActionableError(
      `The history has no record of deployment ${deployment}. Build again. Nothing was changed.`,
    );
  }
  if (record.verdict === undefined) {
    throw new ActionableError(
      `Deployment ${deployment} was never built to its end and verified, so part of it is still production's own. Build again. Nothing was changed.`,
    );
  }
  return record;
}

function verifyAgain(
  tools: Tools,
  inputs: CommonInputs,
  pair: SchemaPair,
  marker: Marker,
  record: DeploymentRecord,
): Promise<Verdict> {
  const { plan, tokensAtClone } = record;
  return withCode(tools, inputs.project, record.commit, async (code) => {
    const manifest = await tools.dbt.parse({
      projectDir: code.projectDir,
      schema: pair.upcoming,
      targetPath: join(tools.tempDir, 'dbt', 'head-as-upcoming'),
    });
    return verifyUpcoming(tools, inputs, { code, pair, plan, marker, manifest, tokensAtClone });
  });
}
