/** Selection as it is done today: a worktree of production's code, `dbt parse` there, `dbt ls --select state:modified+`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dbt } from './places.js';
import { run } from './programs.js';

export interface UsualRun {
  /** Wall time of the three commands together. */
  readonly seconds: number;
  readonly models: number;
}

/** @param checkout a fresh clone of the merged commit, which nothing was parsed in */
export async function selectTheUsualWay(checkout: string): Promise<UsualRun> {
  const folder = mkdtempSync(join(checkout, '..', 'usual-'));
  const profiles = writeProfile(folder);
  const production = join(folder, 'production');
  const options = { cwd: checkout, env: { HOME: folder } };
  const dbtArguments = (project: string): readonly string[] => [
    ...['--project-dir', project, '--profiles-dir', profiles, '--target-path', join(project, 'target')],
    ...['--log-path', join(project, 'logs')],
  ];
  const listed = ['--select', 'state:modified+', '--state', join(production, 'target'), '--resource-type', 'model'];
  const worktree = await run('git', ['worktree', 'add', '--quiet', '--detach', production, 'origin/prod'], options);
  const parse = await run(dbt, ['parse', ...dbtArguments(production)], { ...options, cwd: production });
  const ls = await run(dbt, ['--quiet', 'ls', ...listed, ...dbtArguments(checkout)], options);
  rmSync(folder, { recursive: true, force: true });
  const models = ls.stdout.split('\n').filter((line) => line.startsWith('generated.')).length;
  return { seconds: worktree.seconds + parse.seconds + ls.seconds, models };
}

/** No warehouse is contacted by either command, so there is none behind it. */
function writeProfile(folder: string): string {
  const prod = {
    ...{ type: 'snowflake', account: 'none', user: 'none', password: 'none', role: 'none', warehouse: 'none' },
    ...{ database: 'ANALYTICS', schema: 'PUBLIC', threads: 4 },
  };
  const profiles = join(folder, 'profiles');
  mkdirSync(profiles);
  writeFileSync(join(profiles, 'profiles.yml'), JSON.stringify({ generated: { target: 'prod', outputs: { prod } } }));
  return profiles;
}
