/** A version that passes in blue and fails in production; tests that cannot run; a GitHub that refuses. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Shop } from './support/shop.js';
import { ADD_PRICE, type Changes } from './support/shop-project.js';

/** Fails where the schema is production's own: a mistake that blue cannot show. */
const FAILS_IN_PRODUCTION: Changes = {
  ...ADD_PRICE,
  'tests/not_in_production.sql':
    "select order_id from {{ ref('orders') }} where '{{ target.schema | upper }}' = 'PUBLIC' limit 3\n",
};

let shop: Shop;
let first: string;

beforeEach(async () => {
  shop = await Shop.open(30);
  first = await shop.project.tip('prod');
});

afterEach(async () => {
  await shop.close();
});

test('a test that passed in blue and fails after the switch rolls back by itself', async () => {
  await shop.merge('Add price, and a test that only production fails', FAILS_IN_PRODUCTION);
  const { errors, outputs } = await shop.fails('deploy');
  expect(errors[0]).toMatch(/was rolled back by itself[\s\S]*not_in_production \(3 rows\)/);
  expect(outputs).toMatchObject({ state: 'rolled back', 'production-commit': first, busy: 'false' });
  expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');
  expect(await shop.value('select sum(orders) from PUBLIC.DAILY_ORDERS')).toBe('30');
  expect(await shop.project.tip('prod')).toBe(first);

  // What was rolled back does not come back by accident.
  const { errors: again } = await shop.fails('build');
  expect(again[0]).toMatch(/accept-rejected/);
});

test('tests that cannot run leave the new version live, red, and resumable', async () => {
  const { commit } = await shop.merge('Add price to orders', ADD_PRICE);
  await shop.succeeds('build');
  await shop.server.addFault({ action: 'fail', matching: 'dbt_internal_test', times: 1000 });
  const { errors, outputs } = await shop.fails('swap');
  expect(errors[0]).toMatch(/is live, but untested/);
  expect(outputs).toMatchObject({ state: 'swapped', busy: 'true' });
  expect(await shop.columns('PUBLIC', 'ORDERS')).toContain('price');
  expect(await shop.project.tip('prod')).toBe(first);

  await shop.server.clearFaults();
  const status = await shop.succeeds('status');
  expect(status.outputs).toMatchObject({ state: 'swapped', 'production-commit': commit, busy: 'true' });
  const finished = await shop.succeeds('swap');
  expect(finished.outputs).toMatchObject({ state: 'done', busy: 'false' });
  expect(await shop.project.tip('prod')).toBe(commit);
});

test('a GitHub that refuses everything undoes nothing: live, red, and says what to do', async () => {
  const { commit, pullRequest } = await shop.merge('Add price to orders', ADD_PRICE);
  shop.github.addFault({
    path: /./,
    meets: { status: 403, message: 'Resource not accessible by integration' },
    times: 1000,
  });
  const { errors, outputs, summary } = await shop.fails('deploy');
  expect(errors[0]).toMatch(/is live, with something left to do[\s\S]*contents: write/);
  expect(outputs['production-commit']).toBe(commit);
  expect(await shop.columns('PUBLIC', 'ORDERS')).toContain('price');
  expect(summary).toContain('orders');
  expect(shop.github.comments(pullRequest)).toEqual([]);

  shop.github.clearFaults();
  const { outputs: done } = await shop.succeeds('swap');
  expect(done).toMatchObject({ state: 'done' });
  expect(await shop.project.tip('prod')).toBe(commit);
});
