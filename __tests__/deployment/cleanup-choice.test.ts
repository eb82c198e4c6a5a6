import { describe, expect, test } from '@jest/globals';
import { chooseForCleanup } from '../../src/deployment/cleanup-choice.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { D0, D1, D2, R1, REJECTED, RESTORED, copyOf, observed, ours, schemaRow } from './support/schemas.js';

const RULE = { now: new Date('2026-12-31T00:00:00Z'), olderThanDays: 7, keep: 1 };
const LIVE = ours('PUBLIC', { deployment: D2, parent: D1, phase: 'done' });
const OLDEST = 'PUBLIC_SNAPSHOT_2026_10_01_000000';
const PARENT = 'PUBLIC_SNAPSHOT_2026_11_22_000000';
const NEWEST = 'PUBLIC_SNAPSHOT_2026_11_23_000000';

async function choose(schemas: readonly Row[], rule = RULE): Promise<{ drop: string[]; kept: Record<string, string> }> {
  const { drop, kept } = chooseForCleanup(await observed([LIVE, ...schemas]), rule);
  return {
    drop: drop.map(({ name }) => name.schema),
    kept: Object.fromEntries(kept.map(({ schema, why }) => [schema.name.schema, why])),
  };
}

describe('snapshots', () => {
  test('old ones go; the newest and the rollback target of what is live stay whatever their age', async () => {
    const { drop, kept } = await choose([
      ours(OLDEST, { deployment: D0 }),
      ours(PARENT, { deployment: D1 }),
      ours(NEWEST, { deployment: D0 }),
    ]);
    expect(drop).toEqual([OLDEST]);
    expect(kept).toEqual({
      [NEWEST]: 'it is among the newest snapshots',
      [PARENT]: 'it is the rollback target of what is live',
    });
  });

  test.each([
    [0, [OLDEST]],
    [1, [OLDEST]],
    [2, [OLDEST]],
    [3, []],
    [9, []],
  ])('keep %d of the newest; nought counts as one', async (keep, drop) => {
    const schemas = [OLDEST, PARENT, NEWEST].map((name) => ours(name, { deployment: name === PARENT ? D1 : D0 }));
    expect((await choose(schemas, { ...RULE, keep })).drop).toEqual(drop);
  });

  test('young ones stay, and it says how old they are', async () => {
    const now = new Date('2026-10-07T12:00:00Z');
    const { drop, kept } = await choose([ours(OLDEST, { deployment: D0 }), ours(NEWEST)], { ...RULE, now });
    expect(drop).toEqual([]);
    expect(kept[OLDEST]).toBe('it is 6.5 days old');
  });

  test('on the day it is old enough it goes', async () => {
    const schemas = [ours(OLDEST, { deployment: D0 }), ours(NEWEST)];
    const at = (iso: string): Promise<{ drop: string[] }> => choose(schemas, { ...RULE, now: new Date(iso) });
    expect((await at('2026-10-07T23:59:59Z')).drop).toEqual([]);
    expect((await at('2026-10-08T00:00:00Z')).drop).toEqual([OLDEST]);
  });

  test("a person's copy is never dropped, and is not counted among the newest", async () => {
    const copy = 'PUBLIC_SNAPSHOT_2026_11_24_000000';
    const unmarked = 'PUBLIC_SNAPSHOT_2026_11_25_000000';
    const { drop, kept } = await choose([
      schemaRow(unmarked, 'my own'),
      copyOf(NEWEST, copy, { deployment: D0 }),
      ours(NEWEST, { deployment: D0 }),
      ours(OLDEST, { deployment: D0 }),
    ]);
    expect(drop).toEqual([OLDEST]);
    expect(kept).toEqual({
      [unmarked]: 'it has no marker of this action',
      [copy]: 'its marker names another schema: somebody copied or renamed it',
      [NEWEST]: 'it is among the newest snapshots',
    });
  });

  test('a marker that cannot be read gives no right to drop', async () => {
    const { drop, kept } = await choose([ours(NEWEST), schemaRow(OLDEST, 'blue-green: {"v":2}')]);
    expect(drop).toEqual([]);
    expect(kept[OLDEST]).toBe('it has no marker of this action');
  });

  test('of several snapshots of the parent the newest is the target', async () => {
    const { drop } = await choose([ours(OLDEST), ours(PARENT), ours(NEWEST, { deployment: D0 })]);
    expect(drop).toEqual([OLDEST]);
  });
});

describe('failed versions', () => {
  test('go by age alone, unless somebody copied them', async () => {
    const { drop, kept } = await choose([
      ours('PUBLIC_FAILED_2026_12_01_000000', { rejected: REJECTED }),
      ours('PUBLIC_FAILED_2026_12_30_000000', { rejected: REJECTED }),
      copyOf('PUBLIC', 'PUBLIC_FAILED_2026_12_02_000000'),
    ]);
    expect(drop).toEqual(['PUBLIC_FAILED_2026_12_01_000000']);
    expect(Object.keys(kept).sort()).toEqual(['PUBLIC_FAILED_2026_12_02_000000', 'PUBLIC_FAILED_2026_12_30_000000']);
  });
});

describe('what a run staged', () => {
  const next = '20261230_120000_CCCCCCC';
  const building = ours('PUBLIC_UPCOMING', { deployment: next, parent: D2, phase: 'building' });

  test.each([
    ['baseline of a deployment that is over', ours(`PUBLIC_BASELINE_${D0}`, { deployment: D0 }), true],
    ['release of a deployment that is over', ours(`PUBLIC_RELEASE_${D0}`, { deployment: D0 }), true],
    ['baseline of the one that builds', ours(`PUBLIC_BASELINE_${next}`, { deployment: next }), false],
    ['release of what is live', ours(`PUBLIC_RELEASE_${D2}`, { deployment: D2 }), false],
    ['a copy', copyOf('PUBLIC', `PUBLIC_BASELINE_${D0}`, { deployment: D0 }), false],
    ['no marker', schemaRow(`PUBLIC_BASELINE_${D0}`, ''), false],
    [
      'baseline that is hours old',
      ours(`PUBLIC_BASELINE_${D0}`, { deployment: D0, startedAt: '2026-12-30T12:00:00Z' }),
      false,
    ],
    ['baseline without a legible start', ours(`PUBLIC_BASELINE_${D0}`, { deployment: D0, startedAt: 'soon' }), false],
    ['restore of a rollback that died long ago', ours(`PUBLIC_RESTORE_${R1}`, { restored: RESTORED }), true],
    // Its marker is that of the former production, which was built months ago; only the rollback is young.
    [
      'restore that a rollback is staging right now',
      ours(`PUBLIC_RESTORE_${R1}`, { restored: { ...RESTORED, at: '2026-12-30T23:59:00Z' } }),
      false,
    ],
  ])('%s', async (_what, schema, goes) => {
    const { drop } = await choose([building, schema]);
    expect(drop).toEqual(goes ? [schema['name']] : []);
  });
});

test('production, upcoming and the history are never chosen', async () => {
  const schemas = [ours('PUBLIC_UPCOMING', { deployment: D0, phase: 'blocked' }), ours('PUBLIC_DEPLOYMENTS')];
  expect(await choose(schemas, { ...RULE, olderThanDays: 0 })).toEqual({ drop: [], kept: {} });
});

describe('where tests stored their failing rows', () => {
  const AUDIT = 'PUBLIC_UPCOMING_DBT_TEST__AUDIT';

  test('goes when its deployment is over', async () => {
    expect((await choose([ours(AUDIT, { deployment: D0 })])).drop).toEqual([AUDIT]);
  });

  test('stays while its deployment is under way', async () => {
    const { drop, kept } = await choose([
      ours('PUBLIC_UPCOMING', { deployment: D1, phase: 'verified' }),
      ours(AUDIT, { deployment: D1 }),
    ]);
    expect(drop).toEqual([]);
    expect(kept).toEqual({ [AUDIT]: 'its deployment is not over' });
  });

  test("is no business of ours without a marker that names it: a person's schema, or a copy", async () => {
    const { drop, kept } = await choose([schemaRow(AUDIT, ''), copyOf('PUBLIC', 'PUBLIC_UPCOMING_COPY')]);
    expect({ drop, kept }).toEqual({ drop: [], kept: {} });
  });
});

describe('pairs beside the main one', () => {
  const pair = { database: 'ANALYTICS', production: 'PUBLIC_X', upcoming: 'PUBLIC_UPCOMING_X' };
  const side = { main: 'PUBLIC', production: pair.production, upcoming: pair.upcoming };
  const old = 'PUBLIC_X_SNAPSHOT_2026_10_01_000000';
  const middle = 'PUBLIC_X_SNAPSHOT_2026_11_22_000000';
  const newest = 'PUBLIC_X_SNAPSHOT_2026_11_23_000000';

  async function beside(schemas: readonly Row[], main: readonly Row[] = []): Promise<readonly string[]> {
    const { drop } = chooseForCleanup(await observed([LIVE, ...main]), RULE, [await observed(schemas, pair)]);
    return drop.map(({ name }) => name.schema);
  }

  test('keep what a rollback to a snapshot of the main pair needs', async () => {
    const snapshots = [old, middle, newest].map((name) => ours(name, { side, replacedBy: D2 }));
    const main = [ours(PARENT, { deployment: D1 }), ours(NEWEST, { deployment: D0 })];
    expect(await beside(snapshots, main)).toEqual([old]);
    expect(await beside(snapshots)).toEqual([middle, old]);
  });

  test('an upcoming schema whose deployment is over goes, one that is under way stays', async () => {
    expect(await beside([ours(pair.upcoming, { side, deployment: D0 })])).toEqual([pair.upcoming]);
    expect(await beside([ours(pair.upcoming, { side, deployment: D2 })])).toEqual([]);
    expect(await beside([copyOf('PUBLIC_X', pair.upcoming, { side, deployment: D0 })])).toEqual([]);
  });
});
