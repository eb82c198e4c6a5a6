/**
 * The scheduler of the example: every hour it asks the action which commit production stands on, and runs that commit, so
 * that code and tables fit at any moment. The same steps as examples/workflows/hourly.yml.
 */
import { join } from 'node:path';
import type { LoopbackGitHub } from '../../__tests__/e2e/support/loopback-github.js';
import { type Stage, cleanEnvironment, dbt } from './environment.js';
import { type ExampleRepository, PRODUCTION_BRANCH } from './example-repository.js';
import { type DeployKey, type ExampleWarehouse, DEPLOY_ROLE, DEPLOY_USER } from './example-warehouse.js';
import type { ActionRun, PackagedAction } from './packaged-action.js';
import { run } from './programs.js';
import { checkOut } from './runner-checkout.js';

export interface HourlyParts {
  readonly stage: Stage;
  readonly warehouse: ExampleWarehouse;
  readonly repository: ExampleRepository;
  readonly github: LoopbackGitHub;
  readonly action: PackagedAction;
  readonly key: DeployKey;
  readonly snowflakeUrl: string;
  readonly historyRows: number;
}

export interface HourlyRun {
  readonly newEvents: number;
  readonly commit: string;
  readonly state: string;
  readonly busy: string;
  readonly seconds: number;
}

/** New source rows, `status`, then dbt at the commit that it named. @throws Error when a step fails */
export async function runHour(parts: HourlyParts): Promise<HourlyRun> {
  const started = performance.now();
  const newEvents = await parts.warehouse.growOneHour(parts.historyRows);
  const status = await askStatus(parts);
  const commit = status.outputs['production-commit'] ?? '';
  if (status.exitCode !== 0 || !/^[0-9a-f]{40}$/.test(commit)) {
    throw new Error(
      `status did not name production's commit (exit code ${String(status.exitCode)}); see ${status.logFile}`,
    );
  }
  await runDbt(parts, commit, ['build', '--resource-type', 'model', '--resource-type', 'snapshot']);
  return {
    newEvents,
    commit,
    state: status.outputs['state'] ?? '',
    busy: status.outputs['busy'] ?? '',
    seconds: (performance.now() - started) / 1000,
  };
}

/** The action's `status`, as a scheduled workflow asks it from a checkout of the production branch. */
export async function askStatus(parts: HourlyParts): Promise<ActionRun> {
  const sha = await parts.repository.tip(PRODUCTION_BRANCH);
  const workspace = await checkOut(parts.stage, parts.repository, sha);
  return parts.action.run(workspace, parts.github.schedule(PRODUCTION_BRANCH, sha), { mode: 'status' });
}

/** Runs dbt against production at one commit. @throws Error with dbt's last lines when it fails */
export async function runDbt(
  parts: Pick<HourlyParts, 'stage' | 'repository' | 'snowflakeUrl' | 'key'>,
  commit: string,
  args: readonly string[],
): Promise<void> {
  const folder = await parts.repository.worktree(commit);
  const url = new URL(parts.snowflakeUrl);
  const ended = await run({
    command: dbt,
    args: [...args, '--profiles-dir', folder],
    cwd: folder,
    env: {
      ...cleanEnvironment(parts.stage),
      SNOWFLAKE_ACCOUNT: 'local',
      SNOWFLAKE_HOST: url.hostname,
      SNOWFLAKE_PORT: url.port,
      SNOWFLAKE_PROTOCOL: 'http',
      SNOWFLAKE_USER: DEPLOY_USER,
      SNOWFLAKE_ROLE: DEPLOY_ROLE,
      SNOWFLAKE_WAREHOUSE: 'DBT_WAREHOUSE',
      SNOWFLAKE_PRIVATE_KEY: parts.key.privateKey,
    },
    logFile: join(parts.stage.logs, 'hourly.log'),
  });
  if (ended.exitCode !== 0) {
    throw new Error(
      `dbt ${args[0] ?? ''} against production failed:\n${ended.stdout.split('\n').slice(-25).join('\n')}`,
    );
  }
}
