/** A block that stopped between two of its statements: one schema is new, the other old. Forward by a re-run, back by a rollback. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Checkpoint, openOnDisk } from '../support/checkpoint.js';
import type { Shop } from '../support/shop.js';
import { ADD_PRICE } from '../support/shop-project.js';
import { openTwoPairs, totals, viewsOfBlue } from './two-pairs.js';

let waiting: Checkpoint;
let live: Checkpoint;
let shop: Shop | undefined;

beforeAll(async () => {
  const first = await openTwoPairs(40, openOnDisk);
  await first.merge('Add price to orders', ADD_PRICE);
  await first.succeeds('build');
  waiting = await Checkpoint.take(first);
  const second = await waiting.open();
  await second.succeeds('swap');
  live = await Checkpoint.take(second);
});

afterEach(async () => {
  await shop?.close();
});

afterAll(() => {
  waiting.dispose();
  live.dispose();
});

/** The block is refused after its first statement, which exchanged the main pair. */
async function halfOf(mode: 'swap' | 'rollback', from: Checkpoint): Promise<Shop> {
  shop = await from.open();
  await shop.server.addFault({
    action: 'fail',
    when: 'before',
    matching: 'ALTER SCHEMA [^;]*PUBLIC_MARKETING" SWAP WITH',
    nth: 2,
    message: 'Insufficient privileges to operate on schema',
  });
  const { log } = await shop.fails(mode);
  await shop.server.clearFaults();
  expect(log).toContain('Insufficient privileges');
  return shop;
}

async function wholeAndNew(of: Shop): Promise<void> {
  expect(await of.columns('PUBLIC', 'ORDERS')).toContain('price');
  expect((await of.warehouse.schemas()).get('PUBLIC_MARKETING')).toMatch(/"phase":"swapped"/);
  expect(await viewsOfBlue(of)).toEqual([]);
}

describe('a swap', () => {
  test('is finished by the next one, with the rows that came meanwhile', async () => {
    const half = await halfOf('swap', waiting);
    // A writer: what was staged is no longer what production holds there.
    await half.admin.run(`update ${half.warehouse.database}.PUBLIC_MARKETING.LOYALTY set ORDERS = ORDERS`);
    const { log } = await half.succeeds('swap');
    expect(log).toMatch(/PUBLIC_MARKETING still hold the former version/);
    expect(log).toMatch(/1 rebuilt tables got changes in production \(LOYALTY\)/);
    await wholeAndNew(half);
    await half.hour(1);
    expect(await totals(half)).toEqual(['41', '41', '41', '41']);
    expect((await half.schemas()).filter((name) => /UPCOMING|RELEASE|BASELINE/.test(name))).toEqual([]);
    await half.succeeds('rollback');
    expect(await half.columns('PUBLIC', 'ORDERS')).not.toContain('price');
    expect((await half.schemas()).filter((name) => /FAILED/.test(name))).toHaveLength(2);
  });

  test('is undone by a rollback: only what was exchanged goes back', async () => {
    const half = await halfOf('swap', waiting);
    await half.succeeds('rollback');
    expect(await half.columns('PUBLIC', 'ORDERS')).not.toContain('price');
    const schemas = await half.schemas();
    expect(schemas.filter((name) => /UPCOMING|RELEASE|BASELINE|RESTORE/.test(name))).toEqual([]);
    expect(schemas.filter((name) => /FAILED/.test(name))).toEqual([expect.stringMatching(/^PUBLIC_FAILED_/)]);
    await half.hour(3);
    expect(await totals(half)).toEqual(['43', '43', '43', '43']);
  });
});

describe('a rollback', () => {
  test('is finished by the next one', async () => {
    const half = await halfOf('rollback', live);
    await half.succeeds('rollback');
    expect(await half.columns('PUBLIC', 'ORDERS')).not.toContain('price');
    const schemas = await half.schemas();
    expect(schemas.filter((name) => /UPCOMING|RELEASE|BASELINE|RESTORE/.test(name))).toEqual([]);
    expect(schemas.filter((name) => /FAILED/.test(name))).toHaveLength(2);
    await half.hour(3);
    expect(await totals(half)).toEqual(['43', '43', '43', '43']);
  });
});
