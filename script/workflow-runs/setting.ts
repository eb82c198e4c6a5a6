/** Everything that the workflows meet: a dbt repository with the example workflows in it, a warehouse in production, GitHub. */
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoopbackGitHub } from '../../__tests__/e2e/support/loopback-github.js';
import { type Stage, makeStage, repositoryRoot } from '../demo-parts/environment.js';
import { ExampleRepository, PRODUCTION_BRANCH, UPCOMING_BRANCH } from '../demo-parts/example-repository.js';
import { type DeployKey, DEPLOY_USER, ExampleWarehouse, makeDeployKey } from '../demo-parts/example-warehouse.js';
import { runDbt } from '../demo-parts/hourly-schedule.js';
import { DemoSnowflake } from '../demo-parts/local-snowflake.js';
import type { Story } from '../demo-parts/story.js';
import { Act } from './act.js';

export const ROWS = 3000;
const REPOSITORY = 'example/event-stream';

/** Whether the repository copied the examples, or calls the reusable workflows. */
export type Way = 'copied' | 'called';

export interface Setting {
  readonly story: Story;
  readonly way: Way;
  readonly stage: Stage;
  readonly snowflake: DemoSnowflake;
  readonly warehouse: ExampleWarehouse;
  readonly repository: ExampleRepository;
  readonly github: LoopbackGitHub;
  readonly act: Act;
  readonly key: DeployKey;
  readonly snowflakeUrl: string;
}

/** @param act the program */
export async function makeSetting(story: Story, act: string, way: Way): Promise<Setting> {
  const stage = makeStage(new Date());
  // Nothing of the drivers lies outside the stage, and they look for no cloud around this machine.
  process.env['TMPDIR'] = stage.temporary;
  process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true';
  process.env['SNOWFLAKE_DISABLE_MINICORE'] = 'true';
  const key = makeDeployKey();
  const repository = new ExampleRepository(stage);
  await repository.create();
  await addWorkflows(repository, way);
  const action = join(stage.root, 'action');
  await repository.gitAt(stage.root, 'clone', '--quiet', '--depth=1', `file://${repositoryRoot}`, action);
  const snowflake = await DemoSnowflake.start(stage, false);
  const github = await LoopbackGitHub.start({ repository: REPOSITORY, gitDir: repository.remote });
  const warehouse = await ExampleWarehouse.create(snowflake, key);
  await warehouse.fillHistory(ROWS);
  const commit = await repository.tip(PRODUCTION_BRANCH);
  await runDbt({ stage, repository, snowflakeUrl: snowflake.url, key }, commit, ['build']);
  const settings = {
    act,
    stage,
    action,
    environment: environmentOf(github, snowflake, repository),
    variables: { SNOWFLAKE_ACCOUNT: 'local', SNOWFLAKE_USER: DEPLOY_USER },
    secrets: { SNOWFLAKE_PRIVATE_KEY: key.privateKey, GITHUB_TOKEN: github.token },
  };
  const started = { snowflake, snowflakeUrl: snowflake.url, warehouse, repository, github };
  return { story, way, stage, ...started, key, act: new Act(settings) };
}

/** Puts the examples where a person would copy them to, on both branches. */
async function addWorkflows(repository: ExampleRepository, way: Way): Promise<void> {
  const from = join(repositoryRoot, 'examples', 'workflows', way === 'copied' ? '' : 'reusing');
  const to = join(repository.checkout, '.github', 'workflows');
  mkdirSync(to, { recursive: true });
  cpSync(join(repositoryRoot, 'examples', 'schedules'), join(repository.checkout, 'macros'), { recursive: true });
  for (const name of readdirSync(from).filter((each) => each.endsWith('.yml')))
    cpSync(join(from, name), join(to, name));
  writeFileSync(join(repository.checkout, 'requirements.txt'), dbtPins());
  await repository.git('switch', '--quiet', PRODUCTION_BRANCH);
  await repository.git('add', '--all');
  await repository.git('commit', '--quiet', '--message', 'Deploy blue/green');
  await repository.git('switch', '--quiet', UPCOMING_BRANCH);
  await repository.git('merge', '--quiet', '--ff-only', PRODUCTION_BRANCH);
  await repository.git('push', '--quiet', 'origin', PRODUCTION_BRANCH, UPCOMING_BRANCH);
}

/** What the reusable workflows install: dbt as this repository pins it. */
function dbtPins(): string {
  const pins = readFileSync(join(repositoryRoot, 'requirements.txt'), 'utf8').split('\n');
  return pins.filter((pin) => /^dbt-(core|snowflake)==/.test(pin)).join('\n') + '\n';
}

/** What is elsewhere than on a GitHub runner. */
function environmentOf(
  github: LoopbackGitHub,
  snowflake: DemoSnowflake,
  repository: ExampleRepository,
): Readonly<Record<string, string>> {
  const { hostname, port } = new URL(snowflake.url);
  return {
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: `${github.apiUrl}/graphql`,
    REPOSITORY_REMOTE: `file://${repository.remote}`,
    SNOWFLAKE_ACCESS_URL: snowflake.url,
    SNOWFLAKE_HOST: hostname,
    SNOWFLAKE_PORT: port,
    SNOWFLAKE_PROTOCOL: 'http',
    SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
    SNOWFLAKE_DISABLE_MINICORE: 'true',
    NO_PROXY: '127.0.0.1,localhost',
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    // What the workflows install is there in the versions that they name, and nothing else may be fetched.
    PIP_NO_INDEX: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_ROOT_USER_ACTION: 'ignore',
  };
}

let clones = 0;

/** A clone of the remote at a branch's tip, where act finds the workflow and learns commit, branch and repository. */
export async function cloneOf({ repository, stage }: Setting, branch: string): Promise<string> {
  clones += 1;
  const folder = join(stage.root, 'clones', `${branch}-${String(clones)}`);
  await repository.gitAt(stage.root, 'clone', '--quiet', '--branch', branch, `file://${repository.remote}`, folder);
  await repository.gitAt(folder, 'remote', 'set-url', 'origin', `https://github.com/${REPOSITORY}.git`);
  return folder;
}
