import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Checkpoint } from '../e2e/support/checkpoint.js';
import { dashboardsBeforeSwap, summed, switchAndBack } from './support/dashboards.js';
import type { Seen } from './support/reader.js';
import { HOURS, roundsOf, tryEach } from './support/rounds.js';

let waiting: Checkpoint;

beforeAll(async () => {
  waiting = await dashboardsBeforeSwap();
}, HOURS);

afterAll(() => {
  waiting.dispose();
});

test(
  'readers of tables, views and joins see no error, no old rows after new ones, and never both versions at once',
  async () => {
    const all: Seen[] = [];
    const rounds = Array.from({ length: roundsOf(20) }, (_, index) => index);
    const { wrong } = await tryEach(
      rounds,
      () => 'a swap and a rollback',
      async () => {
        const shop = await waiting.open();
        const seen = await switchAndBack(shop).finally(() => shop.close());
        all.push(...seen);
        return summed(seen);
      },
    );
    process.stderr.write(`${rounds.length} swaps and rollbacks: ${summed(all)}\n`);
    expect(wrong).toEqual([]);
  },
  HOURS,
);
