/** Two runs that bring the same deployment live: they stage under the same name. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Shop } from './support/shop.js';
import { ADD_PRICE } from './support/shop-project.js';

const ROWS = 20;
/** The last that a run writes before the exchange. */
const STAGED = '^update .*TOKENS_OF_RELEASE';
const RELEASE_STAGED = '^create schema .*_RELEASE_.* clone';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open(ROWS);
  await shop.merge('Add price to orders', ADD_PRICE);
  await shop.succeeds('build');
});

afterAll(() => shop.close());

test('what the other is still staging does not go live, and the other brings it live', async () => {
  const { deployRole: role } = shop.warehouse;
  const onceStaged = await shop.server.addFault({ action: 'pause', when: 'after', matching: STAGED, role });
  const one = await shop.start('swap', {}, { env: { GITHUB_RUN_ID: '1001' } });
  await shop.server.holds(onceStaged);
  const whileStaging = await shop.server.addFault({
    action: 'pause',
    when: 'after',
    matching: RELEASE_STAGED,
    role,
  });
  const other = await shop.start('swap', {}, { env: { GITHUB_RUN_ID: '1002' } });
  await shop.server.holds(whileStaging);

  await shop.server.release(onceStaged);
  const stopped = await one.finished;
  expect(stopped.exitCode).toBe(1);
  expect(stopped.errors).toEqual([expect.stringMatching(/Another run changed .* This run changes nothing more/)]);
  expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');

  await shop.server.release(whileStaging);
  const ended = await other.finished;
  expect(ended.errors).toEqual([]);
  expect(ended.exitCode).toBe(0);
  expect(await shop.value('select count(price) from PUBLIC.ORDERS')).toBe(String(ROWS));
  expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')).toBe(String(ROWS));
});
