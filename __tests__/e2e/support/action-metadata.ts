import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { REPOSITORY } from './places.js';

interface Metadata {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
}

/**
 * Every input of action.yml with the value that the runner gives when a workflow does not: its default, else empty text.
 * A default that is an expression (the job's token) is the test's business.
 */
export function inputDefaults(): Readonly<Record<string, string>> {
  const { inputs } = parse(readFileSync(join(REPOSITORY, 'action.yml'), 'utf8')) as Metadata;
  const entries = Object.entries(inputs).map(([name, { default: value = '' }]): [string, string] => [
    name,
    value.includes('${{') ? '' : value,
  ]);
  return Object.fromEntries(entries);
}
