import { expect, test } from '@jest/globals';
import type { Row } from '../../../src/snowflake/warehouse.js';
import { readAttachedPolicies } from '../../../src/verification/governance/attached-policies.js';
import { RecordingWarehouse } from '../../support/recording-warehouse.js';

const LIVE = { database: 'SHOP', schema: 'LIVE' };

function reference(changes: Row): Row {
  return {
    POLICY_DB: 'GOV',
    POLICY_SCHEMA: 'PII',
    POLICY_NAME: 'MASK',
    POLICY_KIND: 'MASKING_POLICY',
    REF_DATABASE_NAME: 'SHOP',
    REF_SCHEMA_NAME: 'LIVE',
    REF_ENTITY_NAME: 'ORDERS',
    REF_ENTITY_DOMAIN: 'TABLE',
    REF_COLUMN_NAME: 'EMAIL',
    REF_ARG_COLUMN_NAMES: null,
    TAG_NAME: null,
    ...changes,
  };
}

test('a policy that hangs on a tag is told from one that is set on the column itself, and is none of the tag', async () => {
  const references = [
    reference({}),
    reference({ REF_COLUMN_NAME: 'PHONE', TAG_NAME: 'PII' }),
    reference({ REF_ENTITY_DOMAIN: 'TAG', REF_ENTITY_NAME: 'PII', REF_COLUMN_NAME: null }),
  ];
  const policy = { name: 'MASK', database_name: 'GOV', schema_name: 'PII' };
  const warehouse = new RecordingWarehouse(({ name, sql }) =>
    name === 'policyReferences' ? references : sql.startsWith('SHOW MASKING') ? [policy] : [],
  );
  const policies = await readAttachedPolicies((statement) => warehouse.execute(statement), [LIVE]);
  const mask = {
    kind: 'masking policy',
    policy: { database: 'GOV', schema: 'PII', name: 'MASK' },
    givenColumns: '',
  };
  expect(policies.of({ ...LIVE, name: 'ORDERS' })).toEqual([
    { ...mask, column: 'EMAIL' },
    { ...mask, column: 'PHONE', byTag: true },
  ]);
  expect(policies.of({ ...LIVE, name: 'PII' })).toEqual([]);
  expect(policies.unseen).not.toMatch(/refused to tell/);
});
