import { describe, expect, test } from '@jest/globals';
import type { Marker } from '../../src/deployment/marker.js';
import type { SchemaPair } from '../../src/selection/plan.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { settleSidesAfterRollback, settleSidesAfterSwap } from '../../src/switching/settle-sides.js';
import { sidesToRestore } from '../../src/switching/sides-to-restore.js';
import { D0, D1, D2, PAIR, R1, RESTORED, copyOf, ours, schemaRow } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';
import { StandingSchemas } from '../support/standing-schemas.js';

const SIDE = 'PUBLIC_MARKETING';
const PAIR_BESIDE: SchemaPair = { database: 'ANALYTICS', production: SIDE, upcoming: 'PUBLIC_UPCOMING_MARKETING' };
const side: NonNullable<Marker['side']> = { main: 'PUBLIC', production: SIDE, upcoming: PAIR_BESIDE.upcoming };
const RELEASE = `${SIDE}_RELEASE_${D2}`;
const RESTORE = `${SIDE}_RESTORE_${R1}`;
const NOW = `${SIDE}_SNAPSHOT_2026_11_22_153045`;
const LIVE = copyOf(RELEASE, SIDE, { side, deployment: D2, phase: 'swapped' });
const FORMER = { side, deployment: D0, replacedBy: D2 } as const;

function world(...rows: readonly Row[]): {
  warehouse: StandingSchemas;
  log: RecordingLog;
  clock: SettableClock;
} {
  return { warehouse: new StandingSchemas(rows), log: new RecordingLog(), clock: new SettableClock() };
}

describe('a pair beside the main one, after a swap', () => {
  test.each<readonly [string, Row]>([
    ['whose block ended', copyOf(SIDE, NOW, FORMER)],
    ['whose block stopped before its RENAME', copyOf(SIDE, RELEASE, FORMER)],
  ])('%s: names and markers agree, and once more changes nothing', async (_what, former) => {
    const tools = world(LIVE, former);
    const settled = await settleSidesAfterSwap(tools, [PAIR_BESIDE], D2);
    expect(settled.outstanding).toEqual([]);
    expect(settled.exchanged[0]?.former?.name.schema).toBe(NOW);
    expect(tools.warehouse.standing).toEqual([SIDE, NOW]);
    expect(tools.warehouse.markerOf(SIDE)?.schema).toContain(`"${SIDE}"`);
    expect(tools.warehouse.markerOf(NOW)).toMatchObject({ deployment: D0, replacedBy: D2 });
    expect(tools.warehouse.markerOf(NOW)?.schema).toContain(`"${NOW}"`);
    const done = tools.warehouse.statements.length;
    await settleSidesAfterSwap(tools, [PAIR_BESIDE], D2);
    expect(new Set(tools.warehouse.names.slice(done))).toEqual(new Set(['showSchemas']));
  });

  test('that the block did not get to is told and left alone', async () => {
    const tools = world(ours(SIDE, { side, deployment: D0, replacedBy: D2 }), ours(RELEASE, { side, deployment: D2 }));
    expect(await settleSidesAfterSwap(tools, [PAIR_BESIDE], D2)).toEqual({ exchanged: [], outstanding: [PAIR_BESIDE] });
    expect(new Set(tools.warehouse.names)).toEqual(new Set(['showSchemas']));
  });

  test("a person's copy of the former production is not taken for it", async () => {
    const copy = `${SIDE}_SNAPSHOT_2026_12_31_000000`;
    const tools = world(LIVE, ours(NOW, FORMER), copyOf(SIDE, copy, { side, deployment: D0 }));
    const { exchanged } = await settleSidesAfterSwap(tools, [PAIR_BESIDE], D2);
    expect(exchanged[0]?.former?.name.schema).toBe(NOW);
  });
});

describe('a pair beside the main one, after a rollback', () => {
  test('the version given up gets its failed name', async () => {
    const restored = copyOf(RESTORE, SIDE, { side, deployment: D0, restored: RESTORED, replacedBy: null });
    const tools = world(restored, copyOf(SIDE, RESTORE, { side, deployment: D2, replacedBy: R1 }), ours(NOW, FORMER));
    const { exchanged, outstanding } = await settleSidesAfterRollback(tools, [PAIR_BESIDE], R1);
    expect(outstanding).toEqual([]);
    expect(exchanged[0]?.former?.name.schema).toBe(`${SIDE}_FAILED_2026_11_22_153045`);
    expect(tools.warehouse.standing).toEqual([SIDE, `${SIDE}_FAILED_2026_11_22_153045`, NOW]);
  });
});

describe('what a rollback brings back beside the main pair', () => {
  const older = `${SIDE}_SNAPSHOT_2026_11_01_090000`;
  const rows = [
    ours(SIDE, { side, deployment: D2 }),
    ours(NOW, { side, deployment: D1, replacedBy: D2 }),
    ours(older, { side, deployment: D0, replacedBy: D1 }),
  ];
  const targetOf = async (deployments: readonly string[] | undefined, standing = rows): Promise<readonly string[]> =>
    (await sidesToRestore({ warehouse: new StandingSchemas(standing) }, PAIR, deployments)).map(
      ({ target }) => target.seen.name.schema,
    );

  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['one deployment: what it replaced', [D2], [NOW]],
    ['two: what the first of them replaced', [D2, D1], [older]],
    ['none that switched it: nothing', ['20261201_000000_CCCCCCC'], []],
  ])('%s', async (_what, deployments, expected) => {
    expect(await targetOf(deployments)).toEqual(expected);
  });

  test('a former production that is gone is refused', async () => {
    await expect(targetOf([D2], rows.slice(0, 1))).rejects.toThrow(
      /PUBLIC_MARKETING was switched by.*Nothing was changed/,
    );
  });

  test('without a history nothing is guessed; where there is no other pair nothing has to be known', async () => {
    await expect(targetOf(undefined)).rejects.toThrow(/history does not tell.*Nothing was changed/);
    expect(await targetOf(undefined, [schemaRow('PUBLIC', '')])).toEqual([]);
  });

  test('schemas of another main pair are not ours to bring back', async () => {
    const foreign = { ...side, main: 'FINANCE' };
    expect(await targetOf([D2], [ours(SIDE, { side: foreign, deployment: D2 })])).toEqual([]);
  });
});
