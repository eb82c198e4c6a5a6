import { describe, expect, test } from '@jest/globals';
import { differenceInNames, takeInventory } from '../../src/observing/inventory.js';
import type { Inventory } from '../../src/observing/inventory.js';
import { SHOW_PAGE } from '../../src/snowflake/statements/objects.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const SCHEMA = { database: 'ANALYTICS', schema: 'PUBLIC' };

function inventoryOf(tables: readonly Row[], views: readonly Row[] = []): Promise<Inventory> {
  return takeInventory(new RecordingWarehouse(({ name }) => (name === 'showTables' ? tables : views)), SCHEMA);
}

describe('what SHOW says of a table', () => {
  test.each<readonly [string, Row, object]>([
    [
      'all',
      { kind: 'TRANSIENT', owner: 'R', cluster_by: 'LINEAR(ID)', automatic_clustering: 'ON', rows: '7' },
      { transient: true, owner: 'R', clusterBy: 'LINEAR(ID)', automaticClustering: true, rows: 7 },
    ],
    [
      'a permanent one, clustering off',
      { kind: 'TABLE', owner: 'R', cluster_by: 'LINEAR(ID)', automatic_clustering: 'OFF', rows: '0' },
      { transient: false, owner: 'R', clusterBy: 'LINEAR(ID)', automaticClustering: false, rows: 0 },
    ],
    [
      'columns that this role does not see',
      { kind: null, owner: null, cluster_by: null, rows: null },
      { transient: false, owner: '', clusterBy: '', automaticClustering: false, rows: undefined },
    ],
  ])('%s', async (_what, row, table) => {
    const { tables } = await inventoryOf([{ name: 'EVENTS', ...row }]);
    expect(tables.get('EVENTS')).toEqual({ name: 'EVENTS', ...table });
  });
});

test('of a view: its text, or none when it is hidden', async () => {
  const { views } = await inventoryOf(
    [],
    [
      { name: 'V', owner: 'R', text: 'create view V as select 1' },
      { name: 'S', owner: 'X', text: null },
    ],
  );
  expect([...views.values()]).toEqual([
    { name: 'V', owner: 'R', text: 'create view V as select 1' },
    { name: 'S', owner: 'X', text: '' },
  ]);
});

test('a row without a name is an answer that we do not know', async () => {
  await expect(inventoryOf([{ kind: 'TABLE' }])).rejects.toThrow('"name"');
});

test.each([
  [SHOW_PAGE - 1, 1],
  [SHOW_PAGE, 2],
  [SHOW_PAGE + 1, 2],
  [2 * SHOW_PAGE, 3],
])('%d tables are read in %d pages', async (count, pages) => {
  const all = Array.from({ length: count }, (_, i) => ({ name: `T${String(i).padStart(6, '0')}` }));
  const warehouse = new RecordingWarehouse(({ name, sql }) => {
    if (name === 'showViews') return [];
    const after = / FROM '(.*)'$/.exec(sql)?.[1] ?? '';
    return all.filter((row) => row.name > after).slice(0, SHOW_PAGE);
  });
  expect((await takeInventory(warehouse, SCHEMA)).tables.size).toBe(count);
  expect(warehouse.names.filter((name) => name === 'showTables')).toHaveLength(pages);
});

test('names on one side only, sorted, and a table is not a view', async () => {
  const a = await inventoryOf([{ name: 'B' }, { name: 'A' }, { name: 'BOTH' }], [{ name: 'X' }]);
  const b = await inventoryOf([{ name: 'BOTH' }, { name: 'X' }, { name: 'both' }]);
  expect(differenceInNames(a, b)).toEqual({
    onlyA: ['table A', 'table B', 'view X'],
    onlyB: ['table X', 'table both'],
  });
  expect(differenceInNames(a, a)).toEqual({ onlyA: [], onlyB: [] });
});
