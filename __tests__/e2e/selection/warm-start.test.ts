/** The packaged action's plan, with the `dbt` of pip and with others, and what becomes of Python when things go wrong. */
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Plan } from '../../../src/selection/plan.js';
import { NODE_24, REPOSITORY } from '../support/places.js';
import type { Step, StepResult } from '../support/runner.js';
import { type RunOptions, Shop } from '../support/shop.js';
import { ADD_SECTION } from '../support/shop-project.js';

/** The folder of the console script that pip wrote. */
const PROGRAMS = join(REPOSITORY, process.env['TESTED_DBT'] ?? '.venv', 'bin');
const IMPORTED = /::debug::dbt 1\.\d+\.\S+ is imported/;
const BY_ITSELF = /::debug::Each dbt command is started by itself/;

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open(0);
  await shop.merge('Add section, and files that are called like modules', {
    ...ADD_SECTION,
    'yaml.py': 'raise SystemExit("imported from the project")\n',
    'dbt.py': 'raise SystemExit("imported from the project")\n',
    'json.py': 'raise SystemExit("imported from the project")\n',
  });
});

afterAll(() => shop.close());

/** A job that finds dbt in this folder. */
function withDbtOf(folder: string): RunOptions {
  return { env: { PATH: [folder, dirname(NODE_24), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter) } };
}

function rebuilt({ outputs }: StepResult): readonly string[] {
  const report = JSON.parse(readFileSync(outputs['report-path'] ?? '', 'utf8')) as { readonly plan: Plan };
  return report.plan.rebuilt.map(({ name }) => name);
}

/** Processes that run the program which imports dbt once, by number, with that of the one that started each. */
function pythons(step: Step): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const [command, status] = [readProcess(pid, 'cmdline'), readProcess(pid, 'status')];
    if (command.includes('warm-python.py') && command.includes(shop.project.folder))
      found.set(Number(pid), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
  }
  expect(step.log).not.toMatch(BY_ITSELF);
  return found;
}

function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Starts a plan and waits until its parses run. @returns the process that started them */
async function parsing(): Promise<{ readonly step: Step; readonly python: number }> {
  const step = await shop.start('plan', {}, withDbtOf(PROGRAMS));
  for (let waited = 0; waited < 6_000; waited += 1) {
    const found = pythons(step);
    const python = [...found.keys()].find((pid) => [...found.values()].filter((parent) => parent === pid).length >= 2);
    if (python !== undefined) return { step, python };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`No two parses were seen side by side:\n${step.log}`);
}

test('the dbt of pip is imported once, not from the project, and gone at the end', async () => {
  const step = await shop.start('plan', {}, withDbtOf(PROGRAMS));
  const result = await step.finished;
  expect(rebuilt(result)).toEqual(['page_views']);
  expect(result.log).toMatch(IMPORTED);
  expect(result.log).not.toMatch(/leaked|started as usual|started by itself/);
  expect(step.endOrphans()).toBe(0);
});

test('a dbt behind a wrapper is started for each command', async () => {
  const folder = join(shop.project.folder, 'wrapper');
  mkdirSync(folder);
  writeFileSync(join(folder, 'dbt'), `#!/bin/sh\nexec ${join(PROGRAMS, 'dbt')} "$@"\n`);
  chmodSync(join(folder, 'dbt'), 0o755);
  const result = await shop.succeeds('plan', {}, withDbtOf(folder));
  expect(rebuilt(result)).toEqual(['page_views']);
  expect(result.log).toMatch(BY_ITSELF);
  expect(result.log).not.toMatch(IMPORTED);
});

test('Python is killed in the middle: the parses are started again, each by itself', async () => {
  const { step, python } = await parsing();
  process.kill(python, 'SIGKILL');
  const result = await step.finished;
  expect(result.exitCode).toBe(0);
  expect(rebuilt(result)).toEqual(['page_views']);
  expect(step.endOrphans()).toBe(0);
});

test('cancelled while dbt parses, nothing goes on', async () => {
  const { step } = await parsing();
  const { exitCode, errors } = await step.cancel();
  expect(exitCode).toBe(1);
  expect(errors).toEqual([expect.stringMatching(/cancelled/)]);
  expect(step.endOrphans()).toBe(0);
  expect(pythons(step).size).toBe(0);
});

test('the machine takes the action away while dbt parses: Python and its parses end by themselves', async () => {
  const { step } = await parsing();
  step.signal('SIGKILL');
  await step.finished;
  for (let waited = 0; pythons(step).size > 0 && waited < 500; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(pythons(step).size).toBe(0);
});
