/** Readers of single inputs, each with an error that says which input, what was wrong, and what to write. */
import { ActionableError } from './errors.js';
import type { InputSource } from './input-source.js';
import { parseIdentifier } from './snowflake/identifiers.js';

export function wrong(input: string, value: string, problem: string, remedy: string): ActionableError {
  return new ActionableError(`Input "${input}": "${value}" ${problem}. To mend it, ${remedy}. Nothing was changed.`);
}

export function oneOf<const T extends readonly string[]>(
  source: InputSource,
  name: string,
  allowed: T,
  fallback?: T[number],
): T[number] {
  const value = source.input(name) || fallback;
  const known = allowed.find((candidate) => candidate === value);
  if (known !== undefined) return known;
  throw wrong(
    name,
    value ?? '',
    value === undefined ? 'is missing' : 'is not known',
    `write one of ${allowed.join(', ')}`,
  );
}

export function wholeNumber(source: InputSource, name: string, least: number, fallback?: number): number {
  const value = source.input(name);
  if (value === '' && fallback !== undefined) return fallback;
  const number = Number(value || String(DEFAULTS[name] ?? ''));
  if (/^\d*$/.test(value) && Number.isSafeInteger(number) && number >= least) return number;
  throw wrong(
    name,
    value,
    `is not a whole number of at least ${least}`,
    `write a number, for example ${name}: ${DEFAULTS[name] ?? least}`,
  );
}

// action.yml gives the same defaults; a caller that runs the bundle without the runner gets them too.
const DEFAULTS: Readonly<Record<string, number>> = { threads: 4, 'older-than': 7, keep: 1 };

export function yesOrNo(source: InputSource, name: string, fallback: boolean): boolean {
  const value = source.input(name).toLowerCase();
  if (value === '') return fallback;
  if (value === 'true' || value === 'false') return value === 'true';
  throw wrong(name, value, 'is neither true nor false', `write ${name}: true or ${name}: false`);
}

export function identifier(source: InputSource, name: string, fallback: string): string {
  const value = source.input(name);
  if (value === '') return fallback;
  try {
    return parseIdentifier(value);
  } catch (error) {
    const mistake = wrong(
      name,
      value,
      'is not a Snowflake identifier',
      'write it as in SQL: public, or "my schema" with its double quotes',
    );
    mistake.cause = error;
    throw mistake;
  }
}

export function lines(source: InputSource, name: string): readonly string[] {
  return source
    .input(name)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** dbt itself splits at blanks, so that no criterion can hold one; a leading dash would make it an option of dbt. */
export function criteria(source: InputSource, name: string): readonly string[] {
  const written = source.input(name).split(/[ \t\r\n]+/);
  return written
    .filter((criterion) => criterion !== '')
    .map((criterion) => {
      if (/^-|\p{Cc}/u.test(criterion)) {
        throw wrong(
          name,
          criterion,
          'is no criterion of dbt: none begins with a dash or holds a control character',
          `write as after dbt's --${name}, for example ${name}: tag:nightly +orders`,
        );
      }
      return criterion;
    });
}

export function insideRepository(source: InputSource, name: string): string | undefined {
  const path = source.input(name);
  return path === '' ? undefined : checkInside(name, path);
}

export function checkInside(name: string, path: string): string {
  const climbs = path.split(/[/\\]/).includes('..');
  if (!path.startsWith('/') && !climbs) return path;
  throw wrong(name, path, 'leaves the repository', 'write a path relative to the top of the repository');
}

export function jsonObject(source: InputSource, name: string): Readonly<Record<string, unknown>> {
  const value = source.input(name);
  if (value === '') return {};
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Falls through to the message below, which says what is expected.
  }
  throw wrong(name, value, 'is not a JSON object', `write for example ${name}: '{"start_date": "2026-01-01"}'`);
}
