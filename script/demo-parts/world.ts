/** Everything that the acts share. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoopbackGitHub } from '../../__tests__/e2e/support/loopback-github.js';
import type { Stage } from './environment.js';
import type { Change, ExampleRepository } from './example-repository.js';
import { UPCOMING_BRANCH } from './example-repository.js';
import type { DeployKey, ExampleWarehouse } from './example-warehouse.js';
import { type HourlyParts, type HourlyRun, runHour } from './hourly-schedule.js';
import type { DemoSnowflake } from './local-snowflake.js';
import type { ActionRun, Inputs, PackagedAction } from './packaged-action.js';
import type { Promised } from './promises.js';
import { checkOut } from './runner-checkout.js';
import { type Story, count } from './story.js';
import { keepTotals } from './totals.js';

export interface World {
  readonly story: Story;
  readonly stage: Stage;
  readonly snowflake: DemoSnowflake;
  readonly warehouse: ExampleWarehouse;
  readonly repository: ExampleRepository;
  readonly github: LoopbackGitHub;
  readonly action: PackagedAction;
  readonly key: DeployKey;
  /** Events of the 90 days of history. */
  readonly historyRows: number;
}

/** Whom a change goes through. */
type Authors = Pick<World, 'repository' | 'github'>;

/** A change that is an open pull request. */
export interface Proposed {
  readonly change: Change;
  /** Its number. */
  readonly pullRequest: number;
  /** Where `pre-prod` stands. */
  readonly before: string;
}

/** A change that lies on `pre-prod` through a pull request. */
export interface Merged extends Proposed {
  /** The merge commit. */
  readonly commit: string;
}

export function hourlyParts(world: World): HourlyParts {
  return { ...world, snowflakeUrl: world.snowflake.url };
}

/** Pushes a change and opens a pull request for it. */
export async function proposeChange({ repository, github }: Authors, change: Change): Promise<Proposed> {
  const before = await repository.tip(UPCOMING_BRANCH);
  const head = await repository.propose(change);
  const pullRequest = github.openPullRequest({
    title: change.title,
    head: { ref: change.name, sha: head },
    base: { ref: UPCOMING_BRANCH, sha: before },
  });
  return { change, pullRequest, before };
}

/** Merges it to `pre-prod`. */
export async function mergeProposed({ repository, github }: Authors, proposed: Proposed): Promise<Merged> {
  const commit = await repository.merge(proposed.change, proposed.pullRequest);
  github.markMerged(proposed.pullRequest, commit);
  return { ...proposed, commit };
}

/** Both, and says so. */
export async function mergeChange(world: World, change: Change): Promise<Merged> {
  const merged = await mergeProposed(world, await proposeChange(world, change));
  const { pullRequest, commit } = merged;
  world.story.tell(
    `Merged to ${UPCOMING_BRANCH}: pull request #${pullRequest} "${change.title}", commit ${commit.slice(0, 7)}`,
  );
  return merged;
}

/** Runs the action for the push that a merge makes. */
export async function runForMerge(world: World, merged: Merged, inputs: Inputs): Promise<ActionRun> {
  const workspace = await checkOut(world.stage, world.repository, merged.commit);
  // The ids of the example are nobody's: the reader of the demo shall see them.
  const shown = { 'sample-ids': 'plain', ...inputs };
  return world.action.run(workspace, world.github.push(UPCOMING_BRANCH, merged.before, merged.commit), shown);
}

/** Runs the action as a person starts a workflow by hand (workflow_dispatch) on a branch. */
export async function runByHand(world: World, branch: string, inputs: Inputs): Promise<ActionRun> {
  const sha = await world.repository.tip(branch);
  const workspace = await checkOut(world.stage, world.repository, sha);
  return world.action.run(workspace, world.github.workflowDispatch(branch, sha, inputs), inputs);
}

/** The hourly schedule, then the comparison of production with its sources. */
export async function keepHour(world: World, promised: Promised, when: string): Promise<HourlyRun> {
  const hour = await runHour(hourlyParts(world));
  world.story.tell(
    `The hour: ${count(hour.newEvents, 'new event')}; status said "${hour.state}"${hour.busy === 'true' ? ', busy' : ''}, ` +
      `production-commit ${hour.commit.slice(0, 7)}; dbt ran it in ${hour.seconds.toFixed(1)} s`,
  );
  await keepTotals(world.story, world.warehouse, promised, when);
  return hour;
}

/** The one comment on a pull request, as posted; kept as a file for the reader. '' when there is none or more than one. */
export function commentOf(world: World, merged: Merged): string {
  const [comment, ...more] = world.github.comments(merged.pullRequest);
  if (comment === undefined || more.length > 0) return '';
  writeFileSync(join(world.stage.reports, `comment-on-pull-request-${merged.pullRequest}.md`), comment.body);
  return comment.body;
}
