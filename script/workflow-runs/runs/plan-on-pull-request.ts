import type { RunnerEvent } from '../../../__tests__/e2e/support/loopback-github.js';
import { publicSchemas } from '../../demo-parts/fingerprint.js';
import { type Proposed, proposeChange } from '../../demo-parts/world.js';
import { lastLinesOf } from '../act.js';
import { type Setting, cloneOf } from '../setting.js';

const CHANGE = { name: 'add-price', title: 'Add price to product_event_1' };

/** plan.yml on a pull request of the repository, and on the same from a fork. */
export async function planOnPullRequest(setting: Setting): Promise<Proposed> {
  const { story, github, act, warehouse } = setting;
  story.act(
    'Pull request: plan.yml',
    'The plan is a comment on the pull request, and nothing is written. A fork gets a reason instead.',
  );
  const proposed = await proposeChange(setting, CHANGE);
  const { pullRequest } = proposed;
  const event = opened(github.pullRequestClosed(pullRequest), github.repository);
  const schemas = await publicSchemas(warehouse);
  const run = await act.run(await cloneOf(setting, CHANGE.name), 'plan.yml', event);
  const [comment] = github.comments(pullRequest);
  story.check(
    run.exitCode === 0 && comment?.body.includes('product_event_1') === true,
    `Planned in ${run.seconds.toFixed(0)} s; the comment on #${pullRequest} names product_event_1`,
    lastLinesOf(run),
  );
  story.check(run.succeeded.join() === 'Plan', 'Of the two jobs only the plan ran', run.succeeded.join());
  story.check(
    (await publicSchemas(warehouse)).join() === schemas.join(),
    'No schema was made or dropped',
    (await publicSchemas(warehouse)).join(),
  );
  const fork = opened(github.pullRequestClosed(pullRequest), 'somebody/event-stream');
  const declined = await act.run(await cloneOf(setting, CHANGE.name), 'plan.yml', fork);
  story.check(
    declined.exitCode === 0 && declined.succeeded.join() === 'No plan for this pull request',
    'For the same pull request from a fork only the reason is given, and the run is green',
    lastLinesOf(declined),
  );
  return proposed;
}

/** @param from full name of the repository that the pull request comes from */
function opened(event: RunnerEvent, from: string): RunnerEvent {
  const payload = JSON.parse(JSON.stringify(event.payload)) as {
    readonly pull_request: { readonly head: { repo: { full_name: string } }; state: string };
  };
  payload.pull_request.head.repo.full_name = from;
  payload.pull_request.state = 'open';
  return { ...event, payload: { ...payload, action: 'opened' } };
}
