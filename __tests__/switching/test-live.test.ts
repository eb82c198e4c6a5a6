import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Dbt, DbtCommand, DbtNodeStatus, DbtOutcome } from '../../src/dbt/dbt.js';
import type { SchemaSeen } from '../../src/deployment/state.js';
import { Timeline } from '../../src/deployment/timeline.js';
import { History } from '../../src/history/history.js';
import type { SwitchJob } from '../../src/switching/job.js';
import { testLive } from '../../src/switching/test-live.js';
import type { LiveTests } from '../../src/switching/test-live.js';
import type { Tools } from '../../src/tools.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import type { TestVerdict } from '../../src/verification/verdict.js';
import { PAIR, marker, observed, ours } from '../deployment/support/schemas.js';
import { plan, plannedNode, record } from '../deployment/support/plans.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';
import { SettableClock } from '../support/settable-clock.js';

const TESTS = ['unique', 'not_null', 'no_gap'].map((name) => ({
  uniqueId: `test.shop.${name}`,
  name,
  fqn: ['shop', name],
}));

const ALL_PASS = { unique: 'pass', not_null: 'pass', no_gap: 'pass' } as const;

/** What dbt says at the first try, at the second…, by test; a text is why it broke off. */
type Tries = readonly (Readonly<Record<string, DbtNodeStatus>> | string)[];

interface Run {
  readonly tests: LiveTests;
  readonly commands: readonly DbtCommand[];
  readonly warehouse: RecordingWarehouse;
}

let top = '';

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'checks-'));
  await writeFile(join(top, 'totals.sql'), 'select * from {{ new }}.t minus select * from {{ old }}.t;\n');
});

afterAll(async () => {
  await rm(top, { recursive: true });
});

function outcomeOf(said: Tries[number]): DbtOutcome {
  if (typeof said === 'string') return { kind: 'broken', results: [], reason: said };
  const results = Object.entries(said).map(([name, status]) => ({
    uniqueId: `test.shop.${name}`,
    status,
    message: undefined,
    failures: status === 'fail' ? 3 : 0,
    seconds: 1,
  }));
  return { kind: 'completed', results };
}

async function run(given: {
  readonly tries: Tries;
  readonly before?: Readonly<Record<string, TestVerdict['status']>>;
  readonly verifySql?: readonly string[];
  readonly checks?: readonly (string | Error)[];
  readonly former?: SchemaSeen;
  readonly tests?: typeof TESTS;
}): Promise<Run> {
  const commands: DbtCommand[] = [];
  const dbt: Pick<Dbt, 'run'> = {
    run: (command) => {
      commands.push(command);
      return Promise.resolve(outcomeOf(given.tries[commands.length - 1] ?? 'asked too often'));
    },
  };
  const answers = [...(given.checks ?? [])];
  const warehouse = new RecordingWarehouse((): readonly Row[] | Error => {
    const answer = answers.shift() ?? '0';
    return answer instanceof Error ? answer : [{ rows: answer }];
  });
  const log = new RecordingLog();
  const clock = new SettableClock();
  const needed: Pick<Tools, 'warehouse' | 'log' | 'clock' | 'run' | 'tempDir' | 'signal'> = {
    warehouse,
    log,
    clock,
    run: { repository: 'octo/shop', run: '77', attempt: 1, actor: 'octocat', url: 'u' },
    tempDir: top,
    signal: new AbortController().signal,
  };
  const before = Object.entries(given.before ?? ALL_PASS);
  const job: SwitchJob = {
    tools: { ...needed, dbt } as Tools,
    project: {} as SwitchJob['project'],
    pair: PAIR,
    switched: [PAIR],
    onlyRead: [],
    history: new History(warehouse, PAIR),
    timeline: new Timeline(log, clock),
    record: record({
      plan: plan([plannedNode('EVENTS')], given.tests ?? TESTS),
      verdict: {
        status: 'passed',
        models: [],
        tests: before.map(([name, status]) => ({
          uniqueId: name.startsWith('verify-sql') ? name : `test.shop.${name}`,
          name,
          status,
          failures: 0,
          message: undefined,
        })),
        blockers: [],
        baseline: { kind: 'clone', at: '2026-11-22T15:30:45Z' },
      },
    }),
    marker: marker(),
    lateRows: new Map(),
    remarks: new Set(),
    sampleIds: 'hashed',
    verifySql: given.verifySql ?? [],
    verification: 'enforce',
  };
  const code = { commit: 'a'.repeat(40), projectDir: join(top, 'dbt'), top };
  return { tests: await testLive(job, code, given.former), commands, warehouse };
}

describe('what the tests say after the swap', () => {
  test.each<
    readonly [string, Tries, Readonly<Record<string, TestVerdict['status']>>, LiveTests['kind'], readonly string[]]
  >([
    ['all pass', [ALL_PASS], ALL_PASS, 'passed', []],
    ['a warning is no failure', [{ ...ALL_PASS, unique: 'warn' }], ALL_PASS, 'passed', []],
    ['one fails that passed in blue', [{ ...ALL_PASS, unique: 'fail' }], ALL_PASS, 'failed', ['unique']],
    [
      'one fails that failed in blue too',
      [{ ...ALL_PASS, unique: 'fail' }],
      { ...ALL_PASS, unique: 'fail' },
      'passed',
      [],
    ],
    ['one fails that warned in blue', [{ ...ALL_PASS, unique: 'fail' }], { ...ALL_PASS, unique: 'warn' }, 'passed', []],
    ['one fails of which blue says nothing', [{ ...ALL_PASS, unique: 'fail' }], {}, 'failed', ['unique']],
    ['one cannot run, the second time it can', [{ ...ALL_PASS, no_gap: 'error' }, ALL_PASS], ALL_PASS, 'passed', []],
    [
      'one cannot run, the second time it fails',
      [
        { ...ALL_PASS, no_gap: 'error' },
        { ...ALL_PASS, no_gap: 'fail' },
      ],
      ALL_PASS,
      'failed',
      ['no_gap'],
    ],
    [
      'dbt breaks off twice',
      ['no connection', 'no connection'],
      ALL_PASS,
      'untested',
      ['unique', 'not_null', 'no_gap'],
    ],
    [
      'one has no result',
      [
        { unique: 'pass', not_null: 'pass' },
        { unique: 'pass', not_null: 'pass' },
      ],
      ALL_PASS,
      'untested',
      ['no_gap'],
    ],
    [
      'one is skipped',
      [
        { ...ALL_PASS, no_gap: 'skipped' },
        { ...ALL_PASS, no_gap: 'skipped' },
      ],
      ALL_PASS,
      'untested',
      ['no_gap'],
    ],
    [
      'one fails, another cannot run: no second try is needed',
      [{ unique: 'fail', not_null: 'error' }],
      ALL_PASS,
      'failed',
      ['unique'],
    ],
  ])('%s', async (_what, tries, before, kind, named) => {
    const { tests, commands } = await run({ tries, before });
    const blamed = tests.kind === 'failed' ? tests.failed : tests.kind === 'untested' ? tests.broken : [];
    expect([tests.kind, blamed.map(({ name }) => name)]).toEqual([kind, named]);
    expect(commands).toHaveLength(tries.length);
  });

  test('they run against production, each try with artifacts of its own', async () => {
    const { commands } = await run({ tries: ['no', 'no'] });
    expect(commands.map(({ command, schema }) => [command, schema])).toEqual([
      ['test', 'PUBLIC'],
      ['test', 'PUBLIC'],
    ]);
    expect(new Set(commands.map(({ targetPath }) => targetPath)).size).toBe(2);
  });

  test('without tests dbt is not asked', async () => {
    const { tests, commands } = await run({ tries: [], tests: [] });
    expect(tests.kind).toBe('passed');
    expect(commands).toEqual([]);
  });
});

describe('custom checks', () => {
  const verifySql = ['totals.sql'];
  const id = 'verify-sql.totals.sql';

  test.each<readonly [string, readonly (string | Error)[], LiveTests['kind']]>([
    ['no rows', ['0'], 'passed'],
    ['rows', ['4'], 'failed'],
    ['an error, then no rows', [new Error('timeout'), '0'], 'passed'],
    ['an error twice', [new Error('timeout'), new Error('timeout')], 'untested'],
    ['no number', ['', ''], 'untested'],
  ])('%s', async (_what, checks, kind) => {
    const { tests } = await run({
      tries: [ALL_PASS, ALL_PASS],
      verifySql,
      checks,
      before: { ...ALL_PASS, [id]: 'pass' },
    });
    expect(tests.kind).toBe(kind);
  });

  test('read production and the former one', async () => {
    const { snapshots } = await observed([ours('PUBLIC'), ours('PUBLIC_SNAPSHOT_2026_11_22_153045')]);
    const [former] = snapshots;
    const { warehouse } = await run({ tries: [ALL_PASS], verifySql, ...(former === undefined ? {} : { former }) });
    expect(warehouse.sql[0]).toContain(
      'select * from "ANALYTICS"."PUBLIC".t minus select * from "ANALYTICS"."PUBLIC_SNAPSHOT_2026_11_22_153045".t',
    );
  });

  test('that are not in the commit cannot run', async () => {
    const { tests } = await run({ tries: [ALL_PASS, ALL_PASS], verifySql: ['gone.sql'] });
    expect(tests.kind).toBe('untested');
  });
});
