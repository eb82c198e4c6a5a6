/** The scripts of a release, in a small repository of their own. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { NODE_24, REPOSITORY } from '../e2e/support/places.js';

const OLD = '0123456789012345678901234567890123456789';
const CALLED = 'me/dbt-snowflake-blue-green/.github/workflows/reusable-plan.yml';
let folder: string;

function run(program: string, ...args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const identity = {
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b.invalid',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b.invalid',
  };
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, ...identity };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
}

function write(file: string, text: string): void {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function commit(): string {
  run('git', 'add', '--all');
  run('git', 'commit', '--quiet', '--message', 'x');
  return run('git', 'rev-parse', 'HEAD').said.trim();
}

const pins = (...args: readonly string[]) => run(NODE_24, 'script/release/pins.mjs', ...args);
const notes = (tag: string) => run(NODE_24, 'script/release/notes.mjs', tag);
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  cpSync(join(REPOSITORY, 'script', 'release'), join(folder, 'script', 'release'), { recursive: true });
  write('package.json', '{"name": "dbt-snowflake-blue-green", "version": "1.2.3"}');
  write('CHANGELOG.md', '# Changelog\n\n## [1.2.3] - 2026-11-23\n\n- New.\n\n## [1.2.2]\n\n- Old.\n');
  write('action.yml', 'name: x\n');
  write('dist/index.cjs', '1\n');
  write('.github/workflows/reusable-plan.yml', `uses: me/dbt-snowflake-blue-green@${OLD} # v1.2.2\n`);
  write(
    'examples/workflows/plan.yml',
    `uses: me/dbt-snowflake-blue-green@${OLD} # v1.2.2\nuses: actions/checkout@${OLD} # v7.0.1\n`,
  );
  write('examples/workflows/reusing/plan.yml', `uses: ${CALLED}@${OLD} # v1.2.2\n`);
  run('git', 'init', '--quiet');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('pins', () => {
  test('written, committed and written once more they hold what is here', () => {
    const first = commit();
    expect(pins('--check')).toMatchObject({ code: 1, said: expect.stringContaining('package.json says 1.2.3') });
    expect(pins('--write').said).toContain('then run this again');
    expect(read('examples/workflows/plan.yml')).toContain(
      `blue-green@${first} # v1.2.3\nuses: actions/checkout@${OLD} # v7.0.1`,
    );
    const second = commit();
    expect(pins('--write').code).toBe(0);
    commit();
    expect(read('examples/workflows/reusing/plan.yml')).toBe(`uses: ${CALLED}@${second} # v1.2.3\n`);
    expect(read('.github/workflows/reusable-plan.yml')).toContain(first);
    expect(pins('--check')).toMatchObject({ code: 0, said: expect.stringContaining('3 pins') });
  });

  test.each(['action.yml', 'dist/index.cjs'])('a change of %s makes them stale', (file) => {
    commit();
    pins('--write');
    commit();
    pins('--write');
    commit();
    write(file, 'changed\n');
    expect(pins('--check')).toMatchObject({ code: 1, said: expect.stringContaining('differs at that commit') });
  });

  test('a commit that nobody has is found', () => {
    write('examples/workflows/plan.yml', `uses: me/dbt-snowflake-blue-green@${OLD} # v1.2.3\n`);
    commit();
    expect(pins('--check').said).toMatch(
      /plan\.yml: me\/dbt-snowflake-blue-green@0123.* or the commit is unknown here/,
    );
  });

  test('the account that publishes takes its place', () => {
    commit();
    pins('--write', 'organisation/dbt-snowflake-blue-green');
    expect(read('examples/workflows/plan.yml')).toContain('uses: organisation/dbt-snowflake-blue-green@');
    expect(read('examples/workflows/reusing/plan.yml')).toContain(
      'uses: organisation/dbt-snowflake-blue-green/.github/',
    );
  });
});

describe('notes', () => {
  test('are those of the version', () => {
    expect(notes('v1.2.3')).toEqual({ code: 0, said: '- New.\n' });
  });

  test.each([
    ['v1.2.4', 'whose tag is v1.2.3'],
    ['1.2.3', 'whose tag is v1.2.3'],
  ])('a tag %s is refused', (tag, reason) => {
    expect(notes(tag)).toMatchObject({ code: 1, said: expect.stringContaining(reason) });
  });

  test('a version that the changelog does not tell of is refused', () => {
    write('CHANGELOG.md', '## [1.2.3]\n\n## [1.2.2]\n\n- Old.\n');
    expect(notes('v1.2.3')).toMatchObject({
      code: 1,
      said: expect.stringContaining('no section "## [1.2.3]" with a text'),
    });
  });
});
