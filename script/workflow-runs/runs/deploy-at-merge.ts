import { PRODUCTION_BRANCH, UPCOMING_BRANCH } from '../../demo-parts/example-repository.js';
import { columnsOf, publicSchemas } from '../../demo-parts/fingerprint.js';
import { type Proposed, mergeProposed } from '../../demo-parts/world.js';
import { lastLinesOf } from '../act.js';
import { type Setting, cloneOf } from '../setting.js';

export interface Merged {
  readonly commit: string;
  /** What was live before. */
  readonly former: string;
  readonly pullRequest: number;
}

/** deploy.yml at the push that a merge makes: build, then swap, joined by the id of the deployment. */
export async function deployAtMerge(setting: Setting, proposed: Proposed): Promise<Merged> {
  const { story, github, repository, act, warehouse } = setting;
  const { pullRequest, before } = proposed;
  story.act(
    'Merge: deploy.yml',
    'Two jobs on two fresh runners: the second knows the first by the id of the deployment alone.',
  );
  const former = await repository.tip(PRODUCTION_BRANCH);
  const { commit } = await mergeProposed(setting, proposed);
  const event = github.push(UPCOMING_BRANCH, before, commit);
  const run = await act.run(await cloneOf(setting, UPCOMING_BRANCH), 'deploy.yml', event);
  story.check(
    run.exitCode === 0 && run.succeeded.join() === 'Build beside production,Switch over',
    `Built, verified and switched in ${run.seconds.toFixed(0)} s`,
    lastLinesOf(run),
  );
  const columns = await columnsOf(warehouse, 'public', 'product_event_1');
  const schemas = await publicSchemas(warehouse);
  story.check(columns.includes('PRICE'), 'The new column is live', columns.join());
  story.check(
    schemas.filter((name) => name.startsWith('PUBLIC_SNAPSHOT_')).length === 1 && !schemas.includes('PUBLIC_UPCOMING'),
    'The former production is kept as a snapshot, and the upcoming schema is gone',
    schemas.join(),
  );
  story.check((await repository.tip(PRODUCTION_BRANCH)) === commit, 'prod stands at the merge', lastLinesOf(run));
  const comments = github.comments(pullRequest);
  story.check(
    comments.length === 1 && github.checkRuns(commit).length > 0,
    'The comment of the plan now tells the deployment, and the verdict is a check of the commit',
    `${comments.length} comments, ${github.checkRuns(commit).length} checks`,
  );
  return { commit, former, pullRequest };
}
