/**
 * A project with each kind of violation, given to the packaged action: it is refused in words, and the warehouse's own log shows
 * that nothing but looking happened.
 */
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runProgram } from '../support/programs.js';
import { Shop } from '../support/shop.js';
import { GUARD_CASES, type GuardCase } from './cases/guard-cases.js';
import { patchedTree, writeTree, type Tree } from './support/parsed-projects.js';

/** The first case of each kind. */
const CASES = new Map<string, GuardCase>();
for (const one of GUARD_CASES) {
  for (const kind of one.found.map((line) => line.split(': ')[0] ?? '')) {
    if (!CASES.has(kind)) CASES.set(kind, one);
  }
}

let shop: Shop;
let author: string;

beforeAll(async () => {
  shop = await Shop.open(0);
  author = mkdtempSync(join(tmpdir(), 'guard-'));
  await git('clone', '--quiet', shop.project.remote, '.');
  await publish('prod', patchedTree());
});

afterAll(async () => {
  rmSync(author, { recursive: true, force: true });
  await shop.close();
});

function git(...args: readonly string[]): Promise<string> {
  const person = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.invalid'];
  return runProgram('git', [...person, ...args], { cwd: author, env: { HOME: author, GIT_CONFIG_NOSYSTEM: '1' } });
}

/** The fixtures name their database, and ask for their schema in small letters; the action names it as it is stored. */
function here(text: string): string {
  return text
    .replaceAll(/\banalytics\b/gi, shop.warehouse.database)
    .replaceAll('in target.schema', 'in target.schema | lower');
}

/** A commit on top of `prod` that holds exactly this version. */
async function publish(branch: string, tree: Tree): Promise<void> {
  await git('checkout', '--quiet', '-B', branch, 'origin/prod');
  for (const name of readdirSync(author)) if (name !== '.git') rmSync(join(author, name), { recursive: true });
  const version = mkdtempSync(join(tmpdir(), 'guard-'));
  writeTree(new Map([...tree].map(([path, text]) => [path, here(text)])), version);
  cpSync(version, author, { recursive: true });
  rmSync(version, { recursive: true });
  await git('add', '--all');
  await git('commit', '--quiet', '--message', branch);
  await git('push', '--quiet', 'origin', branch);
}

test('the cases show every kind that the guard knows, but for what only a faulty dbt could make', () => {
  expect([...CASES.keys()].sort()).toEqual([
    'another materialization in upcoming',
    'another name in upcoming',
    'cannot be re-pointed',
    'function not built',
    'not in the upcoming manifest',
    'outside the pairs',
    'production name in a hook',
    'production name in a macro',
    'production name in a model that runs statements',
    'schemas not one to one',
    'source in a production schema',
    'writes production',
  ]);
});

test.each([...CASES])('%s', async (kind, { name, patch, says }) => {
  const branch = `case-${kind.replaceAll(' ', '-')}`;
  await publish(branch, patchedTree(patch));
  const schemas = await shop.warehouse.schemas();
  const position = await shop.server.logPosition();
  const { errors, outputs } = await shop.fails('build', { scope: 'all' }, { ref: `origin/${branch}` });
  expect({ name, error: errors[0] }).toEqual({
    name,
    error: expect.stringMatching(/so it was not started:[\s\S]*Nothing was changed\./),
  });
  if (says !== undefined) expect(errors[0]).toMatch(new RegExp(here(says.source)));
  expect(outputs['deployment-id']).toBe('');
  const statements = await shop.server.log(position);
  const ours = statements.filter(({ user }) => user === shop.warehouse.deployUser).map(({ text }) => text.trim());
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.filter((text) => !/^(show|select|alter session)\b/i.test(text))).toEqual([]);
  expect(statements.filter(({ tables_written }) => tables_written.length > 0)).toEqual([]);
  expect(await shop.warehouse.schemas()).toEqual(schemas);
});
