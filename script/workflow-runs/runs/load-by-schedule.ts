import { PRODUCTION_BRANCH } from '../../demo-parts/example-repository.js';
import { compareTotals } from '../../demo-parts/totals.js';
import { lastLinesOf } from '../act.js';
import type { WorkflowRun } from '../act.js';
import { ROWS, type Setting, cloneOf } from '../setting.js';
import type { Merged } from './deploy-at-merge.js';

/** hourly.yml: new rows arrive, and the live commit loads them. */
export async function loadBySchedule(setting: Setting, merged: Merged): Promise<void> {
  setting.story.act('Schedule: hourly.yml', 'status names the live commit, and dbt runs that one.');
  const run = await runHour(setting);
  await checkHour(setting, run, merged.commit);
}

/** An hour of new source rows, then the workflow. */
export async function runHour(setting: Setting): Promise<WorkflowRun> {
  const { github, repository, act, warehouse } = setting;
  await warehouse.growOneHour(ROWS);
  const event = github.schedule(PRODUCTION_BRANCH, await repository.tip(PRODUCTION_BRANCH));
  return act.run(await cloneOf(setting, PRODUCTION_BRANCH), 'hourly.yml', event);
}

/** @param commit the one that must have been run */
export async function checkHour({ story, warehouse }: Setting, run: WorkflowRun, commit: string): Promise<void> {
  const checkouts = [...run.log.matchAll(/Checked out ([0-9a-f]{40})/g)].map(([, sha]) => sha);
  story.check(
    run.exitCode === 0 && checkouts.at(-1) === commit,
    `Loaded in ${run.seconds.toFixed(0)} s by the live commit ${commit.slice(0, 7)}`,
    lastLinesOf(run),
  );
  const totals = await compareTotals(warehouse);
  const wrong = totals.filter(
    (each) => each.missing + each.unexpected + each.doubled > 0 || each.liveSum !== each.sourceSum,
  );
  story.check(
    totals.length > 0 && wrong.length === 0,
    'public holds what its sources call for: nothing lost, nothing double',
    JSON.stringify(totals),
  );
}
