/** A change that gives the project a custom schema, and one that takes it away: a pair without a production, and one that ends. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Shop } from '../support/shop.js';
import { MARKETING, totals, viewsOfBlue } from './two-pairs.js';

describe('a schema that production does not have yet', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open(40);
    await shop.merge('A custom schema for marketing', MARKETING);
  });

  afterAll(async () => {
    await shop.close();
  });

  test('is made empty, and told with what its readers need', async () => {
    const { log } = await shop.succeeds('build', { scope: 'all' });
    expect(log).toMatch(/PUBLIC_MARKETING did not exist: it was made, empty and without grants/);
    expect(
      await shop.column("select table_name from INFORMATION_SCHEMA.TABLES where table_schema = 'PUBLIC_MARKETING'"),
    ).toEqual([]);
  });

  test('comes live with the rest', async () => {
    await shop.hour(10);
    await shop.succeeds('swap');
    expect(await totals(shop)).toEqual(['50', '50', '50', '50']);
    expect(await viewsOfBlue(shop)).toEqual([]);
  });

  test('is empty again after a rollback', async () => {
    await shop.succeeds('rollback');
    expect(
      await shop.column("select table_name from INFORMATION_SCHEMA.TABLES where table_schema = 'PUBLIC_MARKETING'"),
    ).toEqual([]);
    expect(await shop.value('select sum(orders) from PUBLIC.DAILY_ORDERS')).toBe('50');
  });
});
