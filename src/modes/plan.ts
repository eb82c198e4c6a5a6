import { withPlan } from '../building/plan-deployment.js';
import { Timeline } from '../deployment/timeline.js';
import { History } from '../history/history.js';
import type { CommonInputs, PlanInputs } from '../inputs.js';
import { createReport } from '../report/model.js';
import type { Tools } from '../tools.js';
import { logPlan } from './log-plan.js';
import type { ModeResult } from './result.js';
import { lookAround } from './situation.js';

/** Says what a deployment would rebuild, and why. Nothing is written, and no table is read. */
export async function plan(tools: Tools, inputs: CommonInputs & PlanInputs): Promise<ModeResult> {
  const timeline = new Timeline(tools.log, tools.clock);
  const { pair, observed, state } = await timeline.step('Look at the warehouse', () => lookAround(tools, inputs));
  await tools.dbt.version();
  const history = new History(tools.warehouse, pair);
  const made = await timeline.step('Compare the live commit with the merged one', () =>
    withPlan(tools, inputs.project, pair, inputs, observed, history, (found) => Promise.resolve(found)),
  );
  logPlan(tools.log, made.plan);
  const pullRequest = await tools.github.pullRequestOf(made.plan.head);
  const report = createReport({
    phase: 'planned',
    plan: made.plan,
    timeline: timeline.entries,
    sampleIds: inputs.sampleIds,
    links: { run: tools.run.url, pullRequest: pullRequest?.url },
    deployment: {
      id: '(planned)',
      commit: made.plan.head,
      base: made.plan.base,
      repository: tools.run.repository,
      pullRequest: pullRequest?.number,
      startedAt: tools.clock.now().toISOString(),
      actor: tools.run.actor,
      snapshot: undefined,
    },
  });
  return {
    report,
    outputs: {
      state: state.kind,
      rebuilt: JSON.stringify(made.plan.rebuilt.map(({ name }) => name)),
      'production-commit': made.plan.base,
      busy: 'false',
      next: 'Build.',
    },
    failure: undefined,
  };
}
