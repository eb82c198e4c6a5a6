import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PRODUCTION_BRANCH, UPCOMING_BRANCH } from '../../demo-parts/example-repository.js';
import type { LocalSnowflake } from '../../../__tests__/e2e/support/local-snowflake.js';
import { runDbt } from '../../demo-parts/hourly-schedule.js';
import { mergeProposed, proposeChange } from '../../demo-parts/world.js';
import { lastLinesOf } from '../act.js';
import { type Setting, cloneOf } from '../setting.js';
import { checkHour, runHour } from './load-by-schedule.js';

const CHANGE = { name: 'revenue-after-discount', title: 'Revenue after discounts' };
const PATIENCE_MS = 55_000;

/** deploy-in-one-job.yml, held between its swap and its re-pointing, while hourly.yml begins and has to wait. */
export async function deployInOneJob(setting: Setting): Promise<void> {
  const { story, repository, github, act, snowflake } = setting;
  story.act(
    'Dispatch and schedule at once: deploy-in-one-job.yml, hourly.yml',
    'The deployment is held right after its swap. An hour begins at that moment, waits until the switch is over, and loads.',
  );
  const { before, commit } = await mergeProposed(setting, await proposeChange(setting, CHANGE));
  const held = await snowflake.addFault({ action: 'pause', when: 'after', matching: 'rename to .*public_snapshot_' });
  const clone = await cloneOf(setting, UPCOMING_BRANCH);
  // By hand, because its history holds the commit that was rolled back.
  const byHand = github.workflowDispatch(UPCOMING_BRANCH, commit, { 'accept-rejected': 'true', rebuild: 'changed' });
  const deploying = act.run(clone, 'deploy-in-one-job.yml', byHand);
  await until('the swap is held', deploying, () => isHolding(snowflake, held.id));
  const log = act.nextLog;
  const loading = runHour(setting);
  const asked = waitForDbt(setting, before);
  await until('the hour waits', loading, async () =>
    (await readFile(log, 'utf8')).includes('Versions are being exchanged'),
  );
  story.check(await isHolding(snowflake, held.id), 'The hour found versions being exchanged, and waits', lastLog(log));
  const answer = await asked;
  story.check(
    answer.includes('Versions are still being exchanged'),
    'Another scheduler is told the same by wait_while_busy',
    answer,
  );
  await snowflake.release(held);
  const [deployed, loaded] = await Promise.all([deploying, loading]);
  story.check(
    deployed.exitCode === 0,
    `Deployed in ${deployed.seconds.toFixed(0)} s, in one job`,
    lastLinesOf(deployed),
  );
  story.check((await repository.tip(PRODUCTION_BRANCH)) === commit, 'prod stands at the merge', lastLinesOf(deployed));
  await checkHour(setting, loaded, commit);
  const calm = await waitForDbt(setting, commit);
  story.check(calm === '', 'And no longer when the switch is over', calm);
}

/** What schedulers other than GitHub run first. @returns dbt's words when it refuses to go on, else '' */
function waitForDbt(setting: Setting, commit: string): Promise<string> {
  return runDbt(setting, commit, ['run-operation', 'wait_while_busy', '--args', '{minutes: 0}']).then(
    () => '',
    (error: unknown) => String(error),
  );
}

async function isHolding(snowflake: LocalSnowflake, fault: number | string): Promise<boolean> {
  return (await snowflake.faults()).some(({ id, waiting }) => id === fault && waiting > 0);
}

/** @throws Error when the run ends first, or nothing comes */
async function until(what: string, run: Promise<unknown>, holds: () => Promise<boolean>): Promise<void> {
  const ended: { yes?: boolean } = {};
  void run.finally(() => (ended.yes = true));
  const deadline = Date.now() + PATIENCE_MS * 3;
  while (!(await holds().catch(() => false))) {
    if (ended.yes === true) throw new Error(`The run ended before this was seen: ${what}.`);
    if (Date.now() > deadline) throw new Error(`This was not seen in time: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function lastLog(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-30).join('\n');
}
