/** Runs the example workflows, one after the other, as GitHub would: merge, schedule, rollback, cleanup, plan. */
import process from 'node:process';
import { endPrograms } from '../demo-parts/programs.js';
import { CheckFailed, Story } from '../demo-parts/story.js';
import { cleanupBySchedule } from './runs/cleanup-by-schedule.js';
import { deployAtMerge } from './runs/deploy-at-merge.js';
import { deployInOneJob } from './runs/deploy-in-one-job.js';
import { loadBySchedule } from './runs/load-by-schedule.js';
import { planOnPullRequest } from './runs/plan-on-pull-request.js';
import { rollbackByHand } from './runs/rollback-by-hand.js';
import { type Setting, type Way, makeSetting } from './setting.js';

async function play(setting: Setting): Promise<void> {
  const proposed = await planOnPullRequest(setting);
  const merged = await deployAtMerge(setting, proposed);
  await loadBySchedule(setting, merged);
  await rollbackByHand(setting, merged);
  if (setting.way === 'copied') await deployInOneJob(setting);
  await cleanupBySchedule(setting);
}

async function runAll(story: Story, act: string, way: Way): Promise<number> {
  let setting: Setting | undefined;
  try {
    story.act(
      way === 'copied' ? 'Production, with the example workflows' : 'Production, with calls of the reusable workflows',
      'A dbt repository with the workflows, a warehouse that it was built into, and GitHub on loopback.',
    );
    setting = await makeSetting(story, act, way);
    story.tell(`All logs: ${setting.stage.logs}`);
    await play(setting);
    return 0;
  } catch (error) {
    story.fail(
      error instanceof CheckFailed
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
    );
    return 1;
  } finally {
    await setting?.warehouse.close();
    await setting?.github.stop();
    await endPrograms();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void endPrograms().then(() => process.exit(130)));
}
const [act, ...ways] = process.argv.slice(2);
if (act === undefined) {
  process.stderr.write('Start this by: script/test workflow-runs\n');
  process.exit(2);
}
const story = new Story();
for (const way of ['copied', 'called'] as const) {
  const isWanted = ways.length === 0 || ways.includes(way);
  if (isWanted && (await runAll(story, act, way)) !== 0) process.exit(1);
}
process.exit(0);
