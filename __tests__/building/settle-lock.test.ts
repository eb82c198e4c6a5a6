import { describe, expect, test } from '@jest/globals';
import { History } from '../../src/history/history.js';
import { decideLock, freeUpcoming } from '../../src/building/settle-lock.js';
import type { LockDecision } from '../../src/building/settle-lock.js';
import { namesSchema } from '../../src/deployment/marker.js';
import { stateOf } from '../../src/deployment/state.js';
import type { State, StateKind } from '../../src/deployment/state.js';
import type { Git } from '../../src/git/git.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import type { Tools } from '../../src/tools.js';
import {
  D0,
  D1,
  D2,
  PAIR,
  R1,
  REJECTED,
  RESTORED,
  copyOf,
  observed,
  ours,
  schemaRow,
} from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';
import { StandingSchemas } from '../support/standing-schemas.js';

const BLUE = 'b'.repeat(40);
const NEWER = 'c'.repeat(40);
const ELSEWHERE = 'e'.repeat(40);

/** One line of history: blue, then newer. */
const git: Pick<Git, 'isAncestor'> = {
  isAncestor: (ancestor, descendant) =>
    Promise.resolve(ancestor === descendant || (ancestor === BLUE && descendant === NEWER)),
};

const PUBLIC_D1 = ours('PUBLIC');
const upcoming = (changes: Parameters<typeof ours>[1] = {}): Row =>
  ours('PUBLIC_UPCOMING', { deployment: D2, parent: D1, commit: BLUE, phase: 'verified', ...changes });

async function stateWith(rows: readonly Row[], alive = true): Promise<State> {
  return stateOf(await observed(rows), () => alive);
}

async function decide(
  state: State,
  head = NEWER,
  onWaiting: 'supersede' | 'fail' = 'supersede',
): Promise<LockDecision> {
  return decideLock({ git: git as Git }, state, head, onWaiting);
}

describe('whether a build may start', () => {
  const live = { deployment: D2, parent: D1 };
  const staged = [PUBLIC_D1, upcoming(), ours(`PUBLIC_RELEASE_${D2}`, { deployment: D2 })];
  const cases: Readonly<Record<StateKind, readonly [readonly Row[], 'free' | 'put aside' | RegExp]>> = {
    idle: [[schemaRow('PUBLIC', '')], 'free'],
    done: [[ours('PUBLIC', live)], 'free'],
    'rolled back': [[ours('PUBLIC', { restored: RESTORED })], 'free'],
    'dead build': [[PUBLIC_D1, upcoming({ phase: 'building' })], 'put aside'],
    blocked: [[PUBLIC_D1, upcoming({ phase: 'blocked' })], 'put aside'],
    outdated: [[PUBLIC_D1, upcoming({ parent: D0 })], 'put aside'],
    waiting: [[PUBLIC_D1, upcoming()], 'put aside'],
    staged: [staged, 'put aside'],
    building: [[PUBLIC_D1, upcoming({ phase: 'building' })], /is being built by run 77/],
    'foreign upcoming': [[PUBLIC_D1, schemaRow('PUBLIC_UPCOMING', '')], /not by this action/],
    'marker lost': [[schemaRow('PUBLIC', 'blue-green: {}')], /no readable marker/],
    'production missing': [[], /does not exist/],
    'swapped, not renamed': [
      [ours('PUBLIC', { ...live, phase: 'swapped' }), copyOf('PUBLIC', `PUBLIC_RELEASE_${D2}`)],
      /still has the name ANALYTICS.PUBLIC_RELEASE/,
    ],
    swapped: [[ours('PUBLIC', { ...live, phase: 'swapped' }), upcoming()], /is live, with steps outstanding/],
    'rolling back': [[ours('PUBLIC', { ...live, rejected: REJECTED })], /rollback of deployment .* not finished/],
    'rolled back, not renamed': [
      [ours('PUBLIC', { restored: RESTORED }), copyOf('PUBLIC', `PUBLIC_RESTORE_${R1}`, live)],
      /still has the name ANALYTICS.PUBLIC_RESTORE/,
    ],
  };
  const entries = Object.entries(cases) as [StateKind, (typeof cases)[StateKind]][];

  test.each(entries)('%s', async (kind, [rows, expected]) => {
    const state = await stateWith(rows, kind !== 'dead build');
    expect(state.kind).toBe(kind);
    if (expected instanceof RegExp) {
      await expect(decide(state)).rejects.toThrow(expected);
      await expect(decide(state)).rejects.toThrow(/^A build cannot start now\..*Nothing was changed\.$/s);
    } else expect((await decide(state)).kind).toBe(expected);
  });

  test('what a rollback left over is put aside', async () => {
    const state = await stateWith([ours('PUBLIC', { restored: RESTORED }), upcoming()]);
    expect(await decide(state)).toMatchObject({ kind: 'put aside', reason: 'left over by a rollback' });
  });
});

describe('a verified deployment that waits', () => {
  test.each([
    ['the same commit', BLUE, 'supersede', 'already built'],
    ['the same commit, also with fail', BLUE, 'fail', 'already built'],
    ['a descendant', NEWER, 'supersede', 'put aside'],
    ['a descendant with fail', NEWER, 'fail', /"on-waiting" is fail/],
    ['another history', ELSEWHERE, 'supersede', /Commit eeeeeee does not descend from it/],
  ] as const)('%s', async (_what, head, onWaiting, expected) => {
    for (const rows of [
      [PUBLIC_D1, upcoming()],
      [PUBLIC_D1, upcoming(), ours(`PUBLIC_RELEASE_${D2}`, { deployment: D2 })],
    ]) {
      const state = await stateWith(rows, false);
      if (typeof expected === 'string') expect((await decide(state, head, onWaiting)).kind).toBe(expected);
      else {
        await expect(decide(state, head, onWaiting)).rejects.toThrow(expected);
        await expect(decide(state, head, onWaiting)).rejects.toThrow(
          /ANALYTICS\.PUBLIC_UPCOMING.*Nothing was changed\./,
        );
      }
    }
  });
});

describe('the name of the upcoming schema is freed', () => {
  const failed = 'PUBLIC_FAILED_2026_11_22_153045';

  async function free(
    rows: readonly Row[],
    decided?: LockDecision,
  ): Promise<{ warehouse: StandingSchemas; log: RecordingLog }> {
    const warehouse = new StandingSchemas(rows);
    const log = await freeIn(warehouse, decided ?? (await decide(await stateWith(rows, false))));
    return { warehouse, log };
  }

  async function freeIn(warehouse: StandingSchemas, decision: LockDecision): Promise<RecordingLog> {
    const log = new RecordingLog();
    const tools = { warehouse, log, clock: new SettableClock() } as Pick<Tools, 'warehouse' | 'log' | 'clock'>;
    await freeUpcoming(tools as Tools, PAIR, new History(warehouse, PAIR), decision);
    return log;
  }

  test('by putting an abandoned one aside, with its reason; its baseline goes, that of another stays', async () => {
    const other = `PUBLIC_BASELINE_${D0}`;
    const { warehouse } = await free([
      PUBLIC_D1,
      upcoming({ phase: 'building' }),
      ours(`PUBLIC_BASELINE_${D2}`, { deployment: D2 }),
      ours(other, { deployment: D0 }),
    ]);
    expect(warehouse.standing).toEqual(['PUBLIC', other, failed].sort());
    expect(warehouse.markerOf(failed)).toMatchObject({
      deployment: D2,
      rejected: { reason: 'the run that built it is over', at: '2026-11-22T15:30:45.000Z', by: '77' },
    });
    expect(namesSchema(warehouse.markerOf(failed), { database: 'ANALYTICS', schema: failed })).toBe(true);
  });

  test('a baseline that somebody copied is not dropped', async () => {
    const copy = `PUBLIC_BASELINE_${D2}`;
    const { warehouse } = await free([
      PUBLIC_D1,
      upcoming({ phase: 'blocked' }),
      copyOf('PUBLIC', copy, { deployment: D2 }),
    ]);
    expect(warehouse.standing).toEqual(['PUBLIC', copy, failed]);
  });

  test.each<readonly [string, readonly Row[]]>([
    ['it is gone', [PUBLIC_D1]],
    ['the failed name is taken', [PUBLIC_D1, upcoming({ phase: 'blocked' }), schemaRow(failed, '')]],
  ])('another run was faster: %s', async (_what, rows) => {
    const decision = await decide(await stateWith([PUBLIC_D1, upcoming({ phase: 'blocked' })]));
    await expect(free(rows, decision)).rejects.toThrow(`Another run took over deployment ${D2} a moment ago.`);
  });

  describe('another run has put it aside and holds the lock now', () => {
    const theirs = upcoming({ deployment: D0, phase: 'building', run: '78' });

    test('which this run sees: nothing of it is touched', async () => {
      const decision = await decide(await stateWith([PUBLIC_D1, upcoming({ phase: 'blocked' })]));
      const warehouse = new StandingSchemas([PUBLIC_D1, theirs]);
      await expect(freeIn(warehouse, decision)).rejects.toThrow(
        new RegExp(`took over deployment ${D2} a moment ago. The lock is now that of run 78 .* for deployment ${D0}`),
      );
      expect(new Set(warehouse.names)).toEqual(new Set(['showSchemas']));
    });

    test('which happens after the last look: it gets its name back', async () => {
      const decision = await decide(await stateWith([PUBLIC_D1, upcoming({ phase: 'blocked' })]));
      const warehouse = new StandingSchemas([PUBLIC_D1, upcoming({ phase: 'blocked' })]);
      warehouse.before = ({ name }) => {
        if (name === 'renameSchema' && warehouse.markerOf('PUBLIC_UPCOMING')?.deployment === D2)
          warehouse.schemas.set('PUBLIC_UPCOMING', theirs);
        return undefined;
      };
      await expect(freeIn(warehouse, decision)).rejects.toThrow(
        new RegExp(`took over deployment ${D2} a moment ago. The lock is now that of run 78 .* for deployment ${D0}`),
      );
      expect(warehouse.standing).toEqual(['PUBLIC', 'PUBLIC_UPCOMING']);
      expect(warehouse.markerOf('PUBLIC_UPCOMING')).toMatchObject({ deployment: D0, run: '78', rejected: null });
    });
  });

  test('by giving a retired version its dated name back', async () => {
    const retired = upcoming({ deployment: D1, phase: 'retired', swappedAt: '2026-11-20T08:00:00.000Z' });
    const { warehouse } = await free([ours('PUBLIC', { deployment: D2, parent: D1 }), retired]);
    const dated = 'PUBLIC_SNAPSHOT_2026_11_20_080000';
    expect(warehouse.standing).toEqual(['PUBLIC', dated]);
    expect(warehouse.markerOf(dated)).toMatchObject({ deployment: D1, phase: 'done' });
    expect(namesSchema(warehouse.markerOf(dated), { database: 'ANALYTICS', schema: dated })).toBe(true);
    // Cleanup asks the history by the snapshot's name whether rows were written to it after its swap.
    const renamed = warehouse.statements.find(({ name }) => name === 'updateHistory');
    expect(renamed?.binds).toEqual([dated, D2]);
  });

  test('and when it is free nothing is written', async () => {
    const { warehouse } = await free([PUBLIC_D1]);
    expect(new Set(warehouse.names)).toEqual(new Set(['showSchemas']));
  });
});
