import { withPlan } from '../building/plan-deployment.js';
import type { Observed } from '../deployment/state.js';
import { Timeline } from '../deployment/timeline.js';
import type { PullRequest } from '../github/github.js';
import { History } from '../history/history.js';
import type { CommonInputs, PlanInputs } from '../inputs.js';
import { createReport } from '../report/model.js';
import type { Report } from '../report/model.js';
import type { Plan } from '../selection/plan.js';
import { together } from '../together.js';
import type { Tools } from '../tools.js';
import { comment } from './announce.js';
import type { ModeResult } from './result.js';
import { lookAround } from './situation.js';
import { tellPlan } from './tell-plan.js';

/** Says what a deployment would rebuild, why, and at what price. The warehouse is not written, and no table is read. */
export async function plan(tools: Tools, inputs: CommonInputs & PlanInputs): Promise<ModeResult> {
  const timeline = new Timeline(tools.log, tools.clock);
  // dbt takes seconds to say its version; the warehouse is looked at meanwhile.
  const [{ pair, observed, state }] = await together([
    timeline.step('Look at the warehouse', () => lookAround(tools, inputs)),
    tools.dbt.version(),
  ]);
  const history = new History(tools.warehouse, pair);
  const found = await timeline.step('Compare the live commit with the merged one', () =>
    withPlan(tools, inputs.project, pair, inputs, observed, history, (made) => Promise.resolve(made.plan)),
  );
  const priced = await tellPlan(tools, found);
  const pullRequest = await tools.github.pullRequestOf(priced.head);
  const report = reportOf(tools, inputs, priced, pullRequest, timeline);
  return {
    report,
    outputs: {
      state: state.kind,
      'production-commit': priced.base,
      'comment-url': (await tellPullRequest(tools, inputs, observed, pullRequest, report)) ?? '',
      busy: 'false',
      next: 'Build.',
    },
    failure: undefined,
  };
}

function reportOf(
  tools: Tools,
  inputs: CommonInputs,
  made: Plan,
  pullRequest: PullRequest | undefined,
  timeline: Timeline,
): Report {
  return createReport({
    phase: 'planned',
    plan: made,
    timeline: timeline.entries,
    sampleIds: inputs.sampleIds,
    links: { run: tools.run.url, pullRequest: pullRequest?.url },
    deployment: {
      id: '(planned)',
      commit: made.head,
      base: made.base,
      repository: tools.run.repository,
      pullRequest: pullRequest?.number,
      otherPullRequests: [],
      startedAt: tools.clock.now().toISOString(),
      actor: tools.run.actor,
      snapshot: undefined,
    },
  });
}

/** The one comment of a pull request tells how far its deployment is: what was built or is live is not called planned again. */
async function tellPullRequest(
  tools: Tools,
  inputs: CommonInputs,
  observed: Observed,
  pullRequest: PullRequest | undefined,
  report: Report,
): Promise<string | undefined> {
  const { production, upcoming, failed } = observed;
  const deployed = [production, upcoming, ...failed].map((schema) => schema?.comment.marker?.commit);
  if (!deployed.includes(report.deployment.commit)) return comment(tools, inputs, pullRequest?.number, report);
  tools.log.info('This commit was deployed before: the comment on its pull request keeps what it says of that.');
  return undefined;
}
