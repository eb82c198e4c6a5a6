import { expect, test } from '@jest/globals';
import { isUnderWay, leftBehind } from '../../src/deployment/left-behind.js';
import type { State } from '../../src/deployment/state.js';
import { D1, D2, copyOf, observed, ours } from './support/schemas.js';

test('what is left is told by name and marker: a copy is not ours to drop', async () => {
  const { ours: left, doubtful } = leftBehind(
    await observed([
      ours('PUBLIC', { deployment: D2 }),
      ours('PUBLIC_UPCOMING', { deployment: D2, phase: 'blocked' }),
      ours('PUBLIC_SNAPSHOT_2026_11_22_153045', { deployment: D1 }),
      copyOf('PUBLIC_SNAPSHOT_2026_11_22_153045', 'PUBLIC_SNAPSHOT_2026_11_23_000000', { deployment: D1 }),
      ours('PUBLIC_FAILED_2026_11_21_101010', { deployment: D1 }),
      ours(`PUBLIC_BASELINE_${D2}`, { deployment: D2 }),
      ours(`PUBLIC_RELEASE_${D2}`, { deployment: D2 }),
      ours('PUBLIC_UPCOMING_DBT_TEST__AUDIT', { deployment: D2 }),
    ]),
  );
  expect(left.map(({ name, purpose }) => [name.schema, purpose])).toEqual([
    ['PUBLIC_SNAPSHOT_2026_11_22_153045', 'former production'],
    ['PUBLIC_FAILED_2026_11_21_101010', 'version given up'],
    ['PUBLIC_UPCOMING', 'unfinished build'],
    [`PUBLIC_BASELINE_${D2}`, 'baseline'],
    [`PUBLIC_RELEASE_${D2}`, 'staged version'],
    ['PUBLIC_UPCOMING_DBT_TEST__AUDIT', 'failing rows of tests'],
  ]);
  expect(doubtful.map(({ schema }) => schema)).toEqual(['PUBLIC_SNAPSHOT_2026_11_23_000000']);
});

test('a retired upcoming schema is a former production', async () => {
  const { ours: left } = leftBehind(
    await observed([ours('PUBLIC', { deployment: D2 }), ours('PUBLIC_UPCOMING', { deployment: D1, phase: 'retired' })]),
  );
  expect(left.map(({ purpose }) => purpose)).toEqual(['former production']);
});

test.each([
  ['building', true],
  ['waiting', true],
  ['swapped', true],
  ['rolling back', true],
  ['done', false],
  ['dead build', false],
  ['marker lost', false],
] as const)('%s: under way is %j', (kind, underWay) => {
  expect(isUnderWay({ kind } as State)).toBe(underWay);
});
