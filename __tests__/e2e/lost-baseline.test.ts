/** The clones that verification compares with are gone: production has them still, or Time Travel has, or nothing passes. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Verdict } from '../../src/verification/verdict.js';
import { faultsInReport } from '../report/support/report-schema.js';
import { OwnLocalSnowflake } from './support/local-snowflake.js';
import type { StepResult } from './support/runner.js';
import { Shop } from './support/shop.js';
import { ADD_PRICE, ADD_SECTION } from './support/shop-project.js';

const ROWS = 30;
const TIME_TRAVEL = /CREATE TRANSIENT TABLE "\w+"\."\w+"\."(\w+)" CLONE .* AT \(TIMESTAMP => /;
const CLONE = /CREATE TRANSIENT TABLE "\w+"\."\w+"\."(\w+)" CLONE "\w+"\."PUBLIC"\."\w+"$/;

let shop: Shop;
let deployment: string;
let position: number;
beforeAll(async () => {
  shop = await Shop.open(ROWS, {}, await OwnLocalSnowflake.start({ timeTravel: true }));
  await shop.merge('Add price and section', { ...ADD_PRICE, ...ADD_SECTION });
  const { outputs } = await shop.succeeds('build');
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect(verdictOf(outputs).baseline.kind).toBe('clone');
  deployment = outputs['deployment-id'] ?? '';
});
afterAll(() => shop.close());

/** Full name of a schema, or of a table in it. */
function named(schema: string, ...table: readonly string[]): string {
  return [shop.warehouse.database, schema, ...table].join('.');
}

function baseline(): string {
  return `PUBLIC_BASELINE_${deployment}`;
}

/** Runs statements as an administrator, who is none of the action's. */
async function meanwhile(...statements: readonly string[]): Promise<void> {
  await shop.admin.run(...statements);
  position = await shop.server.logPosition();
}

function verdictOf(outputs: StepResult['outputs']): Verdict {
  const report = readFileSync(outputs['report-path'] ?? '', 'utf8');
  expect(faultsInReport(report)).toEqual([]);
  return (JSON.parse(report) as { readonly verdict: Verdict }).verdict;
}

/** Missing ids and compared rows of the baseline, by model. */
function counts({ models }: Verdict): Readonly<Record<string, readonly (number | undefined)[]>> {
  return Object.fromEntries(
    models.map(({ name, comparison }) => [name, [comparison?.missing, comparison?.baselineRows]]),
  );
}

/** Tables that statements of this form made since `meanwhile`. */
async function made(form: RegExp): Promise<readonly string[]> {
  const done = (await shop.server.log(position)).filter(({ status }) => status === 'success');
  return done.flatMap(({ text }) => form.exec(text)?.[1] ?? []).sort();
}

test('production has not changed since the clone: it is cloned again, without Time Travel', async () => {
  await meanwhile(`drop schema ${named(baseline())}`);
  const { outputs, summary } = await shop.succeeds('verify');
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect(await made(CLONE)).toEqual(['CUSTOMERS', 'ORDERS', 'PAGE_VIEWS']);
  expect(await made(TIME_TRAVEL)).toEqual([]);
  const verdict = verdictOf(outputs);
  expect(verdict.baseline.kind).toBe('clone');
  expect(counts(verdict)).toMatchObject({ orders: [0, ROWS], page_views: [0, ROWS], customers: [0, 7] });
  expect(summary).not.toContain('Time Travel');
});

test('production went on since: its rows of the clone count, not those of now, and the report says whence they are', async () => {
  await shop.hour(5);
  await meanwhile(
    `drop schema ${named(baseline())}`,
    // Lost in blue; the last has gone from production as well, so that only Time Travel can tell.
    `delete from ${named('PUBLIC_UPCOMING', 'PAGE_VIEWS')} where view_id in (3, 4, 5)`,
    `delete from ${named('PUBLIC', 'PAGE_VIEWS')} where view_id = 5`,
  );
  const { outputs, errors, summary } = await shop.fails('verify', { 'sample-ids': 'plain' });
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(errors[0]).toMatch(/page_views: 3 ids .*missing/);
  expect(await made(TIME_TRAVEL)).toEqual(['CUSTOMERS', 'ORDERS', 'PAGE_VIEWS']);
  expect(await made(CLONE)).toEqual([]);
  const verdict = verdictOf(outputs);
  expect(counts(verdict)).toMatchObject({ orders: [0, ROWS], page_views: [3, ROWS], customers: [0, 7] });
  const tables = ['CUSTOMERS', 'ORDERS', 'PAGE_VIEWS'];
  expect(verdict.baseline).toEqual({ kind: 'time travel', at: expect.stringMatching(/^2.*Z$/), tables });
  const [comment] = shop.github.comments(shop.pulls.length);
  const said = `**Baseline:** of <code>CUSTOMERS</code>, <code>ORDERS</code>, <code>PAGE_VIEWS</code> the clone made with blue was gone. Compared instead: production as Time Travel has it of ${verdict.baseline.at}`;
  for (const text of [summary, comment?.body]) {
    expect(text).toContain(said);
    expect(text).toContain(`by Time Travel of ${verdict.baseline.at}`);
  }
});

test('what is there again is not made twice, and where it came from is not forgotten', async () => {
  const lost = `(select view_id, page_id, viewed_at, page_id * 10 from ${named(baseline(), 'PAGE_VIEWS')} where view_id in (3, 4, 5))`;
  await meanwhile(`insert into ${named('PUBLIC_UPCOMING', 'PAGE_VIEWS')} ${lost}`);
  const { outputs, summary } = await shop.succeeds('verify');
  // Views are compared with production's own, which went on: only what has a baseline can pass.
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'warned' });
  expect([...(await made(TIME_TRAVEL)), ...(await made(CLONE))]).toEqual([]);
  const verdict = verdictOf(outputs);
  const passed = verdict.models.filter(({ status }) => status === 'passed').map(({ name }) => name);
  expect(passed.sort()).toEqual(['customers', 'orders', 'page_views']);
  expect(counts(verdict)).toMatchObject({ orders: [0, ROWS], page_views: [0, ROWS], customers: [0, 7] });
  expect(verdict.baseline).toMatchObject({
    kind: 'time travel',
    tables: ['CUSTOMERS', 'ORDERS', 'PAGE_VIEWS'],
  });
  expect(summary).toContain('the clone made with blue was gone');
});

test('beyond the retention nothing passes: blocked, with the reason and what to do', async () => {
  await meanwhile(
    `drop table ${named(baseline(), 'PAGE_VIEWS')}`,
    `alter table ${named('PUBLIC', 'PAGE_VIEWS')} set data_retention_time_in_days = 0`,
  );
  const { outputs, errors } = await shop.fails('verify');
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(errors[0]).toMatch(
    /page_views: there is nothing to compare with: .*PAGE_VIEWS is missing .* does not reach back to 2.*\(DATA_RETENTION_TIME_IN_DAYS is 0\)\. Build again/,
  );
  const verdict = verdictOf(outputs);
  expect(verdict.baseline).toMatchObject({ tables: ['CUSTOMERS', 'ORDERS'] });
  expect(verdict.models.find(({ name }) => name === 'page_views')).toMatchObject({ status: 'failed' });
});

test('a table that was replaced since has no history of before: blocked, although its rows are the same', async () => {
  const table = named('PUBLIC', 'PAGE_VIEWS');
  const owner = await shop.server.connect(shop.warehouse.deployLogin);
  await owner.run(`create or replace table ${table} clone ${table}`);
  await owner.close();
  const { outputs, errors } = await shop.fails('verify');
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(errors[0]).toMatch(/PAGE_VIEWS was replaced since the clone \(it is of 2.*\), .* Build again/);
});

test('a table that production lost since is neither new nor passed', async () => {
  await meanwhile(`drop table ${named('PUBLIC', 'PAGE_VIEWS')}`);
  const { outputs, errors } = await shop.fails('verify');
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(errors[0]).toMatch(
    /PUBLIC\.PAGE_VIEWS was dropped since the clone, or .* UNDROP it or grant SELECT, or build again/,
  );
});
