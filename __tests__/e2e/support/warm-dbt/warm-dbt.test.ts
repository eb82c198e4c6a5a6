import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REPOSITORY } from '../places.js';
import { WarmDbt } from './warm-dbt.js';

const COLD_DBT = join(REPOSITORY, '.venv', 'bin', 'dbt');
/** More than a parse of the shop takes, also on a busy machine. */
const LONGER_THAN_A_PARSE = 15_000;

let warm: WarmDbt;
let folder: string;
let project: string;

beforeAll(async () => {
  warm = await WarmDbt.start();
  folder = mkdtempSync(join(tmpdir(), 'warm-dbt-test-'));
  project = join(folder, 'shop');
  cpSync(join(REPOSITORY, '__tests__', 'e2e', 'shop'), project, { recursive: true });
  mkdirSync(join(folder, 'profiles'));
  const none = { account: 'none', user: 'none', password: 'none', database: 'SHOP', schema: 'PUBLIC' };
  const outputs = { prod: { type: 'snowflake', ...none } };
  writeFileSync(join(folder, 'profiles', 'profiles.yml'), JSON.stringify({ shop: { target: 'prod', outputs } }));
});

afterAll(async () => {
  await warm.stop();
  rmSync(folder, { recursive: true });
});

const manifestAt = (target: string): string => join(folder, target, 'manifest.json');

function parseArguments(target: string): string[] {
  return ['parse', '--profiles-dir', join(folder, 'profiles'), '--target-path', join(folder, target)];
}

describe('the dbt of the tests', () => {
  test.each([
    ['--version', 0],
    ['--no-such-option', 2],
  ])('says %s as the one of the user does, and ends with %i', (argument, exitCode) => {
    const [ours, theirs] = [join(warm.folder, 'dbt'), COLD_DBT].map((dbt) =>
      spawnSync(dbt, [argument], { encoding: 'utf8' }),
    );
    expect(ours).toMatchObject({ status: exitCode, stdout: theirs?.stdout, stderr: theirs?.stderr });
  });

  test('has the working directory and the environment of its caller', () => {
    const env = { HOME: folder, DBT_TARGET_PATH: join(folder, 'by-environment') };
    const { status } = spawnSync(join(warm.folder, 'dbt'), parseArguments('parsed').slice(0, 3), { cwd: project, env });
    expect(status).toBe(0);
    expect(existsSync(manifestAt('by-environment'))).toBe(true);
  });

  test('ends with its caller', async () => {
    const dbt = spawn(join(warm.folder, 'dbt'), parseArguments('killed'), { cwd: project, env: { HOME: folder } });
    await wait(500);
    dbt.kill('SIGKILL');
    await wait(LONGER_THAN_A_PARSE);
    expect(existsSync(manifestAt('killed'))).toBe(false);
  });

  test('is interrupted as its caller is', async () => {
    const dbt = spawn(join(warm.folder, 'dbt'), parseArguments('interrupted'), { cwd: project, env: { HOME: folder } });
    await wait(500);
    dbt.kill('SIGINT');
    const exitCode = await new Promise((resolve) => dbt.once('exit', resolve));
    expect(exitCode).not.toBe(0);
    expect(existsSync(manifestAt('interrupted'))).toBe(false);
  });
});
