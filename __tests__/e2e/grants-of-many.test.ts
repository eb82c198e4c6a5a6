/**
 * Grants of more objects than are looked at one by one: those that differ since the clone are found by one list, whoever holds
 * them, and where the list cannot be had each object is looked at.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { grantsOf, newPerson } from './pitfalls/support/access.js';
import { Shop } from './support/shop.js';
import { ADD_SECTION } from './support/shop-project.js';

const TABLES = Array.from({ length: 40 }, (_, index) => `T${String(index).padStart(2, '0')}`);
const RELATIONS = Object.fromEntries(
  [...TABLES, 'OF_OTHERS', 'ORDERS', 'PAGE_VIEWS'].map((name) => [name, 'table'] as const),
);
/** The few that changed, what is rebuilt, and what the dbt project has besides. */
const FEW = 24;
let shop: Shop;
/** A user and a role of the same name. */
let person: string;

async function administer(...statements: readonly string[]): Promise<void> {
  const { database } = shop.warehouse;
  await shop.admin.run(
    ...statements.map((one) => one.replaceAll(/\b(PUBLIC|ANALYSTS)\b/g, `${database}.$1`).replaceAll('PERSON', person)),
  );
}

beforeAll(async () => {
  shop = await Shop.open(10);
  const made = await newPerson(shop, 'PERSON');
  person = made.role;
  await made.session.close();
  const deployer = await shop.server.connect(shop.warehouse.deployLogin);
  await deployer.run(...TABLES.map((name) => `create table PUBLIC.${name} as select 1 as id`));
  await deployer.close();
  await administer(
    'create table PUBLIC.OF_OTHERS as select 1 as id',
    `grant select on table PUBLIC.OF_OTHERS to role ${shop.warehouse.deployRole}`,
    'create database role ANALYSTS',
    'grant select on table PUBLIC.T10 to user PERSON',
    'grant select on table PUBLIC.T11 to database role ANALYSTS',
    'grant select on table PUBLIC.T12 to role PERSON with grant option',
    'grant references on table PUBLIC.T01 to database role ANALYSTS',
  );
  await shop.merge('Add section to page views', ADD_SECTION);
  await shop.succeeds('build');
});
afterAll(async () => {
  await shop.close();
});

/** How many objects the run looked at, on both sides. */
async function looksOf(mode: 'swap' | 'rollback'): Promise<number> {
  const position = await shop.server.logPosition();
  await shop.succeeds(mode);
  return (await shop.server.log(position)).filter(({ text }) => /^show grants on (table|view) /i.test(text)).length;
}

test('what was given and taken back since the clone is found among many that are alike', async () => {
  await administer(
    'revoke select on table PUBLIC.T10 from user PERSON',
    'revoke select on table PUBLIC.T11 from database role ANALYSTS',
    'revoke grant option for select on table PUBLIC.T12 from role PERSON',
    'grant select on table PUBLIC.T20 to user PERSON',
    'grant select on table PUBLIC.T21 to database role ANALYSTS',
    'grant select on table PUBLIC.T22 to role PERSON',
    'grant insert on table PUBLIC.OF_OTHERS to role PERSON',
  );
  // The list would show this one, too, yet what is owned by others is looked at in any case.
  const { errors } = await shop.fails('swap');
  expect(errors[0]).toMatch(/Role PERSON.* its INSERT could not be made the same on .*OF_OTHERS/);
  await administer('revoke insert on table PUBLIC.OF_OTHERS from role PERSON');
  const before = await grantsOf(shop, RELATIONS);
  expect(await looksOf('swap')).toBeLessThan(FEW);
  expect(await grantsOf(shop, RELATIONS)).toEqual(before);
});

test('where the list is refused each object is looked at', async () => {
  await administer(
    'revoke select on table PUBLIC.T20 from user PERSON',
    'grant select on table PUBLIC.T23 to user PERSON',
  );
  const before = await grantsOf(shop, RELATIONS);
  await shop.server.addFault({
    action: 'fail',
    code: '090030',
    message: 'Information schema query returned too much data. Please repeat query with more selective predicates.',
    matching: 'INFORMATION_SCHEMA.TABLE_PRIVILEGES',
    times: 9,
  });
  expect(await looksOf('rollback')).toBeGreaterThan(2 * TABLES.length);
  await shop.server.clearFaults();
  expect(await grantsOf(shop, RELATIONS)).toEqual(before);
});
