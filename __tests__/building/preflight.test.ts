import { describe, expect, test } from '@jest/globals';
import { checkPrivileges, refuseUnswappable } from '../../src/building/preflight.js';
import type { SchemaSeen } from '../../src/deployment/state.js';
import type { Inventory } from '../../src/observing/inventory.js';
import { UNSWAPPABLE_KINDS } from '../../src/snowflake/statements/objects.js';
import type { UnswappableKind } from '../../src/snowflake/statements/objects.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { observed, schemaRow } from '../deployment/support/schemas.js';
import { literalsIn } from '../snowflake/support/tokens.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';

interface Account {
  readonly role?: string;
  readonly held: readonly string[];
  readonly creators: readonly Row[];
  readonly owner?: string;
  /** Owner of each object, by name. */
  readonly objects?: Readonly<Record<string, string>>;
  readonly rebuilt?: readonly string[];
}

const creator = (privilege: string, name: string, to = 'ROLE'): Row => ({
  privilege,
  granted_to: to,
  grantee_name: name,
});

function warehouse({ role = 'DEPLOYER', held, creators }: Account): RecordingWarehouse {
  return new RecordingWarehouse(({ name, sql }) => {
    if (name === 'currentSession') return [{ user: 'U', role, warehouse: 'W' }];
    if (name === 'showGrantsOnDatabase') return creators;
    return [Object.fromEntries(literalsIn(sql).map((asked, i) => [`r${i}`, String(held.includes(asked))]))];
  });
}

function inventory(owners: Readonly<Record<string, string>>): Inventory {
  const entries = Object.entries(owners);
  const table = { transient: false, clusterBy: '', automaticClustering: false, rows: 1 };
  return {
    tables: new Map(
      entries.filter(([n]) => n.startsWith('T')).map(([name, owner]) => [name, { ...table, name, owner }]),
    ),
    views: new Map(
      entries.filter(([n]) => n.startsWith('V')).map(([name, owner]) => [name, { name, owner, text: '' }]),
    ),
  };
}

async function productionOf(owner: string): Promise<SchemaSeen> {
  const seen = (await observed([schemaRow('PUBLIC', '', { owner })])).production;
  if (seen === undefined) throw new Error('no production');
  return seen;
}

async function check(account: Account): Promise<string> {
  const { owner = 'DEPLOYER', objects = {}, rebuilt = Object.keys(objects) } = account;
  const checking = checkPrivileges(warehouse(account), await productionOf(owner), inventory(objects), new Set(rebuilt));
  return checking.then(
    () => 'enough',
    (error: unknown) => (error instanceof Error && error.name === 'ActionableError' ? error.message : String(error)),
  );
}

const OWN = [creator('CREATE SCHEMA', 'DEPLOYER')];

describe('privileges that are enough', () => {
  test.each<readonly [string, Account]>([
    ['the role itself owns and creates', { held: ['DEPLOYER'], creators: OWN }],
    ['by inheritance', { held: ['OWNER', 'CREATOR'], owner: 'OWNER', creators: [creator('CREATE SCHEMA', 'CREATOR')] }],
    ['the database is owned', { held: ['DEPLOYER'], creators: [creator('OWNERSHIP', 'DEPLOYER')] }],
    ['rebuilt objects are owned', { held: ['DEPLOYER'], creators: OWN, objects: { T1: 'DEPLOYER', V1: 'DEPLOYER' } }],
    [
      "others' objects that are not rebuilt",
      { held: ['DEPLOYER'], creators: OWN, objects: { T1: 'OTHER' }, rebuilt: [] },
    ],
    [
      'an owner that this role may not see is not guessed at',
      { held: ['DEPLOYER'], creators: OWN, objects: { T1: '' } },
    ],
  ])('%s', async (_what, account) => {
    expect(await check(account)).toBe('enough');
  });
});

describe('privileges that are missing are written down to paste', () => {
  test.each<readonly [string, Account, readonly string[]]>([
    [
      'no schema may be created',
      { held: ['DEPLOYER'], creators: [] },
      ['GRANT CREATE SCHEMA ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER";'],
    ],
    [
      'only a database role may create',
      { held: ['DEPLOYER'], creators: [creator('CREATE SCHEMA', 'DEPLOYER', 'DATABASE_ROLE')] },
      ['GRANT CREATE SCHEMA ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER";'],
    ],
    [
      'another privilege is not that',
      { held: ['DEPLOYER'], creators: [creator('USAGE', 'DEPLOYER')] },
      ['GRANT CREATE SCHEMA ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER";'],
    ],
    [
      'the schema belongs to another role',
      { held: ['DEPLOYER'], creators: OWN, owner: 'ADMIN' },
      ['GRANT ROLE "ADMIN" TO ROLE "DEPLOYER"; -- owns the schema'],
    ],
    [
      'rebuilt objects belong to others, whose names may be anything',
      { held: ['DEPLOYER'], creators: OWN, objects: { T1: 'load"er', T2: 'load"er', V1: 'analyst' } },
      [
        'GRANT ROLE "load""er" TO ROLE "DEPLOYER"; -- owns T1, T2',
        'GRANT ROLE "analyst" TO ROLE "DEPLOYER"; -- owns V1',
      ],
    ],
    [
      'a long list is cut',
      { held: ['DEPLOYER'], creators: OWN, objects: { T1: 'X', T2: 'X', T3: 'X', T4: 'X', T5: 'X', T6: 'X' } },
      ['GRANT ROLE "X" TO ROLE "DEPLOYER"; -- owns T1, T2, T3, T4, T5, …'],
    ],
    [
      'all at once',
      { held: [], creators: [], owner: 'ADMIN', objects: { T1: 'ADMIN' } },
      [
        'GRANT CREATE SCHEMA ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER";',
        'GRANT ROLE "ADMIN" TO ROLE "DEPLOYER"; -- owns T1',
      ],
    ],
  ])('%s', async (_what, account, lines) => {
    const message = await check(account);
    expect(message.split('\n').slice(1)).toEqual(lines);
    expect(message).toContain('Role DEPLOYER lacks privileges to deploy ANALYTICS.PUBLIC; nothing was changed.');
  });

  test('an owner of the schema that cannot be seen: says so, since a SWAP needs it', async () => {
    const message = await check({ held: ['DEPLOYER'], creators: OWN, owner: '' });
    expect(message).toContain('nothing was changed');
    expect(message.split('\n').slice(1)).toEqual([
      '-- The owner of ANALYTICS.PUBLIC is not visible to this role: SWAP needs it.',
    ]);
  });

  test('a name with line breaks does not end the comment that it stands in', async () => {
    const objects = { 'T1\nDROP SCHEMA PUBLIC;\r\n': 'X' };
    const message = await check({ held: ['DEPLOYER'], creators: OWN, objects });
    expect(message.split(/[\r\n]/).slice(1)).toEqual([
      'GRANT ROLE "X" TO ROLE "DEPLOYER"; -- owns T1 DROP SCHEMA PUBLIC; ',
    ]);
  });
});

describe('objects that do not follow a swap', () => {
  const schema = { database: 'ANALYTICS', schema: 'PUBLIC' };
  const holding = (kind: UnswappableKind, names: readonly string[]): RecordingWarehouse =>
    new RecordingWarehouse(({ sql }) => (sql.startsWith(`SHOW ${kind} `) ? names.map((name) => ({ name })) : []));

  test('every kind is looked for', async () => {
    const all = new RecordingWarehouse();
    await refuseUnswappable(all, schema, new Set());
    expect(all.sql.map((sql) => sql.replace(/ IN SCHEMA "ANALYTICS"."PUBLIC"$/, ''))).toEqual(
      UNSWAPPABLE_KINDS.map((kind) => `SHOW ${kind}`),
    );
  });

  test.each(UNSWAPPABLE_KINDS)('%s are refused by name, unless they are accepted', async (kind) => {
    const one = kind.toLowerCase().slice(0, -1);
    await expect(refuseUnswappable(holding(kind, ['A', 'b c']), schema, new Set())).rejects.toThrow(
      new RegExp(`ANALYTICS.PUBLIC holds .*: ${one} A, ${one} b c\\. Nothing was changed.*"allow"`),
    );
    const accepting = holding(kind, ['A']);
    await refuseUnswappable(accepting, schema, new Set([kind]));
    expect(accepting.sql).toHaveLength(UNSWAPPABLE_KINDS.length - 1);
  });
});
