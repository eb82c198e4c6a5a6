/** The pitfall of lost grants: readers keep USAGE, lose SELECT, and the run reports success. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Shop } from '../support/shop.js';
import { ADD_SECTION } from '../support/shop-project.js';
import { type Person, grantsOf, newPerson, readsOf } from './support/access.js';

const POPULAR_PAGES = "select page_id, count(*) as views from {{ ref('page_views') }} group by page_id\n";
const RELATIONS = {
  /** Rebuilt. */
  PAGE_VIEWS: 'table',
  POPULAR_PAGES: 'view',
  /** Carried; the schedule writes to both between clone and swap. */
  ORDERS: 'table',
  CUSTOMERS: 'table',
  DAILY_ORDERS: 'view',
  /** Carried; nobody writes to it any more. */
  OLD_PRICES: 'table',
} as const;

let shop: Shop;
/** Has what a future grant of the schema gives. */
let reader: Person;
/** Was given single objects. */
let marketing: Person;
/** Has a database role, and nothing else. */
let analyst: Person;
/** May use the schema, and read nothing in it. */
let guest: Person;

const people = (): readonly Person[] => [reader, marketing, analyst, guest];
const reads = (...more: readonly string[]): Promise<readonly string[]> =>
  readsOf(shop, people(), [...Object.keys(RELATIONS), ...more]);

/** As an administrator, with names of the production schema and of the roles of this file filled in. */
async function administer(...statements: readonly string[]): Promise<void> {
  const { database } = shop.warehouse;
  const filled = statements.map((statement) =>
    statement
      .replaceAll(/\b(PUBLIC|ANALYSTS)\b/g, `${database}.$1`)
      .replaceAll('MARKETING', marketing.role)
      .replaceAll('ANALYST ', `${analyst.role} `)
      .replaceAll('GUEST', guest.role)
      .replaceAll('READER', reader.role),
  );
  await shop.admin.run(...filled);
}

beforeAll(async () => {
  shop = await Shop.open(0);
  await shop.project.hotfix('Count views', { 'models/reports/popular_pages.sql': POPULAR_PAGES });
  await shop.project.mergeProduction();
  await shop.hour(30);
  const { readerLogin, readerRole } = shop.warehouse;
  reader = { role: readerRole, session: await shop.server.connect(readerLogin) };
  marketing = await newPerson(shop, 'MARKETING');
  analyst = await newPerson(shop, 'ANALYST');
  guest = await newPerson(shop, 'GUEST');
  await administer(
    'create table PUBLIC.OLD_PRICES as select 1 as price',
    `grant ownership on table PUBLIC.OLD_PRICES to role ${shop.warehouse.deployRole} copy current grants`,
    'create database role ANALYSTS',
    'grant database role ANALYSTS to role ANALYST ',
    'grant usage on schema PUBLIC to role MARKETING',
    'grant usage on schema PUBLIC to role GUEST',
    'grant usage on schema PUBLIC to database role ANALYSTS',
    // Both rebuilt, and without a future grant behind them.
    'grant select on table PUBLIC.PAGE_VIEWS to role MARKETING with grant option',
    'grant select on table PUBLIC.PAGE_VIEWS to database role ANALYSTS',
    'grant select on table PUBLIC.ORDERS to role MARKETING',
    'grant select on table PUBLIC.OLD_PRICES to database role ANALYSTS',
  );
  await shop.merge('Add section to page views', ADD_SECTION);
});

afterAll(async () => {
  for (const { session } of people()) await session.close();
  await shop.close();
});

test('pitfall 1: grants survive: a run that cannot give one stops before the swap, and names role and object', async () => {
  await shop.succeeds('build');
  await shop.hour(10);
  const before = { reads: await reads(), grants: await grantsOf(shop, RELATIONS) };
  await shop.server.addFault({
    action: 'fail',
    code: '003001',
    sqlstate: '42501',
    message: 'SQL access control error: Insufficient privileges',
    matching: `^grant select on table .*"PAGE_VIEWS" to role "${marketing.role}"`,
    times: 99,
  });
  const position = await shop.server.logPosition();
  const { errors } = await shop.fails('swap');
  await shop.server.clearFaults();
  expect(errors[0]).toContain(marketing.role);
  expect(errors[0]).toMatch(/PAGE_VIEWS/);
  expect(errors[0]).toMatch(/Production was not touched/);
  expect((await shop.server.log(position)).filter(({ text }) => /swap with/i.test(text))).toEqual([]);
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).not.toContain('section_id');
  expect({ reads: await reads(), grants: await grantsOf(shop, RELATIONS) }).toEqual(before);
});

test('pitfall 1: grants survive the deployment: each role can do exactly what it could before', async () => {
  // Meanwhile administrators go on: a grant on a carried table, one on a rebuilt one, one that is taken back, one on what will come.
  await administer(
    'grant select on table PUBLIC.OLD_PRICES to role MARKETING',
    'grant select on table PUBLIC.CUSTOMERS to database role ANALYSTS',
    'revoke select on table PUBLIC.ORDERS from role MARKETING',
    'grant select on view PUBLIC.DAILY_ORDERS to role MARKETING',
    'grant select on view PUBLIC.POPULAR_PAGES to role MARKETING',
    'grant select on view PUBLIC.POPULAR_PAGES to database role ANALYSTS',
    // Readers read all views by a future grant, but not this one any more.
    'revoke select on view PUBLIC.POPULAR_PAGES from role READER',
    'grant select on future tables in schema PUBLIC to database role ANALYSTS',
  );
  const before = { reads: await reads(), grants: await grantsOf(shop, RELATIONS) };
  expect(before.reads).toEqual(
    expect.arrayContaining([
      `${reader.role} reads PAGE_VIEWS`,
      `${marketing.role} reads PAGE_VIEWS`,
      `${marketing.role} may not read CUSTOMERS`,
      `${analyst.role} reads POPULAR_PAGES`,
      `${reader.role} may not read POPULAR_PAGES`,
      `${guest.role} may not read PAGE_VIEWS`,
    ]),
  );
  // Only an administrator may repeat what was granted for the future since the clone: the role is named, and what to run.
  const { errors } = await shop.fails('swap');
  const mend = /^GRANT SELECT ON FUTURE TABLES IN SCHEMA .*"PUBLIC_UPCOMING" TO DATABASE ROLE .*"ANALYSTS";/m;
  expect(errors[0]).toMatch(mend);
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).not.toContain('section_id');
  await shop.admin.run(mend.exec(errors[0] ?? '')?.[0].replace(';', '') ?? '');
  await shop.succeeds('swap');
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
  expect(await grantsOf(shop, RELATIONS)).toEqual(before.grants);
  expect(await reads()).toEqual(before.reads);
  // What was granted for the future holds for what comes now.
  await asSchedule('create table PUBLIC.NEWS as select 1 as id');
  expect(await readsOf(shop, people(), ['NEWS'])).toEqual([
    `${reader.role} reads NEWS`,
    `${marketing.role} may not read NEWS`,
    `${analyst.role} reads NEWS`,
    `${guest.role} may not read NEWS`,
  ]);
});

test('pitfall 1: grants survive the rollback, too', async () => {
  await administer(
    'grant select on table PUBLIC.OLD_PRICES to role GUEST',
    'grant select on table PUBLIC.PAGE_VIEWS to role GUEST',
    'revoke select on table PUBLIC.OLD_PRICES from role MARKETING',
    'revoke usage on schema PUBLIC from database role ANALYSTS',
  );
  const before = { reads: await reads('NEWS'), grants: await grantsOf(shop, { ...RELATIONS, NEWS: 'table' }) };
  await shop.succeeds('rollback');
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).not.toContain('section_id');
  expect(await grantsOf(shop, { ...RELATIONS, NEWS: 'table' })).toEqual(before.grants);
  expect(await reads('NEWS')).toEqual(before.reads);
  await asSchedule('create table PUBLIC.LATER as select 1 as id');
  expect(await readsOf(shop, [reader, marketing], ['LATER'])).toEqual([
    `${reader.role} reads LATER`,
    `${marketing.role} may not read LATER`,
  ]);
});

async function asSchedule(statement: string): Promise<void> {
  const session = await shop.server.connect(shop.warehouse.deployLogin);
  await session.run(statement);
  await session.close();
}
