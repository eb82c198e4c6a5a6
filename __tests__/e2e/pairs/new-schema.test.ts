/** A change that gives the project a custom schema, and one that takes it away: a pair without a production, and one that ends. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Shop } from '../support/shop.js';
import { MARKETING, totals, viewsOfBlue } from './two-pairs.js';

async function withNewSchema(): Promise<Shop> {
  const shop = await Shop.open(40);
  await shop.merge('A custom schema for marketing', MARKETING);
  return shop;
}

describe('a schema that production does not have yet', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await withNewSchema();
  });

  afterAll(async () => {
    await shop.close();
  });

  test('is made empty, and told with what its readers need', async () => {
    const { log } = await shop.succeeds('build', { scope: 'all' });
    expect(log).toMatch(/PUBLIC_MARKETING did not exist before this deployment: it was made, empty and without grants/);
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

describe('a schema that production does not have yet, with "new-schema-grants: as-main"', () => {
  const INPUTS = { scope: 'all', 'new-schema-grants': 'as-main' };
  let shop: Shop;

  beforeAll(async () => {
    shop = await withNewSchema();
  });

  afterAll(async () => {
    await shop.close();
  });

  test('says which grants it may not give, and stops before anything is built', async () => {
    const {
      errors: [error = ''],
    } = await shop.fails('build', INPUTS);
    expect(error).toMatch(/PUBLIC grants on its future objects could not be granted in \S+PUBLIC_MARKETING/);
    expect(
      await shop.column("select count(*) from INFORMATION_SCHEMA.SCHEMATA where schema_name ilike '%marketing%'"),
    ).toEqual(['1']);
    const wanted = [...error.matchAll(/^(GRANT .*) ON FUTURE .*?;/gm)].map(([statement]) => statement.slice(0, -1));
    expect(wanted).toHaveLength(2);
    await shop.admin.run(...wanted);
  });

  test('goes on with the schema that it has made', async () => {
    const { log } = await shop.succeeds('build', INPUTS);
    expect(log).toMatch(/it was made, empty, with the grants of \S+PUBLIC, on the schema and on what is made in it/);
    expect((await shop.warehouse.schemas()).get('PUBLIC_MARKETING')).toBe('');
  });

  test('is read, once it is live, by who reads the main one', async () => {
    await shop.succeeds('swap');
    const reader = await shop.server.connect(shop.warehouse.readerLogin);
    try {
      expect(await reader.value('select count(*) from PUBLIC_MARKETING.LOYALTY')).toBe('7');
      expect(await reader.value('select count(*) from PUBLIC_MARKETING.DAILY_ORDERS')).toBe('1');
    } finally {
      await reader.close();
    }
  });
});
