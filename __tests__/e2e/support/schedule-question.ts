import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './places.js';

const MACRO = /\{% macro blue_green_state\(database, production, upcoming\) %\}(?<sql>.*?)\{% endmacro %\}/s;

/** The statement by which schedules outside of GitHub ask for `busy` and `production-commit`, as dbt would render it. */
export function scheduleQuestion(database: string): string {
  const text = readFileSync(join(REPOSITORY, 'examples', 'schedules', 'wait_while_busy.sql'), 'utf8');
  const sql = MACRO.exec(text)?.groups?.['sql'];
  if (sql === undefined) throw new Error('The macro blue_green_state was not found.');
  const values: Readonly<Record<string, string>> = { database, production: 'PUBLIC', upcoming: 'PUBLIC_UPCOMING' };
  return sql.replaceAll(/\{\{ (\w+) \}\}/g, (_, name: string) => values[name] ?? `no value for ${name}`);
}
