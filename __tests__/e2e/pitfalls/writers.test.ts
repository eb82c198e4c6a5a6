/** The pitfalls of everybody else who writes: other deployments, the schedule, and runs that died. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type RunOptions, Shop } from '../support/shop.js';
import { ADD_SECTION } from '../support/shop-project.js';
import { contentOf, sent } from './support/content.js';

const ROWS = 30;
const DBT_IS_AT_WORK = 'create.*table.*PUBLIC_UPCOMING\\.page_views';
const WRITES = /^\s*(create|alter (?!session)|drop|insert|merge|update|delete|comment)\b/i;
const DROPS = /^\s*drop schema\b/i;

let shop: Shop;
let first: string;

beforeAll(async () => {
  shop = await Shop.open(ROWS);
  first = await shop.project.tip('prod');
  await shop.merge('Add section to page views', ADD_SECTION);
});

afterAll(() => shop.close());

const place = (): string => `${shop.warehouse.database}.PUBLIC`;

function attempt(number: string): RunOptions {
  return { env: { GITHUB_RUN_ID: '777', GITHUB_RUN_ATTEMPT: number } };
}

/** What stands in production of views and orders, and what the sources hold. */
async function totals(): Promise<{
  readonly live: readonly (string | null)[];
  readonly source: readonly (string | null)[];
}> {
  const counts = (schema: string): Promise<readonly (string | null)[]> =>
    Promise.all(['PAGE_VIEWS', 'ORDERS'].map((table) => shop.value(`select count(*) from ${schema}.${table}`)));
  return { live: await counts('PUBLIC'), source: await counts('RAW') };
}

/** As the role of the schedule and of the deployment. */
async function asSchedule(...statements: readonly string[]): Promise<void> {
  const session = await shop.server.connect(shop.warehouse.deployLogin);
  await session.run(...statements);
  await session.close();
}

test('pitfall 6: two runs, and a leftover: an upcoming schema of somebody else is neither used nor dropped', async () => {
  const name = `${shop.warehouse.database}.PUBLIC_UPCOMING`;
  await shop.admin.run(
    `create schema ${name} comment = 'for the audit'`,
    `create table ${name}.KEPT as select 1 as id`,
    `grant usage on schema ${name} to role ${shop.warehouse.deployRole}`,
  );
  const position = await shop.server.logPosition();
  expect((await shop.fails('build')).errors[0]).toMatch(/PUBLIC_UPCOMING exists, but not by this action/);
  expect(await sent(shop, position, WRITES)).toEqual([]);
  expect((await shop.warehouse.schemas()).get('PUBLIC_UPCOMING')).toBe('for the audit');
  expect(await shop.value('select id from PUBLIC_UPCOMING.KEPT')).toBe('1');
  await shop.admin.run(`drop schema ${name}`);
});

test('pitfall 6: two runs, and a leftover: one wins, the other stops with the owner named; the same commit goes on after its queries are ended', async () => {
  const minutes = { action: 'delay', delay_ms: 280_000 } as const;
  const held = await shop.server.addFault({ ...minutes, when: 'before', matching: DBT_IS_AT_WORK });
  const dying = await shop.start('build', {}, attempt('1'));
  await shop.server.holds(held, 240_000);

  // (i) A second deployment, (iv) whose upcoming schema is owned by the first.
  const position = await shop.server.logPosition();
  const upcoming = (await shop.warehouse.schemas()).get('PUBLIC_UPCOMING');
  const { errors } = await shop.fails('deploy');
  expect(errors[0]).toMatch(/being built by run 777 \(attempt 1/);
  expect(await sent(shop, position, WRITES)).toEqual([]);
  expect((await shop.warehouse.schemas()).get('PUBLIC_UPCOMING')).toBe(upcoming);
  // (ii) The schedule writes to production, which is no business of the build's.
  await shop.hour(5);
  expect((await totals()).live).toEqual(['35', '35']);

  // (iii) The first run dies; what it had sent is still at work. The next attempt of the same commit ends that first.
  await dying.crash();
  const later = await shop.server.logPosition();
  const { outputs, log } = await shop.succeeds('build', {}, attempt('2'));
  expect(outputs).toMatchObject({ state: 'waiting', 'production-commit': first });
  expect(log).toMatch(/was begun by run 777 and is taken up/);
  // The server is shared with other tests: only what this shop's user sent is of these runs.
  const all = (await shop.server.log()).filter(({ user }) => user === shop.warehouse.deployUser);
  const left = all.filter(({ id, text }) => id <= later && new RegExp(DBT_IS_AT_WORK, 'is').test(text));
  expect(left.map(({ status }) => status)).toEqual(['cancelled']);
  const [firstWrite] = all.filter(({ id, text }) => id > later && WRITES.test(text));
  const ended = all.find(({ id, text }) => id > later && /SYSTEM\$CANCEL/i.test(text));
  expect(ended?.id).toBeLessThan(firstWrite?.id ?? 0);
  expect(await sent(shop, later, DROPS)).toEqual([]);
});

test('pitfall 5: late rows: what blue cannot catch up with stops the swap, with table and count', async () => {
  const before = (await shop.warehouse.schemas()).get('PUBLIC');
  // By hand: the sources do not know it, so that no run of dbt can bring it over.
  await asSchedule(`insert into ${place()}.PAGE_VIEWS (view_id, page_id) values (9001, 1), (9002, 1)`);
  const position = await shop.server.logPosition();
  const { errors } = await shop.fails('swap');
  expect(errors[0]).toMatch(
    /page_views: 2 ids of production are missing in blue after the catch-up[\s\S]*Production was not touched/,
  );
  expect(await sent(shop, position, /swap with/i)).toEqual([]);
  expect((await shop.warehouse.schemas()).get('PUBLIC')).toBe(before);
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).not.toContain('section_id');
  await asSchedule(`delete from ${place()}.PAGE_VIEWS where view_id > 9000`);
});

test('pitfall 5: late rows: everything else is caught up with and told: rebuilt, carried, and made meanwhile', async () => {
  await shop.hour(5);
  await asSchedule(
    `create table ${place()}.NEWS as select 7 as id`,
    `update ${place()}.CUSTOMERS set orders = 99 where customer_id = 1`,
  );
  const { PAGE_VIEWS: _own, ...others } = await contentOf(shop, 'PUBLIC');
  const { outputs, log } = await shop.succeeds('swap');
  expect(outputs).toMatchObject({ state: 'done' });
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
  // Nothing is lost, and nothing double.
  expect(await totals()).toEqual({ live: ['40', '40'], source: ['40', '40'] });
  expect(await shop.value('select count(distinct section_id, view_id) from PUBLIC.PAGE_VIEWS')).toBe('40');
  expect(await contentOf(shop, 'PUBLIC')).toMatchObject(others);
  expect(others).toHaveProperty('NEWS');
  // Never silently: which tables, and how many rows.
  expect(log).toMatch(
    /Since the clone 1 rebuilt tables got changes in production \(PAGE_VIEWS\); \d+ others are cloned again/,
  );
  const report: unknown = JSON.parse(readFileSync(outputs['report-path'] ?? '', 'utf8'));
  expect(report).toMatchObject({
    lateRows: { checked: [expect.objectContaining({ name: 'page_views', status: 'passed' })] },
  });
  expect(shop.github.comments(1).at(-1)?.body).toContain('Rows that reached production meanwhile');
});
