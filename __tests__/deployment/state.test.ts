import { describe as suite, expect, test } from '@jest/globals';
import {
  adoptedDeployment,
  describe,
  isAdopted,
  isBusy,
  marked,
  snapshotOf,
  stateOf,
} from '../../src/deployment/state.js';
import type { State, StateKind } from '../../src/deployment/state.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { D0, D1, D2, R1, REJECTED, RESTORED, copyOf, observed, ours, schemaRow } from './support/schemas.js';

interface Case {
  readonly seen: string;
  readonly schemas: readonly Row[];
  readonly alive?: boolean;
  /** The state's kind and the stored name of every schema that it points at. */
  readonly state: Readonly<Record<string, string>>;
}

const PUBLIC_D1 = ours('PUBLIC');
const PUBLIC_D2 = ours('PUBLIC', { deployment: D2, parent: D1, phase: 'done' });
const SWAPPED_D2 = copyOf(`PUBLIC_RELEASE_${D2}`, 'PUBLIC', { deployment: D2, parent: D1, phase: 'swapped' });
const RESTORED_D1 = ours('PUBLIC', { restored: RESTORED });
const UNMARKED = schemaRow('PUBLIC', 'the shop, ask Ann before you touch it');
const SNAPSHOT_D1 = ours('PUBLIC_SNAPSHOT_2026_11_22_153045');
const NEWER_FORMAT = schemaRow('PUBLIC', 'blue-green: {"v":2,"deployment":"D9"}');

function blue(phase: 'building' | 'verified' | 'blocked' | 'retired', deployment = D2, parent = D1): Row {
  return ours('PUBLIC_UPCOMING', { deployment, parent, phase });
}

function namesIn(state: State): Record<string, string> {
  const names: Record<string, string> = { kind: state.kind };
  for (const [role, value] of Object.entries(state) as [string, unknown][]) {
    if (typeof value !== 'object' || value === null) continue;
    const seen = 'seen' in value ? value.seen : value;
    if (typeof seen !== 'object' || seen === null || !('name' in seen)) continue;
    names[role] = (seen.name as { readonly schema: string }).schema;
  }
  return names;
}

function check(cases: readonly Case[]): void {
  test.each(cases.map((row) => [row.seen, row] as const))('%s', async (_seen, { schemas, alive = true, state }) => {
    expect(namesIn(stateOf(await observed(schemas), () => alive))).toEqual(state);
  });
}

suite('before the first deployment', () => {
  check([
    { seen: 'no production', schemas: [ours('PUBLIC_UPCOMING')], state: { kind: 'production missing' } },
    { seen: 'unmarked, nothing beside', schemas: [UNMARKED], state: { kind: 'idle' } },
    {
      seen: 'unmarked, first deployment builds',
      schemas: [UNMARKED, blue('building', D2, adoptedDeployment('a'.repeat(40)))],
      state: { kind: 'building', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'unmarked, first deployment waits',
      schemas: [UNMARKED, blue('verified', D2, adoptedDeployment('a'.repeat(40)))],
      state: { kind: 'waiting', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: "unmarked, somebody's own upcoming schema",
      schemas: [UNMARKED, schemaRow('PUBLIC_UPCOMING', '')],
      state: { kind: 'foreign upcoming', upcoming: 'PUBLIC_UPCOMING' },
    },
  ]);
});

suite('building and waiting', () => {
  check([
    {
      seen: 'owner alive',
      schemas: [PUBLIC_D1, blue('building')],
      state: { kind: 'building', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'owner dead',
      schemas: [PUBLIC_D1, blue('building')],
      alive: false,
      state: { kind: 'dead build', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'a dead build beside a production that is not its parent is still a dead build',
      schemas: [PUBLIC_D1, blue('building', D2, D0)],
      alive: false,
      state: { kind: 'dead build', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'blocked by verification',
      schemas: [PUBLIC_D1, blue('blocked')],
      state: { kind: 'blocked', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'verified, and a verified one is no dead one however silent its run',
      schemas: [PUBLIC_D1, blue('verified')],
      alive: false,
      state: { kind: 'waiting', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'verified beside a production that is not the parent',
      schemas: [PUBLIC_D1, blue('verified', D2, D0)],
      state: { kind: 'outdated', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'adopted earlier, its marker says so, and the parent matches',
      schemas: [ours('PUBLIC', { deployment: 'INITIAL_0000000' }), blue('verified', D2, 'INITIAL_0000000')],
      state: { kind: 'waiting', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'staged',
      schemas: [PUBLIC_D1, blue('verified'), ours(`PUBLIC_RELEASE_${D2}`, { deployment: D2, parent: D1 })],
      state: { kind: 'staged', upcoming: 'PUBLIC_UPCOMING', release: `PUBLIC_RELEASE_${D2}` },
    },
    {
      seen: 'a release of another deployment does not make it staged',
      schemas: [PUBLIC_D1, blue('verified'), ours(`PUBLIC_RELEASE_${D0}`, { deployment: D0 })],
      state: { kind: 'waiting', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'restored production, new deployment built on it',
      schemas: [RESTORED_D1, blue('verified', '20261123_080000_CCCCCCC', D1)],
      state: { kind: 'waiting', upcoming: 'PUBLIC_UPCOMING' },
    },
  ]);
});

suite('swapped', () => {
  check([
    {
      seen: 'not renamed: the former production still has the release name',
      schemas: [SWAPPED_D2, blue('verified'), copyOf('PUBLIC', `PUBLIC_RELEASE_${D2}`)],
      state: { kind: 'swapped, not renamed', live: 'PUBLIC', release: `PUBLIC_RELEASE_${D2}` },
    },
    {
      seen: 'not renamed, and the former comment was replaced meanwhile',
      schemas: [SWAPPED_D2, blue('verified'), schemaRow(`PUBLIC_RELEASE_${D2}`, 'hands off')],
      state: { kind: 'swapped, not renamed', live: 'PUBLIC', release: `PUBLIC_RELEASE_${D2}` },
    },
    {
      seen: 'renamed; upcoming is never a lock to take over, even with a dead run',
      schemas: [SWAPPED_D2, blue('verified'), SNAPSHOT_D1],
      alive: false,
      state: { kind: 'swapped', live: 'PUBLIC', snapshot: 'PUBLIC_SNAPSHOT_2026_11_22_153045' },
    },
    {
      seen: 'renamed, the snapshot not claimed yet: its marker still names production',
      schemas: [SWAPPED_D2, blue('verified'), copyOf('PUBLIC', 'PUBLIC_SNAPSHOT_2026_11_22_153045')],
      state: { kind: 'swapped', live: 'PUBLIC' },
    },
    {
      seen: 'live by marker and done, but upcoming is left',
      schemas: [PUBLIC_D2, blue('verified'), SNAPSHOT_D1],
      state: { kind: 'swapped', live: 'PUBLIC', snapshot: 'PUBLIC_SNAPSHOT_2026_11_22_153045' },
    },
    ...(['verified', 'swapped', 'tested'] as const).map((phase) => ({
      seen: `upcoming is gone and production's phase is ${phase}`,
      schemas: [ours('PUBLIC', { deployment: D2, parent: D1, phase }), SNAPSHOT_D1],
      state: { kind: 'swapped', live: 'PUBLIC', snapshot: 'PUBLIC_SNAPSHOT_2026_11_22_153045' },
    })),
  ]);
});

suite('done', () => {
  check([
    {
      seen: 'with its snapshot',
      schemas: [PUBLIC_D2, SNAPSHOT_D1],
      state: { kind: 'done', live: 'PUBLIC', snapshot: 'PUBLIC_SNAPSHOT_2026_11_22_153045' },
    },
    { seen: 'the snapshot was dropped', schemas: [PUBLIC_D2], state: { kind: 'done', live: 'PUBLIC' } },
    {
      seen: 'the former production is retired: no lock',
      schemas: [PUBLIC_D2, blue('retired', D1, D0)],
      state: { kind: 'done', live: 'PUBLIC' },
    },
    {
      seen: 'a retired version is no outstanding step, whatever deployment it holds',
      schemas: [PUBLIC_D2, blue('retired', D2)],
      state: { kind: 'done', live: 'PUBLIC' },
    },
    {
      seen: 'several snapshots of the parent: the newest whose marker names it',
      schemas: [
        PUBLIC_D2,
        ours('PUBLIC_SNAPSHOT_2026_11_20_000000'),
        ours('PUBLIC_SNAPSHOT_2026_11_21_000000'),
        copyOf('PUBLIC_SNAPSHOT_2026_11_21_000000', 'PUBLIC_SNAPSHOT_2026_11_22_000000'),
        ours('PUBLIC_SNAPSHOT_2026_11_23_000000', { deployment: D0 }),
      ],
      state: { kind: 'done', live: 'PUBLIC', snapshot: 'PUBLIC_SNAPSHOT_2026_11_21_000000' },
    },
    {
      seen: 'a failed version beside it changes nothing',
      schemas: [
        PUBLIC_D2,
        SNAPSHOT_D1,
        ours('PUBLIC_FAILED_2026_11_20_000000', { deployment: D0, rejected: REJECTED }),
      ],
      state: { kind: 'done', live: 'PUBLIC', snapshot: 'PUBLIC_SNAPSHOT_2026_11_22_153045' },
    },
  ]);
});

suite('rolled back', () => {
  const rejectedD2 = ours('PUBLIC', { deployment: D2, parent: D1, phase: 'swapped', rejected: REJECTED });
  const restoreD1 = ours(`PUBLIC_RESTORE_${R1}`, { restored: RESTORED });
  check([
    {
      seen: 'begun: live is rejected and the former one is staged',
      schemas: [rejectedD2, restoreD1, SNAPSHOT_D1],
      state: { kind: 'rolling back', live: 'PUBLIC', restore: `PUBLIC_RESTORE_${R1}` },
    },
    {
      seen: 'begun, whatever stands in upcoming',
      schemas: [rejectedD2, restoreD1, blue('verified'), SNAPSHOT_D1],
      state: { kind: 'rolling back', live: 'PUBLIC', restore: `PUBLIC_RESTORE_${R1}` },
    },
    {
      seen: 'begun, nothing staged',
      schemas: [rejectedD2, SNAPSHOT_D1],
      state: { kind: 'rolling back', live: 'PUBLIC' },
    },
    {
      seen: 'begun; a restore of another rollback and a copy of this one are not it',
      schemas: [
        rejectedD2,
        ours('PUBLIC_RESTORE_20261101_000000_R1', { restored: { ...RESTORED, insteadOf: D0 } }),
        copyOf(`PUBLIC_RESTORE_${R1}`, 'PUBLIC_RESTORE_20261122_160002_R2', { restored: RESTORED }),
      ],
      state: { kind: 'rolling back', live: 'PUBLIC' },
    },
    {
      seen: 'swapped back, not renamed',
      schemas: [
        copyOf(`PUBLIC_RESTORE_${R1}`, 'PUBLIC', { restored: RESTORED }),
        copyOf('PUBLIC', `PUBLIC_RESTORE_${R1}`, { deployment: D2, parent: D1, rejected: REJECTED }),
      ],
      state: { kind: 'rolled back, not renamed', live: 'PUBLIC', restore: `PUBLIC_RESTORE_${R1}` },
    },
    {
      seen: 'done, with the upcoming schema of the version given up',
      schemas: [RESTORED_D1, blue('verified'), SNAPSHOT_D1],
      state: { kind: 'rolled back', live: 'PUBLIC', upcoming: 'PUBLIC_UPCOMING' },
    },
    { seen: 'done', schemas: [RESTORED_D1, SNAPSHOT_D1], state: { kind: 'rolled back', live: 'PUBLIC' } },
    {
      seen: 'done, and a retired version is no leftover',
      schemas: [RESTORED_D1, blue('retired', D0, D0)],
      state: { kind: 'rolled back', live: 'PUBLIC' },
    },
    {
      seen: 'done, and what somebody cloned from the failed schema is not ours to put aside',
      schemas: [RESTORED_D1, copyOf('PUBLIC_FAILED_2026_11_22_160001', 'PUBLIC_UPCOMING', { deployment: D2 })],
      state: { kind: 'foreign upcoming', upcoming: 'PUBLIC_UPCOMING' },
    },
  ]);
});

suite('what a person did by hand', () => {
  check([
    {
      seen: 'production cloned to upcoming by hand, with its comment',
      schemas: [PUBLIC_D2, copyOf('PUBLIC', 'PUBLIC_UPCOMING', { deployment: D2, parent: D1 })],
      state: { kind: 'foreign upcoming', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: 'the same while steps of the live deployment are outstanding: those come first',
      schemas: [SWAPPED_D2, copyOf('PUBLIC', 'PUBLIC_UPCOMING', { deployment: D2, parent: D1 })],
      state: { kind: 'swapped', live: 'PUBLIC' },
    },
    {
      seen: 'a retired version copied under the upcoming name',
      schemas: [
        PUBLIC_D2,
        copyOf('PUBLIC_SNAPSHOT_2026_11_22_153045', 'PUBLIC_UPCOMING', { deployment: D1, phase: 'retired' }),
      ],
      state: { kind: 'foreign upcoming', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: "upcoming with another pair's marker",
      schemas: [PUBLIC_D1, copyOf('SALES_UPCOMING', 'PUBLIC_UPCOMING', { deployment: D2, phase: 'verified' })],
      state: { kind: 'foreign upcoming', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: "upcoming's marker was written by a newer version",
      schemas: [PUBLIC_D1, schemaRow('PUBLIC_UPCOMING', 'blue-green: {"v":2}')],
      state: { kind: 'foreign upcoming', upcoming: 'PUBLIC_UPCOMING' },
    },
    {
      seen: "production's comment replaced; a former production of ours stands there",
      schemas: [UNMARKED, SNAPSHOT_D1],
      state: { kind: 'marker lost', production: 'PUBLIC' },
    },
    {
      seen: 'unmarked, and the snapshots carry no marker either: names prove nothing',
      schemas: [UNMARKED, schemaRow('PUBLIC_SNAPSHOT_2026_11_22_153045', 'my copy')],
      state: { kind: 'idle' },
    },
    {
      seen: "production's marker was written by a newer version",
      schemas: [NEWER_FORMAT],
      state: { kind: 'marker lost', production: 'PUBLIC' },
    },
    {
      seen: "production's marker cannot be read: nothing beside it is taken for the next step",
      schemas: [NEWER_FORMAT, blue('verified', D2, 'INITIAL_AAAAAAA')],
      state: { kind: 'marker lost', production: 'PUBLIC' },
    },
    {
      seen: "production's marker was edited by hand",
      schemas: [schemaRow('PUBLIC', 'the shop\nblue-green: {"v":1,"deployment":')],
      state: { kind: 'marker lost', production: 'PUBLIC' },
    },
  ]);
});

suite('words', () => {
  const kinds = new Map<StateKind, readonly Row[]>([
    ['production missing', []],
    ['marker lost', [NEWER_FORMAT]],
    ['foreign upcoming', [PUBLIC_D1, schemaRow('PUBLIC_UPCOMING', '')]],
    ['idle', [UNMARKED]],
    ['done', [PUBLIC_D2]],
    ['building', [PUBLIC_D1, blue('building')]],
    ['blocked', [PUBLIC_D1, blue('blocked')]],
    ['waiting', [PUBLIC_D1, blue('verified')]],
    ['outdated', [PUBLIC_D1, blue('verified', D2, D0)]],
    ['staged', [PUBLIC_D1, blue('verified'), ours(`PUBLIC_RELEASE_${D2}`, { deployment: D2 })]],
    ['swapped, not renamed', [SWAPPED_D2, copyOf('PUBLIC', `PUBLIC_RELEASE_${D2}`)]],
    ['swapped', [SWAPPED_D2]],
    ['rolling back', [ours('PUBLIC', { deployment: D2, rejected: REJECTED })]],
    ['rolled back, not renamed', [RESTORED_D1, ours(`PUBLIC_RESTORE_${R1}`, { deployment: D2 })]],
    ['rolled back', [RESTORED_D1]],
  ]);
  const busy: readonly StateKind[] = [
    'staged',
    'swapped, not renamed',
    'swapped',
    'rolling back',
    'rolled back, not renamed',
  ];

  test.each([...kinds])('%s: says which object or deployment, and what comes next', async (kind, schemas) => {
    const state = stateOf(await observed(schemas), () => true);
    expect(state.kind).toBe(kind);
    const text = describe(state);
    expect(text).toMatch(/PUBLIC|production schema|20261|No deployment/);
    expect(text).toMatch(/Next: |Look for it|Rollback still works|rename or drop it/);
    expect(isBusy(state)).toBe(busy.includes(kind));
  });

  test('a dead build says whose run it was and when it last gave a sign of life', async () => {
    const heartbeat = '2026-11-22T15:45:00.000Z';
    const upcoming = ours('PUBLIC_UPCOMING', { deployment: D2, phase: 'building', run: '4711', attempt: 2, heartbeat });
    const text = describe(stateOf(await observed([PUBLIC_D1, upcoming]), () => false));
    expect(text).toContain('run 4711 (attempt 2, last sign of life 2026-11-22T15:45:00.000Z)');
    expect(text).toContain(D2);
  });
});

test('a build that stopped in time is told from one that died', async () => {
  const stopped = '2026-11-22T20:45:00.000Z';
  const upcoming = ours('PUBLIC_UPCOMING', { deployment: D2, phase: 'building', run: '4711', attempt: 2, stopped });
  const text = describe(stateOf(await observed([PUBLIC_D1, upcoming]), () => false));
  expect(text).toContain(
    `${D2} was stopped by run 4711 (attempt 2) at ${stopped}, before its time limit. Next: build again`,
  );
});

test('the owner is asked for by its marker', async () => {
  const seen = await observed([PUBLIC_D1, blue('building')]);
  const asked: string[] = [];
  stateOf(seen, ({ deployment }) => {
    asked.push(deployment);
    return true;
  });
  expect(asked).toEqual([D2]);
});

test('an adopted production has a parent id that is known by its form', () => {
  expect(adoptedDeployment('abcdef0123456789')).toBe('INITIAL_ABCDEF0');
  expect(isAdopted('INITIAL_ABCDEF0')).toBe(true);
  expect(isAdopted(D1)).toBe(false);
});

test('a snapshot of no deployment is not found, and no schema without a marker is marked', async () => {
  const seen = await observed([PUBLIC_D2, SNAPSHOT_D1, UNMARKED]);
  expect(snapshotOf(seen, null)).toBeUndefined();
  expect(snapshotOf(seen, D0)).toBeUndefined();
  expect(snapshotOf(seen, D1)?.seen.name.schema).toBe('PUBLIC_SNAPSHOT_2026_11_22_153045');
  const unmarked = (await observed([UNMARKED])).production;
  expect(unmarked === undefined ? 'missing' : marked(unmarked)).toBeUndefined();
});
