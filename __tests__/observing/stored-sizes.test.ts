import { describe, expect, test } from '@jest/globals';
import { withStoredSizes } from '../../src/observing/stored-sizes.js';
import type { Plan, PlannedNode } from '../../src/selection/plan.js';
import { SHOW_PAGE } from '../../src/snowflake/statements/objects.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { plan, plannedNode } from '../deployment/support/plans.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

function storedIn(priced: Plan): readonly PlannedNode['stored'][] {
  return priced.rebuilt.map(({ stored }) => stored);
}

describe('what production holds', () => {
  test.each<readonly [string, readonly Row[], PlannedNode['stored']]>([
    ['of a table', [{ name: 'EVENTS', rows: '7', bytes: '2048' }], { rows: 7, bytes: 2048 }],
    ['of an empty table', [{ name: 'EVENTS', rows: '0', bytes: '0' }], { rows: 0, bytes: 0 }],
    ['of a table whose rows nobody counts', [{ name: 'EVENTS', rows: null, bytes: null }], undefined],
    ['of a table in another case', [{ name: 'events', rows: '7', bytes: '2048' }], undefined],
    ['of a view or a new model', [], undefined],
  ])('%s', async (_what, rows, stored) => {
    const priced = await withStoredSizes(new RecordingWarehouse(() => rows), plan([plannedNode('EVENTS')]));
    expect(storedIn(priced)).toEqual([stored]);
    expect('stored' in (priced.rebuilt[0] ?? {})).toBe(stored !== undefined);
  });

  test('is asked once for each schema, whatever it is called', async () => {
    const relation = { database: 'ANALYTICS', schema: 'it"s', name: 'LOG' };
    const nodes = [plannedNode('A'), plannedNode('B'), { ...plannedNode('LOG'), production: relation }];
    const warehouse = new RecordingWarehouse(({ sql }) =>
      sql.includes('it""s')
        ? [{ name: 'LOG', rows: '3', bytes: '1' }]
        : [
            { name: 'B', rows: '2', bytes: '1' },
            { name: 'LOG', rows: '9', bytes: '9' },
          ],
    );
    expect(storedIn(await withStoredSizes(warehouse, plan(nodes)))).toEqual([
      undefined,
      { rows: 2, bytes: 1 },
      { rows: 3, bytes: 1 },
    ]);
    expect(warehouse.names).toEqual(['showTables', 'showTables']);
  });

  test('is read page by page', async () => {
    const first = Array.from({ length: SHOW_PAGE }, (_, index) => ({ name: `T${index}`, rows: '1', bytes: '1' }));
    const warehouse = new RecordingWarehouse(({ sql }) =>
      sql.includes('FROM') ? [{ name: 'Z', rows: '5', bytes: '6' }] : first,
    );
    expect(storedIn(await withStoredSizes(warehouse, plan([plannedNode('Z')])))).toEqual([{ rows: 5, bytes: 6 }]);
    expect(warehouse.sql[1]).toContain(`FROM 'T${SHOW_PAGE - 1}'`);
  });

  test('is not asked for when nothing is rebuilt, or nothing that has a table', async () => {
    const warehouse = new RecordingWarehouse();
    await withStoredSizes(warehouse, plan([]));
    await withStoredSizes(warehouse, plan([{ ...plannedNode('E'), production: undefined }]));
    expect(warehouse.statements).toEqual([]);
  });

  test('stays unknown in a schema that is not there yet or may not be seen; other errors go on', async () => {
    const fails = (code: string): RecordingWarehouse =>
      new RecordingWarehouse(
        () => new SnowflakeError('refused', { code, statement: { name: 'showTables', sql: 'SHOW TABLES' } }),
      );
    const given = plan([plannedNode('EVENTS')]);
    expect(await withStoredSizes(fails('002043'), given)).toEqual(given);
    await expect(withStoredSizes(fails('390114'), given)).rejects.toThrow('refused');
  });
});
