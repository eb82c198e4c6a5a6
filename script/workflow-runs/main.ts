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
import { type Setting, makeSetting } from './setting.js';

async function play(setting: Setting): Promise<void> {
  const proposed = await planOnPullRequest(setting);
  const merged = await deployAtMerge(setting, proposed);
  await loadBySchedule(setting, merged);
  await rollbackByHand(setting, merged);
  await deployInOneJob(setting);
  await cleanupBySchedule(setting);
}

async function main(act: string): Promise<number> {
  const story = new Story();
  let setting: Setting | undefined;
  try {
    story.act(
      'Production',
      'A dbt repository with the example workflows, a warehouse that it was built into, and GitHub on loopback.',
    );
    setting = await makeSetting(story, act);
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
const [act] = process.argv.slice(2);
if (act === undefined) {
  process.stderr.write('Start this by: script/test workflow-runs\n');
  process.exit(2);
}
process.exit(await main(act));
