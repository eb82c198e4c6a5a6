import { describe, expect, test } from '@jest/globals';
import { deploymentInMarker, namesSchema, restoredInMarker } from '../../src/deployment/marker.js';
import { exchange } from '../../src/switching/exchange.js';
import { settleAfterRollback, settleAfterSwap } from '../../src/switching/settle-names.js';
import type { Standing } from '../../src/snowflake/statements/schemas.js';
import { UnknownOutcomeError } from '../../src/snowflake/warehouse.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { D0, D1, D2, PAIR, R1, REJECTED, RESTORED, copyOf, ours, schemaRow } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';
import { StandingSchemas } from '../support/standing-schemas.js';

const NOW = 'PUBLIC_SNAPSHOT_2026_11_22_153045';
const RELEASE = `PUBLIC_RELEASE_${D2}`;
const RESTORE = `PUBLIC_RESTORE_${R1}`;
const LIVE_D2 = copyOf(RELEASE, 'PUBLIC', { deployment: D2, parent: D1, phase: 'swapped' });
const LIVE_D1_AGAIN = copyOf(RESTORE, 'PUBLIC', { restored: RESTORED, swappedAt: RESTORED.at });
const GIVEN_UP = { deployment: D2, parent: D1, phase: 'swapped', rejected: REJECTED } as const;

function world(rows: readonly Row[]): { warehouse: StandingSchemas; log: RecordingLog; clock: SettableClock } {
  return { warehouse: new StandingSchemas(rows), log: new RecordingLog(), clock: new SettableClock() };
}

/** Every schema of ours carries a marker that names it: only that gives the right to drop it later. */
function namedByThemselves(warehouse: StandingSchemas): string[] {
  return warehouse.standing.filter((schema) =>
    namesSchema(warehouse.markerOf(schema), { database: 'ANALYTICS', schema }),
  );
}

describe('the exchange', () => {
  const tools = (): ReturnType<typeof world> => world([ours('PUBLIC'), ours(RELEASE, { deployment: D2 })]);
  const at = (schema: string): { database: string; schema: string } => ({ database: 'ANALYTICS', schema });
  const standsIn = (schema: string, commentHolds: readonly string[]): readonly Standing[] =>
    commentHolds.length === 0 ? [] : [{ schema: at(schema), commentHolds }];
  const go = (given: ReturnType<typeof world>, standing: readonly string[] = []): Promise<unknown> =>
    exchange(
      given,
      [{ pair: PAIR, staged: at(RELEASE), keepAs: at(NOW), standing: standsIn('PUBLIC', standing) }],
      ({ deployment }) => deployment === D2,
    );

  test('ends without effect when another run changed production after the last look', async () => {
    const given = tools();
    const before = new Map(given.warehouse.schemas);
    await expect(go(given, [deploymentInMarker(D0)])).rejects.toThrow(
      /Another run changed ANALYTICS.PUBLIC a moment ago/,
    );
    expect(given.warehouse.schemas).toEqual(before);
    await go(given, [deploymentInMarker(D1), restoredInMarker(null)]);
    expect(given.warehouse.markerOf('PUBLIC')?.deployment).toBe(D2);
  });

  test('puts the release in production and keeps the former one', async () => {
    const given = tools();
    await go(given);
    expect(given.warehouse.standing).toEqual(['PUBLIC', NOW]);
    expect(given.warehouse.markerOf('PUBLIC')?.deployment).toBe(D2);
    expect(given.warehouse.markerOf(NOW)?.deployment).toBe(D1);
  });

  test('whose reply is lost is not sent again', async () => {
    const given = tools();
    given.warehouse.after = (statement) =>
      statement.name === 'swapAndKeep' ? new UnknownOutcomeError(statement, new Error('reset')) : undefined;
    await go(given);
    expect(given.warehouse.names.filter((name) => name === 'swapAndKeep')).toHaveLength(1);
    expect(given.warehouse.markerOf('PUBLIC')?.deployment).toBe(D2);
  });

  test('that never arrived fails, and production is what it was', async () => {
    const given = tools();
    given.warehouse.before = (statement) =>
      statement.name === 'swapAndKeep' ? new UnknownOutcomeError(statement, new Error('reset')) : undefined;
    await expect(go(given)).rejects.toThrow('may or may not have taken effect');
    expect(given.warehouse.standing).toEqual(['PUBLIC', RELEASE]);
  });

  test('done twice: the second finds it done', async () => {
    const given = tools();
    await go(given);
    await go(given);
    expect(given.warehouse.standing).toEqual(['PUBLIC', NOW]);
    expect(given.warehouse.markerOf('PUBLIC')?.deployment).toBe(D2);
  });
});

describe('after a swap', () => {
  test.each<readonly [string, readonly Row[]]>([
    ['the block ended', [LIVE_D2, copyOf('PUBLIC', NOW), ours('PUBLIC_UPCOMING', { deployment: D2 })]],
    [
      'the block stopped before its RENAME',
      [LIVE_D2, copyOf('PUBLIC', RELEASE), ours('PUBLIC_UPCOMING', { deployment: D2 })],
    ],
  ])('%s: names and markers agree, and once more changes nothing', async (_what, rows) => {
    const tools = world(rows);
    const { live, former } = await settleAfterSwap(tools, PAIR, D2);
    expect(live).toMatchObject({ deployment: D2, phase: 'swapped', swappedAt: '2026-11-22T15:30:45.000Z' });
    expect(former?.name.schema).toBe(NOW);
    expect(tools.warehouse.standing).toEqual(['PUBLIC', NOW, 'PUBLIC_UPCOMING']);
    expect(namedByThemselves(tools.warehouse)).toEqual(['PUBLIC', NOW, 'PUBLIC_UPCOMING']);
    expect(tools.warehouse.markerOf(NOW)).toMatchObject({ deployment: D1, swappedAt: '2026-11-22T15:30:45.000Z' });

    const done = tools.warehouse.statements.length;
    await settleAfterSwap(tools, PAIR, D2);
    expect(new Set(tools.warehouse.names.slice(done))).toEqual(new Set(['showSchemas']));
  });

  test("a person's words stay", async () => {
    const { comment } = copyOf('PUBLIC', 'x');
    const tools = world([LIVE_D2, schemaRow(NOW, `the shop\nask Ann\n${comment ?? ''}`)]);
    await settleAfterSwap(tools, PAIR, D2);
    expect(tools.warehouse.commentOf(NOW).words).toBe('the shop\nask Ann');
  });

  test('brought live by the marker alone: nothing was exchanged, so there is no former one', async () => {
    const tools = world([ours('PUBLIC', { deployment: D2, parent: D1, swappedAt: '2026-11-22T15:00:00.000Z' })]);
    expect((await settleAfterSwap(tools, PAIR, D2)).former).toBeUndefined();
    expect(tools.warehouse.names).toEqual(['showSchemas']);
  });

  test('a release of another deployment, or of this one made again, is not renamed away', async () => {
    const other = 'PUBLIC_RELEASE_20261201_000000_CCCCCCC';
    const tools = world([LIVE_D2, copyOf('PUBLIC', NOW), ours(RELEASE, { deployment: D2 }), ours(other)]);
    await settleAfterSwap(tools, PAIR, D2);
    expect(tools.warehouse.standing).toEqual(['PUBLIC', RELEASE, other, NOW].sort());
  });

  test.each<readonly [string, readonly Row[]]>([
    ['replaced by a person', [schemaRow('PUBLIC', 'mine')]],
    ['gone with its schema', []],
  ])("production's comment %s: says so and writes nothing", async (_what, rows) => {
    const tools = world(rows);
    await expect(settleAfterSwap(tools, PAIR, D2)).rejects.toThrow(
      /ANALYTICS\.PUBLIC has no marker any more.*"status"/,
    );
    expect(tools.warehouse.names).toEqual(['showSchemas']);
  });
});

describe('after a swap back', () => {
  const failed = 'PUBLIC_FAILED_2026_11_22_153045';

  test.each<readonly [string, readonly Row[]]>([
    ['the block ended', [LIVE_D1_AGAIN, copyOf('PUBLIC', failed, GIVEN_UP), ours(NOW)]],
    ['the block stopped before its RENAME', [LIVE_D1_AGAIN, copyOf('PUBLIC', RESTORE, GIVEN_UP), ours(NOW)]],
  ])('%s: names and markers agree, and once more changes nothing', async (_what, rows) => {
    const tools = world(rows);
    const { live, former } = await settleAfterRollback(tools, PAIR, R1);
    expect(live).toMatchObject({ deployment: D1, restored: RESTORED, swappedAt: RESTORED.at });
    expect(former?.name.schema).toBe(failed);
    expect(namedByThemselves(tools.warehouse)).toEqual(['PUBLIC', failed, NOW]);
    expect(tools.warehouse.markerOf(failed)?.rejected).toEqual(REJECTED);

    const done = tools.warehouse.statements.length;
    await settleAfterRollback(tools, PAIR, R1);
    expect(new Set(tools.warehouse.names.slice(done))).toEqual(new Set(['showSchemas']));
  });

  test('a restore of another rollback stays', async () => {
    const other = 'PUBLIC_RESTORE_20261101_000000_R1';
    const tools = world([LIVE_D1_AGAIN, copyOf('PUBLIC', failed, GIVEN_UP), ours(other)]);
    await settleAfterRollback(tools, PAIR, R1);
    expect(tools.warehouse.standing).toContain(other);
  });
});
