import { PRODUCTION_BRANCH } from '../../demo-parts/example-repository.js';
import { columnsOf } from '../../demo-parts/fingerprint.js';
import { lastLinesOf } from '../act.js';
import { type Setting, cloneOf } from '../setting.js';
import type { Merged } from './deploy-at-merge.js';
import { checkHour, runHour } from './load-by-schedule.js';

/** rollback.yml, started by hand with the inputs of its form, and the hour after it. */
export async function rollbackByHand(setting: Setting, merged: Merged): Promise<void> {
  const { story, github, repository, act, warehouse } = setting;
  story.act(
    'Dispatch: rollback.yml',
    'Somebody fills in the form. The former version comes back, and the schedule follows it.',
  );
  const sha = await repository.tip(PRODUCTION_BRANCH);
  const inputs = { to: '', carry: 'all', reason: 'Dashboards show prices of zero; $(echo) `echo` stays text' };
  const event = github.workflowDispatch(PRODUCTION_BRANCH, sha, inputs);
  const run = await act.run(await cloneOf(setting, PRODUCTION_BRANCH), 'rollback.yml', event);
  const columns = await columnsOf(warehouse, 'public', 'product_event_1');
  story.check(
    run.exitCode === 0 && !columns.includes('PRICE'),
    `Rolled back in ${run.seconds.toFixed(0)} s; the new column is gone from public`,
    lastLinesOf(run),
  );
  story.check((await repository.tip(PRODUCTION_BRANCH)) === merged.former, 'prod is back, too', lastLinesOf(run));
  const comments = github.comments(merged.pullRequest);
  story.check(
    comments.length === 1 && comments[0]?.body.includes('prices of zero') === true,
    'The comment on the pull request says so, with the reason that was given',
    comments
      .map(({ body }) => body)
      .join('\n---\n')
      .slice(0, 2000),
  );
  await checkHour(setting, await runHour(setting), merged.former);
}
