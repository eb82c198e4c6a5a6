/** The demo: sets the stage, plays the acts, says where everything lies. Started by script/demo. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { LoopbackGitHub } from '../../__tests__/e2e/support/loopback-github.js';
import { ADMIN } from '../../__tests__/e2e/support/local-snowflake.js';
import { deployAgain } from './acts/deploy-again.js';
import { cleanUp } from './acts/clean-up.js';
import { buildBesideProduction } from './acts/build-beside-production.js';
import { changeThatDropsIds } from './acts/change-that-drops-ids.js';
import { changeThatFailsAfterTheSwitch } from './acts/change-that-fails-after-the-switch.js';
import { production } from './acts/production.js';
import { rollBack } from './acts/roll-back.js';
import { switchOver } from './acts/switch-over.js';
import { type Stage, makeStage } from './environment.js';
import { ExampleRepository } from './example-repository.js';
import { DASHBOARD, DEPLOY_ROLE, DEPLOY_USER, ExampleWarehouse, makeDeployKey } from './example-warehouse.js';
import { DemoSnowflake } from './local-snowflake.js';
import { PackagedAction, endSteps } from './packaged-action.js';
import { endPrograms } from './programs.js';
import { CheckFailed, Story } from './story.js';
import type { World } from './world.js';

const HELP = `script/demo [--rows N] [--keep]

Plays a blue/green deployment of examples/event-stream from the merge to the cleanup, with real dbt, the real
Snowflake drivers and the packaged action, on a local Snowflake. Takes about four minutes.

  --rows N   events of history to generate (default 50000; 5000000 works and takes longer)
  --keep     leave the local Snowflake running at the end and say how to query it
  --help     this text
`;

interface Options {
  readonly rows: number;
  readonly keep: boolean;
}

/** @returns undefined when only help was asked for. @throws TypeError for an option that does not exist or makes no sense */
function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '50000' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const rows = Number(values.rows.replaceAll(/[_,]/g, ''));
  if (!Number.isSafeInteger(rows) || rows < 1000) {
    throw new TypeError(`--rows ${values.rows}: a whole number of at least 1000 is wanted, for example --rows 50000.`);
  }
  return { rows, keep: values.keep };
}

async function setTheStage(story: Story, stage: Stage, options: Options): Promise<World> {
  const key = makeDeployKey();
  const repository = new ExampleRepository(stage);
  await repository.create();
  const snowflake = await DemoSnowflake.start(stage, options.keep);
  const github = await LoopbackGitHub.start({ repository: 'example/event-stream', gitDir: repository.remote });
  const action = new PackagedAction({
    stage,
    repository: github.repository,
    apiUrl: github.apiUrl,
    commonInputs: {
      account: 'local',
      user: DEPLOY_USER,
      role: DEPLOY_ROLE,
      warehouse: 'DBT_WAREHOUSE',
      database: 'ANALYTICS',
      'private-key': key.privateKey,
      'access-url': snowflake.url,
      'github-token': github.token,
    },
  });
  const warehouse = await ExampleWarehouse.create(snowflake, key);
  return { story, stage, snowflake, warehouse, repository, github, action, key, historyRows: options.rows };
}

async function play(world: World): Promise<void> {
  await production(world);
  const price = await buildBesideProduction(world);
  await switchOver(world, price);
  await rollBack(world, price);
  await deployAgain(world, price);
  const bad = await changeThatDropsIds(world);
  await changeThatFailsAfterTheSwitch(world, bad);
  await cleanUp(world);
}

function sayWhereThingsLie(world: World): void {
  world.story.list('Where things lie', [
    ['reports and comments', world.stage.reports],
    ['logs of every step', world.stage.logs],
    ['git repository', world.repository.remote],
    ['database of the local Snowflake', world.stage.database],
  ]);
}

function sayHowToQuery(world: World): void {
  const url = new URL(world.snowflake.url);
  world.story.list(`The local Snowflake keeps running (end it with: kill ${world.snowflake.pid})`, [
    ['address', `${world.snowflake.url}, account local`],
    ['administrator', `user ${ADMIN.username}, password ${ADMIN.password}`],
    ['dashboard', `user ${DASHBOARD.username}, password ${DASHBOARD.password}`],
    [
      'from Python',
      `.venv/bin/python -c "import snowflake.connector as s; print(s.connect(user='${ADMIN.username}', password='${ADMIN.password}', ` +
        `account='local', host='${url.hostname}', port=${url.port}, protocol='http').cursor()` +
        `.execute('select * from analytics.public.product_performance').fetchall())"`,
    ],
  ]);
}

/** Plays everything. @returns the exit code: 0 only when every promise was shown */
async function demo(options: Options): Promise<number> {
  const story = new Story();
  const stage = makeStage(new Date());
  confine(stage);
  let world: World | undefined;
  try {
    world = await setTheStage(story, stage, options);
    await play(world);
    const open = story.end();
    sayWhereThingsLie(world);
    if (options.keep) sayHowToQuery(world);
    if (open.length > 0) story.fail(`Not shown:\n${open.join('\n')}`);
    return open.length === 0 ? 0 : 1;
  } catch (error) {
    const message =
      error instanceof CheckFailed
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    story.fail(`The demo stopped. ${message}\nLogs: ${stage.logs}`);
    return 1;
  } finally {
    await endSteps();
    await world?.warehouse.close();
    await world?.github.stop();
    if (options.keep) world?.snowflake.letGo();
    await endPrograms();
  }
}

/** Nothing of the demo lies outside its stage, and the driver looks for no cloud around this machine. */
function confine(stage: Stage): void {
  process.env['TMPDIR'] = stage.temporary;
  process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true';
  process.env['SNOWFLAKE_DISABLE_MINICORE'] = 'true';
}

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void Promise.all([endSteps(), endPrograms()]).then(() => process.exit(130));
    });
  }
  return demo(options);
}

// A reader of a demo that stopped early may still wait for its server.
process.exit(await main());
