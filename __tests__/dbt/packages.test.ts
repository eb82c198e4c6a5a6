import { mkdirSync, mkdtempSync, readFileSync, rmSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { copyPackages } from '../../src/dbt/packages.js';

const PACKAGES = 'packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n';
const PROJECT = 'name: shop\nprofile: shop\n';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function project(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries({ 'dbt_project.yml': PROJECT, 'packages.yml': PACKAGES, ...files })) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), text);
  }
  return join(folder, name);
}

const INSTALLED = { 'dbt_packages/dbt_utils/dbt_project.yml': 'name: dbt_utils\n' };

test('packages of a version that declares the same are copied, not linked', async () => {
  const head = project('head', { ...INSTALLED, 'package-lock.yml': 'sha1_hash: 1\n' });
  const live = project('live', { 'package-lock.yml': 'sha1_hash: 1\n' });
  expect(await copyPackages(head, live)).toBe(true);
  const copied = join(live, 'dbt_packages/dbt_utils/dbt_project.yml');
  writeFileSync(copied, 'changed');
  expect(readFileSync(join(head, 'dbt_packages/dbt_utils/dbt_project.yml'), 'utf8')).toBe('name: dbt_utils\n');
});

test.each([
  ['another version', { 'packages.yml': PACKAGES.replace('1.3.0', '1.3.1') }, {}],
  ['another lock', { 'package-lock.yml': 'sha1_hash: 2\n' }, {}],
  [
    'a folder of the checkout',
    { 'packages.yml': 'packages:\n  - local: ../shared\n' },
    { 'packages.yml': 'packages:\n  - local: ../shared\n' },
  ],
  ['another place', { 'dbt_project.yml': `${PROJECT}packages-install-path: vendored\n` }, {}],
])('%s: dbt deps must install them', async (_name, ofLive, ofHead) => {
  const head = project('head', { ...INSTALLED, ...ofHead });
  const live = project('live', ofLive);
  expect(await copyPackages(head, live)).toBe(false);
  expect(existsSync(join(live, 'dbt_packages'))).toBe(false);
});

test('nothing is installed where they are to be copied from', async () => {
  expect(await copyPackages(project('head', {}), project('live', {}))).toBe(false);
});
