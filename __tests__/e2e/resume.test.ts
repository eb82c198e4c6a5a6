/** A build that died is gone on with, model by model, by the next run of the same commit. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunOptions } from './support/shop.js';
import { Shop } from './support/shop.js';
import { ADD_PRICE, ADD_SECTION, BREAK_SQL, MEND_SQL } from './support/shop-project.js';

const ROWS = 140;
const REBUILD = /^create or replace +(?:transient +)?table +\S*PUBLIC_UPCOMING\S*\.(\w+)/i;

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(ROWS);
});
afterAll(() => shop.close());

function attempt(number: number): RunOptions {
  return { env: { GITHUB_RUN_ID: '777', GITHUB_RUN_ATTEMPT: String(number) } };
}

/** Names of the tables that were made from scratch since a position of the server's log, in their order. */
async function rebuiltSince(position: number): Promise<readonly string[]> {
  const made = (await shop.server.log(position)).flatMap(
    ({ text }) => REBUILD.exec(text.replaceAll(/["\s]+/g, ' '))?.[1] ?? [],
  );
  return made.map((name) => name.toLowerCase()).filter((name) => !name.includes('__dbt_tmp'));
}

async function statementsSince(position: number, pattern: RegExp): Promise<number> {
  return (await shop.server.log(position)).filter(({ text }) => pattern.test(text)).length;
}

/** Waits until the record says that a node is rebuilt. */
async function recorded(name: string): Promise<void> {
  for (let look = 0; look < 100; look += 1) {
    const json = await shop.value('select max(REBUILT) from PUBLIC_DEPLOYMENTS.HISTORY');
    if (json?.includes(`model.shop.${name}`) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} was never recorded as rebuilt.`);
}

const clone = /^create (?:transient )?schema .*PUBLIC_UPCOMING" clone/i;

test('a dead full refresh is gone on with: what was rebuilt stays, the rest is built, rows that came meanwhile are there', async () => {
  await shop.merge('Add price to orders and section to page views', { ...ADD_PRICE, ...ADD_SECTION });
  // orders and page_views come first; customers reads orders.
  await shop.dies(
    'build',
    { matching: 'create or replace .*customers', when: 'before' },
    { threads: '1' },
    attempt(1),
    async () => {
      await recorded('orders');
    },
  );
  await shop.hour(10);
  const position = await shop.server.logPosition();
  const { log, outputs } = await shop.succeeds('build', { threads: '1' }, attempt(2));
  expect(log).toMatch(/^Mode build: \w+\.PUBLIC on account local, as role \w+\.$/m);
  expect(log).toMatch(/is taken up: \d of \d nodes are rebuilt already/);
  const again = await rebuiltSince(position);
  expect(again).toContain('customers');
  expect(again).not.toContain('orders');
  expect(await statementsSince(position, clone)).toBe(0);
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect((await shop.schemas()).filter((name) => name.startsWith('PUBLIC_FAILED'))).toEqual([]);
  expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done' });
  expect(await shop.value('select count(*) from PUBLIC.ORDERS')).toBe(String(ROWS + 10));
  expect(await shop.value('select count(price) from PUBLIC.ORDERS')).toBe(String(ROWS + 10));
  expect(await shop.value('select sum(orders) from PUBLIC.CUSTOMERS')).toBe(String(ROWS + 10));
});

test('a build that dbt failed in is begun anew, unless resume says that failed ones are gone on with', async () => {
  await shop.merge('Break orders', { ...BREAK_SQL, 'models/page_views.sql': (text) => `${text}\n-- ` });
  const broken = { 'models/page_views.sql': (text: string): string => text.replace('page_id * 10', 'page_id * 100') };
  await shop.merge('Change page views, too', broken);
  expect((await shop.fails('build', { threads: '1' })).outputs).toMatchObject({ state: 'blocked' });
  const first = await shop.server.logPosition();
  await shop.fails('build', { threads: '1' });
  expect(await rebuiltSince(first)).toContain('page_views');
  expect(await statementsSince(first, clone)).toBe(1);
  const second = await shop.server.logPosition();
  const { log } = await shop.fails('build', { threads: '1', resume: 'failed' });
  expect(log).toMatch(/is taken up/);
  expect(await rebuiltSince(second)).not.toContain('page_views');
  expect(await statementsSince(second, clone)).toBe(0);
});

test('another commit starts from a clone', async () => {
  await shop.merge('Mend orders', MEND_SQL);
  const position = await shop.server.logPosition();
  const { outputs } = await shop.succeeds('build', { threads: '1', resume: 'failed' });
  expect(outputs).toMatchObject({ state: 'waiting' });
  expect(await statementsSince(position, clone)).toBe(1);
  expect(await rebuiltSince(position)).toContain('page_views');
});
