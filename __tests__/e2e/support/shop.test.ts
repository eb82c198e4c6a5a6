import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADMIN, type Session, localSnowflakeOfThisWorker } from './local-snowflake.js';
import { ADD_PRICE, BREAK_SQL, type Changes, DROP_IDS, ShopProject } from './shop-project.js';
import { ShopWarehouse } from './shop-warehouse.js';

let project: ShopProject;

beforeAll(async () => {
  project = await ShopProject.create();
});

afterAll(() => {
  project.dispose();
});

describe('the dbt repository of a test', () => {
  test.each([
    ['ADD_PRICE', ADD_PRICE, 'ordered_at,\n    price\n'],
    ['DROP_IDS', DROP_IDS, 'where customer_id <> 3\n{% if is_incremental() %}\nand order_id >'],
    ['BREAK_SQL', BREAK_SQL, 'no_such_column'],
  ] as [string, Changes, string][])('%s reaches pre-prod, and prod stays', async (title, changes, text) => {
    const own = await ShopProject.create();
    const commit = await own.merge(title, changes);
    expect(readFileSync(join(await own.checkOut(), 'models/orders.sql'), 'utf8')).toContain(text);
    expect(readFileSync(join(await own.checkOut('origin/prod'), 'models/orders.sql'), 'utf8')).not.toContain(text);
    expect(commit).toBe(await own.tip('pre-prod'));
    own.dispose();
  });
});

describe('production of a test', () => {
  let admin: Session;
  let warehouse: ShopWarehouse;

  beforeAll(async () => {
    const server = localSnowflakeOfThisWorker();
    admin = await server.connect(ADMIN);
    warehouse = await ShopWarehouse.create(server, admin);
  });

  afterAll(async () => {
    await admin.close();
  });

  test('is filled by the schedule, hour after hour, and can be read by readers only', async () => {
    await warehouse.arrive(50);
    await project.schedule(warehouse);
    await warehouse.arrive(20);
    await project.schedule(warehouse);

    const reader = await warehouse.server.connect(warehouse.readerLogin);
    try {
      const place = `${warehouse.database}.PUBLIC`;
      expect(await reader.value(`select count(*) from ${place}.ORDERS`)).toBe('70');
      expect(await reader.value(`select sum(orders) from ${place}.CUSTOMERS`)).toBe('70');
      expect(await reader.value(`select sum(orders) from ${place}.DAILY_ORDERS`)).toBe('70');
      await expect(reader.query(`insert into ${place}.ORDERS values (1, 1, null)`)).rejects.toThrow(/privileges/);
    } finally {
      await reader.close();
    }
    expect([...(await warehouse.schemas()).keys()]).toEqual(['PUBLIC']);
  });
});
