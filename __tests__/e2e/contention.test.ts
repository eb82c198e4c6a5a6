/** Several people at once, one round of each; `script/test contention` has the rounds of a proof. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mergeNewVersion, summed, switchAndBack } from '../contention/support/dashboards.js';
import { raceForTheLock } from '../contention/support/lock-race.js';
import { rollBackTwice } from '../contention/support/rollback-race.js';
import { openOnDisk } from './support/checkpoint.js';
import type { Shop } from './support/shop.js';

let shop: Shop;

beforeAll(async () => {
  shop = await openOnDisk(0);
  await mergeNewVersion(shop);
});

afterAll(async () => {
  await shop.close();
});

test('two builds of the same commit together: one wins, the other names it and changes nothing', async () => {
  const race = { commits: 'the same commit', order: 'both at once', before: 'nothing', toTheEnd: true } as const;
  expect(await raceForTheLock(shop, race)).toMatch(/won/);
});

test('a swap, then two rollbacks together, while dashboards read: no error, nothing stale or mixed, one end', async () => {
  const seen = await switchAndBack(shop, async () => {
    const [held, other] = await rollBackTwice(shop, 'a rollback', { matching: '^execute immediate .*swap with' });
    expect(other.outputs).toMatchObject({ state: 'rolled back' });
    expect(held.errors).toEqual([expect.stringMatching(/Another run changed .*PUBLIC a moment ago/)]);
  });
  expect(summed(seen)).toMatch(/^\d+ reads, 0 errors, 0 old after new, 0 mixed$/);
  expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');
  const count = async (kind: string): Promise<number> =>
    (await shop.schemas()).filter((name) => name.startsWith(`PUBLIC_${kind}_`)).length;
  expect([await count('SNAPSHOT'), await count('FAILED')]).toEqual([1, 1]);
  expect((await shop.succeeds('status')).outputs).toMatchObject({ state: 'rolled back', busy: 'false' });
});
