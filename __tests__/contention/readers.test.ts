import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Checkpoint } from '../e2e/support/checkpoint.js';
import { dashboardsBeforeSwap, summed, switchAndBack } from './support/dashboards.js';
import type { Seen } from './support/reader.js';
import { HOURS, roundsOf, tryEach } from './support/rounds.js';
import { inOneLine, twoSchemasBeforeSwap, type Window, windowsOf } from './support/two-schemas.js';

let oneSchema: Checkpoint;
let twoSchemas: Checkpoint;

beforeAll(async () => {
  oneSchema = await dashboardsBeforeSwap();
  twoSchemas = await twoSchemasBeforeSwap();
}, HOURS);

afterAll(() => {
  oneSchema.dispose();
  twoSchemas.dispose();
});

const ROUNDS = Array.from({ length: roundsOf(20) }, (_, index) => index);

test(
  'readers of tables, views and joins see no error, no old rows after new ones, and never both versions at once',
  async () => {
    const all: Seen[] = [];
    const { wrong } = await tryEach(
      ROUNDS,
      () => 'a swap and a rollback',
      async () => {
        const shop = await oneSchema.open();
        const seen = await switchAndBack(shop).finally(() => shop.close());
        all.push(...seen);
        return summed(seen);
      },
    );
    process.stderr.write(`${ROUNDS.length} swaps and rollbacks: ${summed(all)}\n`);
    expect(wrong).toEqual([]);
  },
  HOURS,
);

test(
  'across two schemas the window between one exchange and the other is measured; each schema is whole at all times',
  async () => {
    const all: Window[] = [];
    const { wrong } = await tryEach(
      ROUNDS,
      () => 'a swap and a rollback of two schemas',
      async () => {
        const shop = await twoSchemas.open();
        const windows = await windowsOf(shop).finally(() => shop.close());
        all.push(...windows);
        return inOneLine(windows);
      },
    );
    process.stderr.write(`${inOneLine(all)}\n`);
    expect(wrong).toEqual([]);
  },
  HOURS,
);
