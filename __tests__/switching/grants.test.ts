import { describe, expect, test } from '@jest/globals';
import { copySchemaGrants, matchObjectGrants, missingGrants, readObjectGrants } from '../../src/switching/grants.js';
import type { Grant, Grantee } from '../../src/snowflake/statements/grants.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const STATE = 'All is as it was.';
const BI: Grantee = { kind: 'ROLE', name: 'BI' };

function grant(privilege: string, grantee: Grantee = BI, grantOption = false): Grant {
  return { privilege, grantee, grantOption };
}

/** A row of SHOW GRANTS ON …. */
function row(privilege: string, to: string, name: string, more: Partial<Row> = {}): Row {
  return { privilege, granted_to: to, grantee_name: name, grant_option: 'false', ...more };
}

describe('missing grants', () => {
  const reader: Grantee = { kind: 'DATABASE_ROLE', database: 'ANALYTICS', name: 'READER' };
  const cases: readonly (readonly [string, readonly Grant[], readonly Grant[], readonly Grant[]])[] = [
    ['nothing wanted', [], [grant('SELECT')], []],
    ['all there', [grant('SELECT')], [grant('SELECT'), grant('INSERT')], []],
    ['nothing there', [grant('SELECT'), grant('INSERT')], [], [grant('SELECT'), grant('INSERT')]],
    ['another privilege', [grant('SELECT')], [grant('INSERT')], [grant('SELECT')]],
    ['another role', [grant('SELECT')], [grant('SELECT', { kind: 'ROLE', name: 'bi' })], [grant('SELECT')]],
    ['with grant option covers without', [grant('SELECT')], [grant('SELECT', BI, true)], []],
    ['without does not cover with', [grant('SELECT', BI, true)], [grant('SELECT')], [grant('SELECT', BI, true)]],
    [
      'a user is not the role of the same name',
      [grant('SELECT', { kind: 'USER', name: 'BI' })],
      [grant('SELECT')],
      [grant('SELECT', { kind: 'USER', name: 'BI' })],
    ],
    ['a database role', [grant('SELECT', reader)], [grant('SELECT', { ...reader })], []],
    [
      'a database role of another database',
      [grant('SELECT', reader)],
      [grant('SELECT', { ...reader, database: 'DEV' }), grant('SELECT', { kind: 'ROLE', name: 'READER' })],
      [grant('SELECT', reader)],
    ],
  ];
  test.each(cases)('%s', (_what, wanted, present, missing) => {
    expect(missingGrants(wanted, present)).toEqual(missing);
  });
});

describe('what SHOW GRANTS lists', () => {
  const view = { database: 'ANALYTICS', schema: 'PUBLIC', name: 'V' };
  async function read(rows: readonly Row[]): Promise<readonly Grant[]> {
    return readObjectGrants(new RecordingWarehouse(() => rows), 'VIEW', view);
  }

  test.each<readonly [string, Row, Grant | undefined]>([
    ['a role', row('SELECT', 'ROLE', 'BI'), grant('SELECT')],
    ['a role whose name has a dot', row('SELECT', 'ROLE', 'a.b'), grant('SELECT', { kind: 'ROLE', name: 'a.b' })],
    ['with grant option', row('SELECT', 'ROLE', 'BI', { grant_option: 'TRUE' }), grant('SELECT', BI, true)],
    ['a user', row('SELECT', 'USER', 'ANN'), grant('SELECT', { kind: 'USER', name: 'ANN' })],
    [
      'a database role of the same database',
      row('SELECT', 'DATABASE_ROLE', 'READER'),
      grant('SELECT', { kind: 'DATABASE_ROLE', database: 'ANALYTICS', name: 'READER' }),
    ],
    [
      'a database role with its database',
      row('SELECT', 'DATABASE_ROLE', 'DEV.READER'),
      grant('SELECT', { kind: 'DATABASE_ROLE', database: 'DEV', name: 'READER' }),
    ],
    ['ownership, which is transferred', row('OWNERSHIP', 'ROLE', 'DEPLOYER'), undefined],
    ['ownership of an application', row('OWNERSHIP', 'APPLICATION', 'APP'), undefined],
    [
      'an inherited grant, which sits on the database',
      row('SELECT', 'ROLE', 'BI', { is_inherited: 'true' }),
      undefined,
    ],
    [
      'an own grant where inherited ones are told',
      row('SELECT', 'ROLE', 'BI', { is_inherited: 'false' }),
      grant('SELECT'),
    ],
  ])('%s', async (_what, shown, expected) => {
    expect(await read([shown])).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each(['SHARE', 'APPLICATION', 'APPLICATION_ROLE', 'INSTANCE_ROLE'])(
    'what is granted to %s is refused with its name',
    async (kind) => {
      await expect(read([row('SELECT', kind, 'PARTNER')])).rejects.toThrow(
        `ANALYTICS.PUBLIC.V is granted to ${kind} PARTNER.`,
      );
    },
  );
});

describe('giving', () => {
  const production = { database: 'ANALYTICS', schema: 'PUBLIC' };
  const release = { database: 'ANALYTICS', schema: 'PUBLIC_RELEASE_D' };
  const wanted = [
    row('OWNERSHIP', 'ROLE', 'DEPLOYER'),
    row('USAGE', 'ROLE', 'BI'),
    row('USAGE', 'DATABASE_ROLE', 'READER', { grant_option: 'true' }),
    row('CREATE TABLE', 'USER', 'it"s'),
  ];

  test('the staged schema gets what production has and it lacks', async () => {
    const warehouse = new RecordingWarehouse(({ sql }) =>
      sql.endsWith('"PUBLIC"') ? wanted : sql.startsWith('SHOW') ? [row('USAGE', 'ROLE', 'BI')] : [],
    );
    expect(await copySchemaGrants(warehouse, production, release, STATE)).toHaveLength(2);
    expect(warehouse.sql).toEqual([
      'SHOW GRANTS ON SCHEMA "ANALYTICS"."PUBLIC"',
      'SHOW GRANTS ON SCHEMA "ANALYTICS"."PUBLIC_RELEASE_D"',
      'GRANT USAGE ON SCHEMA "ANALYTICS"."PUBLIC_RELEASE_D" TO DATABASE ROLE "ANALYTICS"."READER" WITH GRANT OPTION',
      'GRANT CREATE TABLE ON SCHEMA "ANALYTICS"."PUBLIC_RELEASE_D" TO USER "it""s"',
    ]);
  });

  test('a schema that is shared is refused before anything is granted', async () => {
    const rows = [...wanted, row('USAGE', 'SHARE', 'ACCT.PARTNERS')];
    const warehouse = new RecordingWarehouse(() => rows);
    await expect(copySchemaGrants(warehouse, production, release, STATE)).rejects.toThrow(
      /SHARE ACCT\.PARTNERS.*nothing was changed/,
    );
    expect(warehouse.names).toEqual(['showGrantsOnSchema']);
  });

  const table = { ...release, name: 'T' };
  const bi = row('SELECT', 'ROLE', 'BI');
  const all = (): boolean => true;

  test('an object gets what its namesake has; done twice, the second time nothing', async () => {
    const given: string[] = [];
    const warehouse = new RecordingWarehouse(({ sql }) => {
      if (!sql.startsWith('SHOW')) given.push(sql);
      return given.length > 0 ? [bi] : [];
    });
    const match = (): ReturnType<typeof matchObjectGrants> =>
      matchObjectGrants(warehouse, 'TABLE', [grant('SELECT')], table, all, STATE);
    expect(await match()).toEqual({ given: [grant('SELECT')], takenBack: [] });
    expect(await match()).toEqual({ given: [], takenBack: [] });
    expect(given).toEqual(['GRANT SELECT ON TABLE "ANALYTICS"."PUBLIC_RELEASE_D"."T" TO ROLE "BI"']);
  });

  test('what its namesake does not have is taken back where it is foreign, and only there', async () => {
    const others = [row('SELECT', 'ROLE', 'HR'), row('INSERT', 'ROLE', 'LOADER')];
    let held = [bi, ...others];
    const warehouse = new RecordingWarehouse(({ sql }) => {
      if (sql.startsWith('REVOKE')) held = held.filter(({ grantee_name: name }) => name !== 'HR');
      return held;
    });
    const isForeign = ({ privilege }: Grant): boolean => privilege === 'SELECT';
    await matchObjectGrants(warehouse, 'TABLE', [grant('SELECT')], table, isForeign, STATE);
    expect(warehouse.sql.filter((sql) => !sql.startsWith('SHOW'))).toEqual([
      'REVOKE SELECT ON TABLE "ANALYTICS"."PUBLIC_RELEASE_D"."T" FROM ROLE "HR"',
    ]);
  });

  test('a grant option that the namesake lost is taken back, and the plain grant given again', async () => {
    let held = [row('SELECT', 'ROLE', 'BI', { grant_option: 'true' })];
    const warehouse = new RecordingWarehouse(({ sql }) => {
      if (sql.startsWith('REVOKE')) held = [];
      return held;
    });
    await matchObjectGrants(warehouse, 'TABLE', [grant('SELECT')], table, all, STATE);
    expect(warehouse.sql.filter((sql) => !sql.startsWith('SHOW'))).toEqual([
      'REVOKE SELECT ON TABLE "ANALYTICS"."PUBLIC_RELEASE_D"."T" FROM ROLE "BI"',
      'GRANT SELECT ON TABLE "ANALYTICS"."PUBLIC_RELEASE_D"."T" TO ROLE "BI"',
    ]);
  });

  test('a REVOKE that takes nothing back is noticed', async () => {
    const warehouse = new RecordingWarehouse(() => [bi]);
    await expect(matchObjectGrants(warehouse, 'TABLE', [], table, all, STATE)).rejects.toThrow(
      /Role BI would have SELECT on ANALYTICS\.PUBLIC_RELEASE_D\.T, which it does not have in production.*All is as it was/,
    );
  });

  test('a refused grant is told with role, object and state', async () => {
    const warehouse = new RecordingWarehouse((statement) =>
      statement.sql.startsWith('GRANT')
        ? new SnowflakeError('Insufficient privileges', { code: '003001', statement })
        : [],
    );
    await expect(matchObjectGrants(warehouse, 'VIEW', [grant('SELECT')], table, all, STATE)).rejects.toThrow(
      /Role BI .*SELECT.*ANALYTICS\.PUBLIC_RELEASE_D\.T \(Insufficient privileges.*All is as it was/,
    );
    const schema = copySchemaGrants(
      new RecordingWarehouse((statement) => {
        if (statement.sql.endsWith('"PUBLIC"')) return wanted;
        return statement.sql.startsWith('SHOW') ? [] : new SnowflakeError('Refused', { code: '003001', statement });
      }),
      production,
      release,
      STATE,
    );
    await expect(schema).rejects.toThrow(/Role BI .*USAGE.*ANALYTICS\.PUBLIC_RELEASE_D \(Refused/);
  });
});
