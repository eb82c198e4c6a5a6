import { describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/log.js';
import { objectsToCompare } from '../../src/switching/differing-grants.js';
import type { ObjectKind } from '../../src/snowflake/statements/grants.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import type { Row, Statement } from '../../src/snowflake/warehouse.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

const production = { database: 'ANALYTICS', schema: 'PUBLIC' };
const staged = { database: 'ANALYTICS', schema: 'PUBLIC_RELEASE_D' };
const NAMES = Array.from({ length: 30 }, (_, index) => `T${String(index).padStart(2, '0')}`);
const OBJECTS = new Map<string, ObjectKind>(NAMES.map((name) => [name, 'TABLE']));

function row(schema: string, name: string, privilege: string, to: string, grantee: string, grantable = 'NO'): Row {
  return { schema, name, privilege, to, grantee, grantable };
}

/** All objects of both schemas: owned by the deploying role, read by another. */
function list(): Row[] {
  return [production, staged].flatMap(({ schema }) =>
    NAMES.flatMap((name) => [
      row(schema, name, 'OWNERSHIP', 'ROLE', 'DEPLOYER', 'YES'),
      row(schema, name, 'SELECT', 'ROLE', 'BI'),
    ]),
  );
}

interface Account {
  readonly listed?: readonly Row[];
  /** Kinds of grantees that the list leaves out. */
  readonly hides?: readonly string[];
  readonly databaseRoles?: readonly string[];
  /** How a database role is printed. */
  readonly printed?: (role: string) => string;
  readonly refuses?: string;
}

const PROBED = /^(GRANT|REVOKE) REFERENCES ON TABLE "ANALYTICS"\."PUBLIC_RELEASE_D"\."(.+)" (?:TO|FROM) (.+)$/;

/** A warehouse that lists what was granted a moment ago. */
function account({ listed = list(), hides = [], databaseRoles = ['READERS'], ...more }: Account): RecordingWarehouse {
  const rows = [...listed];
  return new RecordingWarehouse((statement: Statement) => {
    const { name, sql } = statement;
    if (name === more.refuses) return new SnowflakeError('Refused', { code: '003001', statement });
    if (name === 'currentSession') return [{ user: 'CI', role: 'DEPLOYER', warehouse: 'WH' }];
    if (name === 'showDatabaseRoles') return databaseRoles.slice(0, 1).map((role) => ({ name: role }));
    if (name === 'tablePrivileges') return rows.filter(({ to }) => !hides.includes(to ?? ''));
    const [, verb, object = '', grantee = ''] = PROBED.exec(sql) ?? [];
    if (verb === 'GRANT') {
      const isUser = grantee === 'USER "CI"';
      const role = more.printed?.(databaseRoles[0] ?? '') ?? databaseRoles[0] ?? '';
      rows.push(row(staged.schema, object, 'REFERENCES', isUser ? 'USER' : 'DATABASE_ROLE', isUser ? 'CI' : role));
    }
    return [];
  });
}

async function compare(warehouse: RecordingWarehouse, rebuilt: readonly string[] = []): Promise<readonly string[]> {
  const comparison = { production, staged, objects: OBJECTS, rebuilt: new Set(rebuilt) };
  return [...(await objectsToCompare({ warehouse, log: silentLog }, comparison))];
}

function probes(warehouse: RecordingWarehouse): readonly string[] {
  return warehouse.sql.filter((sql) => /^(GRANT|REVOKE)/.test(sql));
}

describe('objects whose grants have to be compared', () => {
  test('none where all are listed, owned and granted alike; what was given for a look is taken back', async () => {
    const warehouse = account({});
    expect(await compare(warehouse, ['T00'])).toEqual([]);
    // Not on the rebuilt one: there, a comparison would leave it.
    const on = 'REFERENCES ON TABLE "ANALYTICS"."PUBLIC_RELEASE_D"."T01"';
    expect(probes(warehouse)).toEqual([
      `GRANT ${on} TO USER "CI"`,
      `GRANT ${on} TO DATABASE ROLE "ANALYTICS"."READERS"`,
      `REVOKE ${on} FROM USER "CI"`,
      `REVOKE ${on} FROM DATABASE ROLE "ANALYTICS"."READERS"`,
    ]);
    expect(warehouse.statements).toHaveLength(8);
  });

  test.each<readonly [string, Row]>([
    ['a grant since the clone', row('PUBLIC', 'T07', 'INSERT', 'ROLE', 'LOADER')],
    ['a grant taken back since the clone', row('PUBLIC_RELEASE_D', 'T07', 'INSERT', 'ROLE', 'LOADER')],
    ['a grant option', row('PUBLIC', 'T07', 'SELECT', 'ROLE', 'BI', 'YES')],
    ['a user', row('PUBLIC', 'T07', 'SELECT', 'USER', 'BI')],
    ['a database role', row('PUBLIC_RELEASE_D', 'T07', 'SELECT', 'DATABASE_ROLE', 'BI')],
    ['a second owner', row('PUBLIC', 'T07', 'OWNERSHIP', 'ROLE', 'ELSE')],
  ])('one that differs by %s', async (_what, extra) => {
    expect(await compare(account({ listed: [...list(), extra] }))).toEqual(['T07']);
  });

  test.each<readonly [string, (row: Row) => boolean]>([
    ['is not listed in production', ({ schema, name }) => schema === 'PUBLIC' && name === 'T07'],
    ['is not listed in the staged schema', ({ schema, name }) => schema !== 'PUBLIC' && name === 'T07'],
    ['is listed nowhere', ({ name }) => name === 'T07'],
    ['is owned by somebody else', ({ name, privilege }) => name === 'T07' && privilege === 'OWNERSHIP'],
  ])('one that %s', async (_what, isMissing) => {
    expect(await compare(account({ listed: list().filter((each) => !isMissing(each)) }))).toEqual(['T07']);
  });

  test.each(['SHARE', 'APPLICATION', 'APPLICATION ROLE'])('one that is granted to %s on both sides', async (kind) => {
    const more = [production, staged].map(({ schema }) => row(schema, 'T07', 'SELECT', kind, 'PARTNER'));
    expect(await compare(account({ listed: [...list(), ...more] }))).toEqual(['T07']);
  });

  test('a grant that production has as well is not taken back', async () => {
    const more = [production, staged].map(({ schema }) => row(schema, 'T00', 'REFERENCES', 'USER', 'CI'));
    const warehouse = account({ listed: [...list(), ...more], databaseRoles: [] });
    expect(await compare(warehouse)).toEqual([]);
    expect(probes(warehouse).filter((sql) => sql.startsWith('REVOKE'))).toEqual([]);
  });

  test('a database role may be printed with its database', async () => {
    expect(await compare(account({ printed: (role) => `ANALYTICS.${role}` }))).toEqual([]);
    expect(await compare(account({ printed: (role) => `DEV.${role}` }))).toEqual(NAMES);
  });

  test.each<readonly [string, Account]>([
    ['the list hides users', { hides: ['USER'] }],
    ['the list hides database roles', { hides: ['DATABASE_ROLE'] }],
    ['the list is refused', { refuses: 'tablePrivileges' }],
    ['nothing may be granted', { refuses: 'grantOnObject' }],
    ['nothing may be taken back', { refuses: 'revokeOnObject' }],
    ['database roles may not be seen', { refuses: 'showDatabaseRoles' }],
    ['the list is empty', { listed: [] }],
  ])('all where %s', async (_what, given) => {
    expect(await compare(account(given))).toEqual(NAMES);
  });

  test('all where each was rebuilt, without a grant', async () => {
    const warehouse = account({});
    expect(await compare(warehouse, NAMES)).toEqual(NAMES);
    expect(probes(warehouse)).toEqual([]);
  });

  test('a few, without a question', async () => {
    const warehouse = account({});
    const objects = new Map([...OBJECTS].slice(0, 5));
    const comparison = { production, staged, objects, rebuilt: new Set<string>() };
    expect([...(await objectsToCompare({ warehouse, log: silentLog }, comparison))]).toEqual(NAMES.slice(0, 5));
    expect(warehouse.statements).toEqual([]);
  });

  test('an error that is none of Snowflake is not taken for an answer', async () => {
    const warehouse = new RecordingWarehouse(() => new TypeError('bug'));
    await expect(compare(warehouse)).rejects.toThrow('bug');
  });
});
