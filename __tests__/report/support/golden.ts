import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';

/** Compares with a file that a person has read; `UPDATE_GOLDEN=1` writes it anew. */
export function expectGolden(name: string, text: string): void {
  const path = join('__tests__', 'report', 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, `${text}\n`);
  if (!existsSync(path)) throw new Error(`${path} is missing: look at the text and write it with UPDATE_GOLDEN=1.`);
  expect(`${text}\n`).toBe(readFileSync(path, 'utf8'));
}
