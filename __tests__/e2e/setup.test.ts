/** docs/snowflake-setup.sql: the role that it makes can deploy, and lacks nothing that the action does not name beforehand. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Inputs, Shop } from './support/shop.js';
import { ADD_PRICE } from './support/shop-project.js';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open(30);
  await shop.merge('Add price to orders', ADD_PRICE);
});

afterAll(() => shop.close());

/** Takes away or gives back, in the names of docs/snowflake-setup.sql. */
function named(statement: string): string {
  const { database, deployRole } = shop.warehouse;
  return statement
    .replaceAll('ANALYTICS', database)
    .replaceAll('DEPLOYER', deployRole)
    .replaceAll('DBT_WAREHOUSE', 'SHOP_WAREHOUSE');
}

/** @returns the lines of SQL that the action printed, in the names of docs/snowflake-setup.sql; nothing was written */
async function refused(mode: string, inputs: Inputs = {}): Promise<readonly string[]> {
  const before = await shop.schemas();
  const position = await shop.server.logPosition();
  const { errors } = await shop.fails(mode, inputs);
  expect(errors[0]).toMatch(/nothing was changed/i);
  expect(await shop.schemas()).toEqual(before);
  const own = (await shop.server.log(position)).filter(({ user }) => user === shop.warehouse.deployUser);
  expect(own.flatMap(({ tables_written }) => tables_written)).toEqual([]);
  const { database, deployRole } = shop.warehouse;
  const lines = (errors[0] ?? '').split('\n').filter((line) => /^(GRANT|--)/.test(line));
  return lines.map((line) =>
    line
      .replaceAll(deployRole, 'DEPLOYER')
      .replaceAll(database, 'ANALYTICS')
      .replaceAll('SHOP_WAREHOUSE', 'DBT_WAREHOUSE'),
  );
}

interface Case {
  readonly lacking: string;
  /** Statements of an administrator that take it away. */
  readonly taken: readonly string[];
  /** What the action prints; run as it stands, it mends the case. */
  readonly printed: readonly string[];
  /** Undoes what `taken` did beside taking away. */
  readonly undone?: readonly string[];
}

const OWN = 'TO ROLE "DEPLOYER" COPY CURRENT GRANTS;';

/** Told before dbt starts, by every mode that changes production. */
const SESSION_CASES: readonly Case[] = [
  {
    lacking: 'USAGE on the warehouse',
    taken: ['revoke usage on warehouse DBT_WAREHOUSE from role DEPLOYER'],
    printed: ['GRANT USAGE ON WAREHOUSE "DBT_WAREHOUSE" TO ROLE "DEPLOYER";'],
  },
  {
    lacking: 'USAGE on the database',
    taken: [
      'revoke usage on database ANALYTICS from role DEPLOYER',
      'revoke create schema on database ANALYTICS from role DEPLOYER',
    ],
    printed: ['GRANT USAGE ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER";'],
    undone: ['grant create schema on database ANALYTICS to role DEPLOYER'],
  },
  {
    lacking: 'CREATE SCHEMA on the database',
    taken: ['revoke create schema on database ANALYTICS from role DEPLOYER'],
    printed: ['GRANT CREATE SCHEMA ON DATABASE "ANALYTICS" TO ROLE "DEPLOYER";'],
  },
  {
    lacking: 'OWNERSHIP of the schema, which the role may use',
    taken: [
      'grant ownership on schema ANALYTICS.PUBLIC to role ACCOUNTADMIN copy current grants',
      'grant usage on schema ANALYTICS.PUBLIC to role DEPLOYER',
    ],
    printed: [`GRANT OWNERSHIP ON SCHEMA "ANALYTICS"."PUBLIC" ${OWN}`],
    undone: ['revoke usage on schema ANALYTICS.PUBLIC from role DEPLOYER'],
  },
  {
    lacking: 'OWNERSHIP of the schema, and any sight of it',
    taken: ['grant ownership on schema ANALYTICS.PUBLIC to role ACCOUNTADMIN copy current grants'],
    printed: [`GRANT OWNERSHIP ON SCHEMA "ANALYTICS"."PUBLIC" ${OWN}`],
  },
];

/** Told when the plan is known, before anything is written. */
const PLAN_CASES: readonly Case[] = [
  {
    lacking: 'OWNERSHIP of a table and of a view, and SELECT on a source',
    taken: [
      'grant ownership on table ANALYTICS.PUBLIC.ORDERS to role ACCOUNTADMIN copy current grants',
      'grant select on table ANALYTICS.PUBLIC.ORDERS to role DEPLOYER',
      'grant ownership on view ANALYTICS.PUBLIC.DAILY_ORDERS to role SYSADMIN copy current grants',
      'grant select on view ANALYTICS.PUBLIC.DAILY_ORDERS to role DEPLOYER',
      'revoke select on table ANALYTICS.RAW.ORDERS from role DEPLOYER',
    ],
    printed: [
      `GRANT OWNERSHIP ON TABLE "ANALYTICS"."PUBLIC"."ORDERS" ${OWN}`,
      `GRANT OWNERSHIP ON VIEW "ANALYTICS"."PUBLIC"."DAILY_ORDERS" ${OWN}`,
      'GRANT SELECT ON TABLE "ANALYTICS"."RAW"."ORDERS" TO ROLE "DEPLOYER"; -- source raw.orders, if it exists; ON VIEW if it is one',
    ],
    undone: [
      'revoke select on table ANALYTICS.PUBLIC.ORDERS from role DEPLOYER',
      'revoke select on view ANALYTICS.PUBLIC.DAILY_ORDERS from role DEPLOYER',
    ],
  },
  {
    lacking: 'USAGE on the schema of the sources',
    taken: ['revoke usage on schema ANALYTICS.RAW from role DEPLOYER'],
    printed: ['GRANT USAGE ON SCHEMA "ANALYTICS"."RAW" TO ROLE "DEPLOYER";'],
  },
];

/** Takes away, tries, pastes what was printed. */
async function lacks({ taken, printed, undone = [] }: Case, mode: string): Promise<void> {
  await shop.admin.run(...taken.map(named));
  const mended = [...printed, ...undone].map((line) => named(line.replace(/;( --.*)?$/, '')));
  const told = await refused(mode).finally(() => shop.admin.run(...mended));
  expect(told).toEqual(printed);
}

describe('what is taken away is named, ready to paste, before anything is written', () => {
  test.each(SESSION_CASES)('build without $lacking', (each) => lacks(each, 'build'));
  test.each(PLAN_CASES)('build without $lacking', (each) => lacks(each, 'build'), 120_000);
});

test('a production that somebody else made is deployed after the file was run, from plan to cleanup', async () => {
  const { database, deployRole, setupStatements } = shop.warehouse;
  await shop.admin.run(
    `grant ownership on all tables in schema ${database}.PUBLIC to role SYSADMIN revoke current grants`,
    `grant ownership on all views in schema ${database}.PUBLIC to role SYSADMIN revoke current grants`,
    `grant ownership on schema ${database}.PUBLIC to role SYSADMIN copy current grants`,
    `revoke all privileges on database ${database} from role ${deployRole}`,
    `revoke all privileges on schema ${database}.RAW from role ${deployRole}`,
    `revoke all privileges on all tables in schema ${database}.RAW from role ${deployRole}`,
    ...setupStatements,
  );
  await shop.succeeds('plan');
  const built = await shop.succeeds('build');
  expect(built.outputs['verdict']).toBe('passed');
  const create = SESSION_CASES.find(({ lacking }) => lacking.startsWith('CREATE SCHEMA'));
  const schema = SESSION_CASES.find(({ lacking }) => lacking.endsWith('may use'));
  for (const each of [create, schema]) if (each !== undefined) await lacks(each, 'swap');
  expect((await shop.succeeds('swap')).outputs['state']).toBe('done');
  for (const each of [create, schema]) if (each !== undefined) await lacks(each, 'rollback');
  expect((await shop.succeeds('rollback')).outputs['state']).toBe('rolled back');
  await shop.succeeds('cleanup', { 'older-than': '0' });
  const reader = await shop.server.connect(shop.warehouse.readerLogin);
  try {
    expect(await reader.value(`select count(*) from ${database}.PUBLIC.ORDERS`)).toBe('30');
    expect(await reader.value(`select count(*) from ${database}.PUBLIC.BEST_CUSTOMERS`)).not.toBe('0');
  } finally {
    await reader.close();
  }
}, 300_000);
