import { describe, expect, test } from '@jest/globals';
import { observe } from '../../src/observing/observe.js';
import { D1, D2, PAIR, R1, observed, ours, schemaRow, warehouseWith } from '../deployment/support/schemas.js';

const ROWS = [
  schemaRow('PUBLIC', 'the shop', { options: 'TRANSIENT, MANAGED ACCESS', owner: 'OWNER' }),
  ours('PUBLIC_UPCOMING', { deployment: D2 }),
  ours(`PUBLIC_BASELINE_${D2}`),
  ours(`PUBLIC_RELEASE_${D2}`),
  ours(`PUBLIC_RESTORE_${R1}`),
  ours('PUBLIC_SNAPSHOT_2026_01_01_000000', { deployment: D1 }),
  ours('PUBLIC_SNAPSHOT_2026_11_22_153045'),
  ours('PUBLIC_SNAPSHOT_2026_02_01_000000'),
  ours('PUBLIC_FAILED_2025_12_31_235959'),
  ours('PUBLIC_FAILED_2026_01_01_000000'),
  schemaRow('PUBLIC_DEPLOYMENTS', ''),
  schemaRow('PUBLICATIONS', ''),
  schemaRow('PUBLIC_ARCHIVE', ''),
];

function names(schemas: readonly { readonly name: { readonly schema: string } }[]): string[] {
  return schemas.map(({ name }) => name.schema);
}

test('every schema is sorted by what its name is for, dated ones newest first', async () => {
  const seen = await observed(ROWS);
  expect(seen.production?.name).toEqual({ database: 'ANALYTICS', schema: 'PUBLIC' });
  expect(seen.upcoming?.comment.marker?.deployment).toBe(D2);
  expect(names(seen.baselines)).toEqual([`PUBLIC_BASELINE_${D2}`]);
  expect(names(seen.releases)).toEqual([`PUBLIC_RELEASE_${D2}`]);
  expect(names(seen.restores)).toEqual([`PUBLIC_RESTORE_${R1}`]);
  expect(names(seen.snapshots)).toEqual([
    'PUBLIC_SNAPSHOT_2026_11_22_153045',
    'PUBLIC_SNAPSHOT_2026_02_01_000000',
    'PUBLIC_SNAPSHOT_2026_01_01_000000',
  ]);
  expect(names(seen.failed)).toEqual(['PUBLIC_FAILED_2026_01_01_000000', 'PUBLIC_FAILED_2025_12_31_235959']);
});

test.each([
  ['', false, false],
  [null, false, false],
  ['TRANSIENT', true, false],
  ['MANAGED ACCESS', false, true],
  ['transient, managed access', true, true],
])('options %j', async (options, transient, managedAccess) => {
  const { production } = await observed([schemaRow('PUBLIC', '', { options, owner: null, comment: null })]);
  expect(production?.options).toEqual({ transient, managedAccess });
  expect(production).toMatchObject({ owner: '', comment: { words: '', marker: undefined } });
});

describe('an upcoming schema under any name', () => {
  test.each([
    ['starts like production', PAIR, 1],
    ['is called otherwise', { ...PAIR, upcoming: 'NEXT' }, 2],
    ['is what production starts with', { ...PAIR, production: 'NEXT_PUBLIC', upcoming: 'NEXT' }, 2],
  ])('%s: each schema is seen once', async (_how, pair, shows) => {
    const rows = ['', '_SNAPSHOT_2026_01_01_000000', '_SNAPSHOT_2026_02_01_000000'].map((suffix) =>
      ours(`${pair.production}${suffix}`),
    );
    const warehouse = warehouseWith([...rows, ours(pair.upcoming)]);
    const seen = await observe(warehouse, pair);
    expect(seen.production?.name.schema).toBe(pair.production);
    expect(seen.upcoming?.name.schema).toBe(pair.upcoming);
    expect(names(seen.snapshots)).toEqual([
      `${pair.production}_SNAPSHOT_2026_02_01_000000`,
      `${pair.production}_SNAPSHOT_2026_01_01_000000`,
    ]);
    expect(warehouse.statements.length).toBeLessThanOrEqual(shows);
  });

  test('nothing there', async () => {
    const seen = await observe(warehouseWith([schemaRow('OTHER', '')]), PAIR);
    expect(seen).toMatchObject({ production: undefined, upcoming: undefined, snapshots: [], failed: [] });
  });
});
