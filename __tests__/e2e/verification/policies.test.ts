/** Policies that a rebuild loses: production and blue are made as Snowflake would leave them, and each role sees its part. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readAttachedPolicies } from '../../../src/verification/governance/attached-policies.js';
import type { AttachedPolicies } from '../../../src/verification/governance/attached-policies.js';
import type { ModelVerdict } from '../../../src/verification/verdict.js';
import { model, planned } from '../../verification/support/manifest.js';
import { ADMIN } from '../support/local-snowflake.js';
import { QUERY_TAG, TwoSchemas } from './support/two-schemas.js';

const ROLE = 'POLICED_OWNER';
const GLOBAL = ['APPLY MASKING POLICY', 'APPLY ROW ACCESS POLICY'];
/** The deploying role sees what others do not. */
const BODY = `AS (V VARCHAR) RETURNS VARCHAR -> CASE WHEN IS_ROLE_IN_SESSION('${ROLE}') THEN V ELSE '***' END`;
const ALL_ROWS = 'AS (V VARCHAR) RETURNS BOOLEAN -> TRUE';
const ROW = `AS SELECT 1 AS ID, 'a@b' AS EMAIL, '1' AS PHONE`;

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('POLICED');
  await asAdmin(
    'CREATE SCHEMA POLICED.RULES',
    `CREATE MASKING POLICY POLICED.RULES.MASK ${BODY}`,
    `CREATE MASKING POLICY POLICED.RULES."Other; mask" ${BODY}`,
    `CREATE ROW ACCESS POLICY POLICED.RULES.REGION ${ALL_ROWS}`,
    `GRANT USAGE ON SCHEMA POLICED.RULES TO ROLE ${ROLE}`,
  );
}, 60_000);
afterAll(() => sides.stop());

beforeEach(() => asAdmin(...GLOBAL.map((privilege) => `GRANT ${privilege} ON ACCOUNT TO ROLE ${ROLE}`)));

async function asAdmin(...statements: readonly string[]): Promise<void> {
  const admin = await sides.server.connect(ADMIN);
  try {
    await admin.run(...statements);
  } finally {
    await admin.close();
  }
}

function revokeGlobal(...privileges: readonly string[]): Promise<void> {
  return asAdmin(...privileges.map((privilege) => `REVOKE ${privilege} ON ACCOUNT FROM ROLE ${ROLE}`));
}

function policies(): Promise<AttachedPolicies> {
  const schemas = ['BASE', 'BLUE'].map((schema) => ({ database: 'POLICED', schema }));
  return readAttachedPolicies((statement) => sides.warehouse.execute(statement), schemas);
}

/** Production is the baseline here: which schema it stands in plays no part in what is set on it. */
async function verify(name: string, expect: object = {}, materialized = 'incremental'): Promise<ModelVerdict> {
  const meta = { blue_green: { key: 'id', expect } };
  return sides.verify(model(name, { meta, materialized }), {
    planned: { production: sides.baseline(name.toUpperCase()) },
    request: { policies: await policies() },
  });
}

async function findings(name: string): Promise<readonly string[]> {
  return (await verify(name)).findings.map(({ severity, text }) => `${severity}: ${text}`);
}

/** Both sides with the same rows, production with policies: on the column EMAIL and on the rows. */
async function governed(name: string): Promise<void> {
  await sides.run(
    `CREATE OR REPLACE TABLE POLICED.BASE.${name} ${ROW}`,
    `CREATE OR REPLACE TABLE POLICED.BLUE.${name} ${ROW}`,
  );
  await asAdmin(
    `ALTER TABLE POLICED.BASE.${name} MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.RULES.MASK`,
    `ALTER TABLE POLICED.BASE.${name} ADD ROW ACCESS POLICY POLICED.RULES.REGION ON (PHONE)`,
  );
}

describe('a rebuilt table', () => {
  test('that lost its policies fails, though its rows are the same', async () => {
    await governed('LOST');
    expect(await verify('lost')).toMatchObject({
      status: 'failed',
      comparison: { identical: true },
      policies: [
        { kind: 'masking policy', column: 'EMAIL', before: 'POLICED.RULES.MASK', after: '' },
        { kind: 'row access policy', before: 'POLICED.RULES.REGION over ["PHONE"]', after: '' },
      ],
    });
    expect((await findings('lost'))[0]).toMatch(
      /^fail: 2 policies lost: masking policy of EMAIL \(POLICED\.RULES\.MASK\), row access policy .*post_hook\.$/,
    );
  });

  test('that got them back by a statement of the model passes, and says that masks may have been compared', async () => {
    await governed('KEPT');
    await sides.run(
      'ALTER TABLE POLICED.BLUE.KEPT MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.RULES.MASK',
      'ALTER TABLE POLICED.BLUE.KEPT ADD ROW ACCESS POLICY POLICED.RULES.REGION ON (PHONE)',
    );
    expect((await verify('kept')).status).toBe('passed');
    expect(await findings('kept')).toEqual([
      'info: EMAIL has a masking policy: compared as this role sees the values, masked ones by their masks.',
    ]);
  });

  test('with another policy warns, with one more is only shown', async () => {
    await governed('OTHER');
    await sides.run(
      'ALTER TABLE POLICED.BLUE.OTHER MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.RULES."Other; mask"',
      'ALTER TABLE POLICED.BLUE.OTHER MODIFY COLUMN PHONE SET MASKING POLICY POLICED.RULES.MASK',
      'ALTER TABLE POLICED.BLUE.OTHER ADD ROW ACCESS POLICY POLICED.RULES.REGION ON (PHONE)',
    );
    expect(await findings('other')).toEqual([
      'warn: masking policy of EMAIL: POLICED.RULES.MASK -> POLICED.RULES."Other; mask".',
      'info: hidden now by a policy that production does not have: masking policy of PHONE (POLICED.RULES.MASK).',
      'info: EMAIL, PHONE have masking policies: compared as this role sees the values, masked ones by their masks.',
    ]);
  });

  test('may lose what this deployment is expected to take off, and only then', async () => {
    await governed('EXPECTED');
    const expecting = { lost_policies: { policies: ['mask', 'region'], reason: 'Only test data.' } };
    // Written in the project, and not new in this deployment.
    expect((await verify('expected', expecting)).status).toBe('failed');
    const meta = { blue_green: { key: 'id', expect: expecting } };
    const node = model('expected', { meta });
    const production = sides.baseline('EXPECTED');
    const target = { node: planned(node, { production }), baseline: production, upcoming: sides.upcoming('EXPECTED') };
    const targets = [{ ...target, expectations: ['lost_policies'] }];
    const verdict = await sides.verify(node, { request: { policies: await policies(), targets } });
    expect(verdict).toMatchObject({ status: 'passed', findings: [{ expected: 'Only test data.' }, {}] });
  });
});

describe('what a policy hides from the deploying role as well', () => {
  test('are values: two that differ behind one mask are taken for equal, and the finding says why', async () => {
    await sides.table('BASE', 'HIDDEN', 'ID NUMBER, EMAIL VARCHAR', [`1, 'a@b'`]);
    await sides.table('BLUE', 'HIDDEN', 'ID NUMBER, EMAIL VARCHAR', [`1, 'x@y'`]);
    expect((await verify('hidden')).comparison).toMatchObject({ changed: 1 });
    await asAdmin(
      `CREATE MASKING POLICY POLICED.RULES.FROM_ALL AS (V VARCHAR) RETURNS VARCHAR -> '***'`,
      'ALTER TABLE POLICED.BASE.HIDDEN MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.RULES.FROM_ALL',
      'ALTER TABLE POLICED.BLUE.HIDDEN MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.RULES.FROM_ALL',
    );
    expect((await verify('hidden')).comparison).toMatchObject({ identical: true });
    expect(await findings('hidden')).toEqual([expect.stringMatching(/^info: EMAIL has a masking policy/)]);
  });

  test('are rows: those that it does not see were not compared', async () => {
    const rows = [`1, 'north'`, `2, 'south'`, `3, 'south'`];
    await sides.table('BASE', 'ROWS', 'ID NUMBER, REGION VARCHAR', rows);
    await sides.table('BLUE', 'ROWS', 'ID NUMBER, REGION VARCHAR', rows);
    await asAdmin(
      `CREATE ROW ACCESS POLICY POLICED.RULES.NORTH AS (R VARCHAR) RETURNS BOOLEAN -> R = 'north'`,
      'ALTER TABLE POLICED.BASE.ROWS ADD ROW ACCESS POLICY POLICED.RULES.NORTH ON (REGION)',
      'ALTER TABLE POLICED.BLUE.ROWS ADD ROW ACCESS POLICY POLICED.RULES.NORTH ON (REGION)',
    );
    expect(await findings('rows')).toEqual([
      'warn: this role sees 1 of the 3 rows of the baseline: only those were compared.',
      'warn: this role sees 1 of the 3 rows of the upcoming table: only those were compared.',
    ]);
  });
});

test('a view that lost its own policy fails', async () => {
  await sides.run(
    `CREATE OR REPLACE TABLE POLICED.BASE.PEOPLE ${ROW}`,
    'CREATE OR REPLACE VIEW POLICED.BASE.SEEN AS SELECT * FROM POLICED.BASE.PEOPLE',
    'CREATE OR REPLACE VIEW POLICED.BLUE.SEEN AS SELECT * FROM POLICED.BASE.PEOPLE',
    'ALTER VIEW POLICED.BASE.SEEN MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.RULES.MASK',
  );
  expect(await verify('seen', {}, 'view')).toMatchObject({ status: 'failed', policies: [{ column: 'EMAIL' }] });
});

test('a policy in the production schema itself is the same in its clone', async () => {
  await sides.run(
    `CREATE MASKING POLICY POLICED.BASE.OWN ${BODY}`,
    `CREATE MASKING POLICY POLICED.BLUE.OWN ${BODY}`,
    `CREATE OR REPLACE TABLE POLICED.BASE.CLONED ${ROW}`,
    `CREATE OR REPLACE TABLE POLICED.BLUE.CLONED ${ROW}`,
    'ALTER TABLE POLICED.BASE.CLONED MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.BASE.OWN',
    'ALTER TABLE POLICED.BLUE.CLONED MODIFY COLUMN EMAIL SET MASKING POLICY POLICED.BLUE.OWN',
  );
  expect(await verify('cloned')).toMatchObject({ status: 'passed' });
});

describe('what the role may not see', () => {
  test('is nothing when it has both global privileges, itself or by a role that it inherits', async () => {
    expect((await policies()).unseen).toBeUndefined();
    await revokeGlobal(...GLOBAL);
    await asAdmin(
      'CREATE ROLE IF NOT EXISTS POLICED_STEWARD',
      ...GLOBAL.map((privilege) => `GRANT ${privilege} ON ACCOUNT TO ROLE POLICED_STEWARD`),
      `GRANT ROLE POLICED_STEWARD TO ROLE ${ROLE}`,
    );
    expect((await policies()).unseen).toBeUndefined();
    await asAdmin(`REVOKE ROLE POLICED_STEWARD FROM ROLE ${ROLE}`);
  });

  test('is told with the grants that would help, and nothing is said of the tables', async () => {
    await governed('UNSEEN');
    await revokeGlobal(...GLOBAL);
    const { unseen } = await policies();
    expect(unseen).toMatch(/^masking policies.* and row access policies, since role POLICED_OWNER may not see/);
    expect(unseen).toContain(`GRANT APPLY MASKING POLICY ON ACCOUNT TO ROLE "${ROLE}";`);
    expect(unseen).toContain(`GRANT APPLY ROW ACCESS POLICY ON ACCOUNT TO ROLE "${ROLE}";`);
    const verdict = await verify('unseen');
    expect(verdict).toMatchObject({ status: 'passed', findings: [] });
    expect(verdict).not.toHaveProperty('policies');
  });

  test('is one kind of policy where it may see the other', async () => {
    await governed('HALF');
    await revokeGlobal('APPLY ROW ACCESS POLICY');
    expect((await policies()).unseen).toMatch(/^row access policies, since/);
    expect(await verify('half')).toMatchObject({ status: 'failed', policies: [{ kind: 'masking policy' }] });
  });

  test('is all but the policies that were granted one by one', async () => {
    await governed('GRANTED');
    await revokeGlobal(...GLOBAL);
    await asAdmin(`GRANT APPLY ON ROW ACCESS POLICY POLICED.RULES.REGION TO ROLE ${ROLE}`);
    expect((await policies()).unseen).toMatch(/row access policies but the 1 policy that it may apply, since/);
    expect(await verify('granted')).toMatchObject({ status: 'failed', policies: [{ kind: 'row access policy' }] });
    await asAdmin(`REVOKE APPLY ON ROW ACCESS POLICY POLICED.RULES.REGION FROM ROLE ${ROLE}`);
  });

  test.each(['SHOW GRANTS ON ACCOUNT', 'IS_ROLE_IN_SESSION', 'SHOW MASKING POLICIES', 'POLICY_REFERENCES'])(
    'is told, and nothing fails, where Snowflake refuses %s',
    async (statement) => {
      await governed('REFUSED');
      await sides.server.addFault({ action: 'fail', when: 'before', matching: statement });
      const { unseen } = await policies();
      await sides.server.clearFaults();
      expect(unseen).toMatch(/masking .*row access policies/);
    },
  );
});

test('it takes five statements, and reads no table', async () => {
  const position = await sides.server.logPosition();
  await policies();
  const statements = (await sides.server.log(position)).filter(({ query_tag }) => query_tag === QUERY_TAG);
  expect(statements.map(({ text }) => text.split(/[\s(]/, 3).join(' '))).toEqual([
    'SHOW GRANTS ON',
    'SELECT CURRENT_ROLE )',
    'SHOW MASKING POLICIES',
    'SHOW ROW ACCESS',
    'SELECT * FROM',
  ]);
  expect(statements.flatMap(({ tables_read }) => tables_read)).toEqual([]);
});
