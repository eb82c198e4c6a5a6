import { recordVerdict } from '../building/record-verdict.js';
import { verifyUpcoming } from '../building/verify-upcoming.js';
import { describe } from '../deployment/state.js';
import { Timeline } from '../deployment/timeline.js';
import { ActionableError } from '../errors.js';
import { History } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import { withCode } from '../running/code.js';
import type { Tools } from '../tools.js';
import { join } from 'node:path';
import { announce } from './announce.js';
import { logVerdict } from './log-verdict.js';
import type { ModeResult } from './result.js';
import { lookAround } from './situation.js';

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
  const record = await history.read(marker.deployment);
  if (record === undefined)
    throw new ActionableError(`The history has no record of deployment ${marker.deployment}. Build again.`);
  await tools.publishPlan(record.plan);
  const verdict = await withCode(tools, inputs.project, record.commit, async (code) => {
    const manifest = await tools.dbt.parse({
      projectDir: code.projectDir,
      schema: pair.upcoming,
      targetPath: join(tools.tempDir, 'dbt', 'head-as-upcoming'),
    });
    return timeline.step('Verify', () =>
      verifyUpcoming(tools, inputs, {
        code,
        pair,
        plan: record.plan,
        marker,
        manifest,
        tokensAtClone: record.tokensAtClone,
      }),
    );
  });
  await recordVerdict(tools, history, pair, seen.comment.words, marker, verdict);
  const blocked = verdict.status === 'failed';
  const announced = await announce(tools, inputs, {
    phase: blocked ? 'blocked' : 'verified',
    record: { ...record, verdict },
    timeline: timeline.entries,
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
