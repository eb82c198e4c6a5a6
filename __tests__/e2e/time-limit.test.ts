/** A rebuild that takes longer than a job may: it stops between two models, and the next run goes on. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Shop } from './support/shop.js';
import { ADD_PRICE, ADD_SECTION } from './support/shop-project.js';

const ROWS = 60;

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(ROWS);
});
afterAll(() => shop.close());

const REBUILT = 'select max(REBUILT) from PUBLIC_DEPLOYMENTS.HISTORY';

test('a build ends before its limit with what it finished, and the next one builds the rest at once', async () => {
  const { commit, pullRequest } = await shop.merge('Add price and section', { ...ADD_PRICE, ...ADD_SECTION });
  const before = await shop.value('select max(order_id) from PUBLIC.ORDERS');
  // Of the three minutes: the second model cannot be finished in what the first has left.
  const slow = { matching: 'create or replace .*PUBLIC_UPCOMING.*(orders|page_views)', delay_ms: 65_000, times: 2 };
  await shop.server.addFault({ action: 'delay', when: 'before', ...slow });
  const began = Date.now();
  const stopped = await shop.fails('build', { threads: '1', 'timeout-minutes': '3' });
  const seconds = (Date.now() - began) / 1000;
  await shop.server.clearFaults();
  expect(seconds).toBeLessThan(180);
  const said = /1 of (\d+) models built, stopped before the limit of 3 minutes; run again: the next run goes on\./;
  const all = Number(said.exec(stopped.errors[0] ?? '')?.[1]);
  expect(all).toBeGreaterThan(2);
  expect(stopped.log).toMatch(
    /Too little time is left to finish (orders|page_views|model\.shop\.\w+): dbt is stopped here/,
  );
  expect(stopped.outputs).toMatchObject({
    state: 'dead build',
    busy: 'false',
    next: 'Run again: the next run goes on.',
  });
  expect(stopped.summary).toContain('not finished, run again');
  expect(stopped.summary).toMatch(said);
  expect(shop.github.comments(pullRequest).map(({ body }) => body)).toEqual([expect.stringMatching(said)]);
  expect(shop.github.checkRuns(commit).map(({ body }) => body['conclusion'])).toEqual(['failure']);
  expect((JSON.parse((await shop.value(REBUILT)) ?? '') as { nodes: unknown[] }).nodes).toHaveLength(1);
  expect(await shop.value('select max(order_id) from PUBLIC.ORDERS')).toBe(before);

  const { outputs } = await shop.succeeds('status');
  expect(outputs).toMatchObject({ state: 'dead build', busy: 'false' });
  expect(outputs['next']).toMatch(
    /was stopped by run \d+ \(attempt 1\) at \S+, before its time limit\. Next: build again/,
  );

  const { log, outputs: built } = await shop.succeeds('build', { threads: '1', 'timeout-minutes': '30' });
  expect(log).toContain(`is taken up: 1 of ${String(all)} nodes are rebuilt already`);
  expect(built).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done' });
  expect(await shop.value('select count(price) from PUBLIC.ORDERS')).toBe(String(ROWS));
  expect(await shop.value('select sum(orders) from PUBLIC.CUSTOMERS')).toBe(String(ROWS));
  expect((await shop.schemas()).filter((name) => name.startsWith('PUBLIC_FAILED'))).toEqual([]);
});
