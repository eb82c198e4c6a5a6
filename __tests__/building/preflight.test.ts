import { describe, expect, test } from '@jest/globals';
import {
  checkMayDeploy,
  checkMayRebuild,
  databaseOutOfSight,
  productionOutOfSight,
  refuseUnswappable,
} from '../../src/building/preflight.js';
import type { SourceRead } from '../../src/building/sources-read.js';
import type { SchemaSeen } from '../../src/deployment/state.js';
import type { Inventory } from '../../src/observing/inventory.js';
import { UNSWAPPABLE_KINDS } from '../../src/snowflake/statements/objects.js';
import type { UnswappableKind } from '../../src/snowflake/statements/objects.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
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
  readonly computeOn?: string;
  /** Whether a warehouse is in use; default true. */
  readonly computes?: boolean;
  /** Names of sources in RAW_DB.RAW, and the code with which reading them is refused; default not. */
  readonly sources?: readonly string[];
  readonly refusal?: string;
  /** How far the role sees on the way to the sources; default the schema. */
  readonly sees?: 'nothing' | 'database';
}

const creator = (privilege: string, name: string, to = 'ROLE'): Row => ({
  privilege,
  granted_to: to,
  grantee_name: name,
});

function warehouse({ role = 'DEPLOYER', held, creators, ...seen }: Account): RecordingWarehouse {
  return new RecordingWarehouse((statement) => {
    const { name, sql } = statement;
    if (name === 'currentSession') return [{ user: 'U', role, warehouse: seen.computes === false ? null : 'W' }];
    if (name === 'explainRead') {
      if (seen.refusal !== undefined) throw new SnowflakeError('no', { code: seen.refusal, statement });
      return [];
    }
    if (name === 'showSchemas') {
      if (seen.sees === 'nothing') throw new SnowflakeError('no', { code: '002003', statement });
      return seen.sees === 'database' ? [] : [{ name: 'RAW' }];
    }
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
  const production = await productionOf(owner);
  const told = async (checking: Promise<void>): Promise<string> => {
    try {
      await checking;
      return 'enough';
    } catch (error) {
      return error instanceof Error && error.name === 'ActionableError' ? error.message : String(error);
    }
  };
  const first = await told(checkMayDeploy(warehouse(account), { production, computeOn: account.computeOn }));
  if (first !== 'enough') return first;
  const asked = (account.sources ?? []).map(sourceOf);
  return told(checkMayRebuild(warehouse(account), production.name, inventory(objects), new Set(rebuilt), asked));
}

function sourceOf(name: string): SourceRead {
  return { relation: { database: 'RAW_DB', schema: 'RAW', name }, source: `shop.${name.toLowerCase()}` };
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
    ['sources can be read', { held: ['DEPLOYER'], creators: OWN, sources: ['ORDERS'] }],
    // dbt reads it in its own way, and tells more.
    ['a source fails otherwise', { held: ['DEPLOYER'], creators: OWN, sources: ['ORDERS'], refusal: '002140' }],
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
      'what belongs to an administrator is given away, since nobody should deploy with such a role',
      { held: ['DEPLOYER'], creators: OWN, objects: { T1: 'SYSADMIN', 'V"1': 'SYSADMIN' } },
      [
        'GRANT OWNERSHIP ON TABLE "ANALYTICS"."PUBLIC"."T1" TO ROLE "DEPLOYER" COPY CURRENT GRANTS;',
        'GRANT OWNERSHIP ON VIEW "ANALYTICS"."PUBLIC"."V""1" TO ROLE "DEPLOYER" COPY CURRENT GRANTS;',
      ],
    ],
    [
      'many objects of an administrator are given away at once',
      {
        held: ['DEPLOYER'],
        creators: OWN,
        objects: Object.fromEntries(['T1', 'T2', 'T3', 'T4', 'T5', 'T6'].map((name) => [name, 'ACCOUNTADMIN'])),
      },
      [
        'GRANT OWNERSHIP ON ALL TABLES IN SCHEMA "ANALYTICS"."PUBLIC" TO ROLE "DEPLOYER" COPY CURRENT GRANTS;',
        'GRANT OWNERSHIP ON ALL VIEWS IN SCHEMA "ANALYTICS"."PUBLIC" TO ROLE "DEPLOYER" COPY CURRENT GRANTS;',
      ],
    ],
    [
      'so is a schema of an administrator',
      { held: ['DEPLOYER'], creators: OWN, owner: 'ACCOUNTADMIN' },
      ['GRANT OWNERSHIP ON SCHEMA "ANALYTICS"."PUBLIC" TO ROLE "DEPLOYER" COPY CURRENT GRANTS;'],
    ],
    [
      'no warehouse may be used',
      { held: ['DEPLOYER'], creators: OWN, computes: false, computeOn: 'big wh' },
      ['GRANT USAGE ON WAREHOUSE "big wh" TO ROLE "DEPLOYER";'],
    ],
    [
      'no warehouse is named',
      { held: ['DEPLOYER'], creators: OWN, computes: false },
      ['-- No warehouse is in use: name one by the input "warehouse".'],
    ],
    [
      'sources may not be read',
      { held: ['DEPLOYER'], creators: OWN, sources: ['ORDERS', 'A"B'], refusal: '003001' },
      ['A"B', 'ORDERS'].map(
        (name) =>
          `GRANT SELECT ON TABLE "RAW_DB"."RAW"."${name.replace('"', '""')}" TO ROLE "DEPLOYER"; ` +
          `-- source shop.${name.toLowerCase()}, if it exists; ON VIEW if it is one`,
      ),
    ],
    [
      'the schema of the sources may not be used, told once',
      { held: ['DEPLOYER'], creators: OWN, sources: ['ORDERS', 'VIEWS'], refusal: '002003', sees: 'database' },
      ['GRANT USAGE ON SCHEMA "RAW_DB"."RAW" TO ROLE "DEPLOYER";'],
    ],
    [
      'the database of the sources may not be used',
      { held: ['DEPLOYER'], creators: OWN, sources: ['ORDERS'], refusal: '002043', sees: 'nothing' },
      ['GRANT USAGE ON DATABASE "RAW_DB" TO ROLE "DEPLOYER";'],
    ],
    [
      'all at once',
      { held: [], creators: [], owner: 'ADMIN', computes: false, computeOn: 'WH' },
      [
        'GRANT USAGE ON WAREHOUSE "WH" TO ROLE "DEPLOYER";',
        'GRANT CREATE SCHEMA ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER";',
        'GRANT ROLE "ADMIN" TO ROLE "DEPLOYER"; -- owns the schema',
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

describe('what cannot even be seen is told with the GRANT that would show it', () => {
  const account = { held: [], creators: [] };

  test('a database', async () => {
    const { message } = await databaseOutOfSight(warehouse(account), 'my "db"', new Error('002043'));
    expect(message).toMatch(/role DEPLOYER may not use it\. Nothing was changed\./);
    expect(message.split('\n').slice(1)).toEqual(['GRANT USAGE ON DATABASE "my ""db""" TO ROLE "DEPLOYER";']);
  });

  test('a production schema', async () => {
    const { message } = await productionOutOfSight(warehouse(account), { database: 'ANALYTICS', schema: 'live' });
    expect(message).toMatch(
      /^ANALYTICS\."live" does not exist, or role DEPLOYER may not see it\. Nothing was changed\./,
    );
    expect(message.split('\n').slice(1)).toEqual([
      'GRANT OWNERSHIP ON SCHEMA "ANALYTICS"."live" TO ROLE "DEPLOYER" COPY CURRENT GRANTS;',
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

  test('a stage that keeps files is refused, one that points to them elsewhere is cloned', async () => {
    const stages = [
      { name: 'FILES', type: 'INTERNAL' },
      { name: 'BUCKET', type: 'EXTERNAL' },
    ];
    const warehouse = new RecordingWarehouse(({ sql }) => (sql.startsWith('SHOW STAGES ') ? stages : []));
    await expect(refuseUnswappable(warehouse, schema, new Set())).rejects.toThrow(/: stage FILES\. /);
  });

  test.each(UNSWAPPABLE_KINDS)('%s are refused by name, unless they are accepted', async (kind) => {
    const one = kind.toLowerCase().replace('policies', 'policys').slice(0, -1);
    await expect(refuseUnswappable(holding(kind, ['A', 'b c']), schema, new Set())).rejects.toThrow(
      new RegExp(`ANALYTICS.PUBLIC holds .*: ${one} A, ${one} b c\\. Nothing was changed.*"allow"`),
    );
    const accepting = holding(kind, ['A']);
    await refuseUnswappable(accepting, schema, new Set([kind]));
    expect(accepting.sql).toHaveLength(UNSWAPPABLE_KINDS.length - 1);
  });
});
