import { expect, test } from '@jest/globals';
import { openAuditSchemas } from '../../src/building/audit-schemas.js';
import { copyOf, marker, ours, schemaRow, warehouseWith } from '../deployment/support/schemas.js';

const AUDIT = 'PUBLIC_UPCOMING_DBT_TEST__AUDIT';
const NAME = { database: 'ANALYTICS', schema: AUDIT };

function changes(warehouse: ReturnType<typeof warehouseWith>): readonly string[] {
  return warehouse.statements.map(({ sql }) => sql).filter((sql) => !sql.startsWith('SHOW'));
}

test('made anew with the marker of the deployment', async () => {
  const warehouse = warehouseWith([]);
  await openAuditSchemas({ warehouse }, marker({ phase: 'building' }), [NAME]);
  expect(changes(warehouse)).toEqual([
    expect.stringContaining(`CREATE TRANSIENT SCHEMA "ANALYTICS"."${AUDIT}" COMMENT`),
  ]);
  expect(changes(warehouse)[0]).toContain(`\\\\"${AUDIT}\\\\"`);
});

test('one that an earlier deployment left is replaced', async () => {
  const warehouse = warehouseWith([ours(AUDIT)]);
  await openAuditSchemas({ warehouse }, marker(), [NAME]);
  expect(changes(warehouse).map((sql) => sql.split(' ', 1)[0])).toEqual(['DROP', 'CREATE']);
});

test.each([
  ['without a marker', schemaRow(AUDIT, 'mine')],
  ['with a marker that names another schema', copyOf('PUBLIC', AUDIT)],
])("a person's schema %s stops the build and is left as it is", async (_, row) => {
  const warehouse = warehouseWith([row]);
  await expect(openAuditSchemas({ warehouse }, marker(), [NAME])).rejects.toThrow(/this action did not make/);
  expect(changes(warehouse)).toEqual([]);
});
