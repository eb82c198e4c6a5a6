import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { whereSecretsShow } from './secrets.js';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
mkdirSync(join(folder, '.dbt', 'deep'), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = 'line one/\n"two"';

test.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify({ key: SECRET })],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in a URL', `https://x/?key=${encodeURIComponent(SECRET)}`],
])('a secret is found %s, in a text and in a hidden file', (_, text) => {
  const file = join(folder, '.dbt', 'deep', 'profile');
  writeFileSync(file, `before ${text} after`);
  expect(whereSecretsShow([SECRET], { log: `x${text}`, clean: 'line one' }, [folder])).toEqual(['log', file]);
});

test('an empty secret is none', () => {
  expect(whereSecretsShow([''], { log: 'anything' }, [])).toEqual([]);
});
