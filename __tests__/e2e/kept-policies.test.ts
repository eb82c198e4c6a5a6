/** Policies and tags between verification and swap: dbt makes a table anew once more, and administrators go on working. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeRules } from './support/rules.js';
import { Shop } from './support/shop.js';
import { ADD_SECTION, type Changes } from './support/shop-project.js';

const ROWS = 30;

/** Models that every run makes anew as well. */
const ALL = { scope: 'all' };
/** From now on every run of dbt makes it anew. */
const AS_TABLE: Changes = {
  'models/page_views.sql': (text) => text.replace("config(unique_key='view_id'", "config(materialized='table'"),
};
const NUMBER_OTHERWISE: Changes = {
  'models/page_views.sql': (text) => text.replace('page_id * 10', 'page_id * 20'),
};
const NUMBER_ONCE_MORE: Changes = {
  'models/page_views.sql': (text) => text.replace('page_id * 20', 'page_id * 30'),
};

let shop: Shop;
let rules: string;
let table: string;
beforeAll(async () => {
  shop = await Shop.open(ROWS);
  const { database, deployRole } = shop.warehouse;
  rules = await makeRules(shop);
  table = `${database}.PUBLIC.PAGE_VIEWS`;
  await shop.admin.run(
    `create masking policy ${rules}.HIDE as (v number) returns number -> iff(current_role() = '${deployRole}', v, null)`,
    `create row access policy ${rules}.SOME as (id number) returns boolean -> id > 0`,
    ...['PII', 'SECRET'].map((name) => `create tag ${rules}.${name}`),
    `grant apply masking policy on account to role ${deployRole}`,
    `grant apply row access policy on account to role ${deployRole}`,
    `grant apply on tag ${rules}.PII to role ${deployRole}`,
  );
});
afterAll(() => shop.close());

/** What is set on the table of a schema and on its columns, as an administrator sees it. */
async function governed(schema: string): Promise<readonly string[]> {
  const { database } = shop.warehouse;
  const call = (name: string, given: string): string => `table(${database}.information_schema.${name}(${given}))`;
  const tags = ['tag_references', 'tag_references_all_columns'].map(
    (name) => `select coalesce(column_name, '-') || '.' || tag_name || '=' || tag_value as c
               from ${call(name, `'${database}.${schema}.PAGE_VIEWS', 'table'`)} where apply_method = 'MANUAL'`,
  );
  const policies = ['HIDE', 'SOME'].map(
    (name) => `select coalesce(ref_column_name, '-') || '.' || policy_name as c
               from ${call('policy_references', `policy_name => '${rules}.${name}'`)} where ref_schema_name = '${schema}' and ref_entity_name = 'PAGE_VIEWS'`,
  );
  return shop.admin.column(`select c from (${[...tags, ...policies].join(' union all ')}) order by c`);
}

test('what the catch-up has dbt drop, and what an administrator set since the verification, goes live', async () => {
  await shop.admin.run(
    `alter table ${table} modify column PAGE_ID set masking policy ${rules}.HIDE`,
    `alter table ${table} modify column PAGE_ID set tag ${rules}.PII = 'page'`,
  );
  await shop.merge('Make page views a table', AS_TABLE);
  await shop.merge('Add a section to page views', ADD_SECTION);
  expect((await shop.succeeds('build', ALL)).outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect(await governed('PUBLIC_UPCOMING')).toEqual(['PAGE_ID.HIDE', 'PAGE_ID.PII=page']);

  await shop.hour(5);
  await shop.admin.run(`alter table ${table} add row access policy ${rules}.SOME on (VIEW_ID)`);
  // The runner dies when one of three is put back: the next run has dbt make the table once more.
  await shop.dies('swap', { matching: 'alter table .*UPCOMING.* set masking policy' });
  expect(await governed('PUBLIC_UPCOMING')).toEqual(['PAGE_ID.HIDE']);
  const { outputs, log } = await shop.succeeds('swap');
  expect(outputs).toMatchObject({ state: 'done' });
  expect(log).toMatch(
    /PUBLIC_UPCOMING\.PAGE_VIEWS has masking policy \S+\.RULES\.HIDE of PAGE_ID again, as production has it\./,
  );
  expect(log).toMatch(/PUBLIC_UPCOMING\.PAGE_VIEWS has row access policy \S+\.RULES\.SOME again/);
  expect(await governed('PUBLIC')).toEqual(['-.SOME', 'PAGE_ID.HIDE', 'PAGE_ID.PII=page']);
  expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')).toBe(String(ROWS + 5));
  expect(await shop.value('select max(page_id) from PUBLIC.PAGE_VIEWS')).toBeNull();
});

test('what cannot be put back stops the swap, and production stays', async () => {
  await shop.merge('Number the sections otherwise', NUMBER_OTHERWISE);
  await shop.succeeds('build', ALL);
  await shop.admin.run(`alter table ${table} modify column VIEW_ID set tag ${rules}.SECRET = 'top'`);
  const live = await shop.value('select max(section_id) from PUBLIC.PAGE_VIEWS');
  const { errors, log } = await shop.fails('swap');
  expect(log).toMatch(/PAGE_VIEWS lost tag \S+\.RULES\.SECRET = 'top' of VIEW_ID, and it could not be put back: \S/);
  expect(errors[0]).toMatch(
    /PUBLIC_UPCOMING\.PAGE_VIEWS lacks tag of VIEW_ID \(\S+\.RULES\.SECRET = 'top'\)\nNothing was switched in\./,
  );
  expect(await shop.value('select max(section_id) from PUBLIC.PAGE_VIEWS')).toBe(live);
  expect(await governed('PUBLIC')).toContain('VIEW_ID.SECRET=top');
});

test('it only warns where verification only reports', async () => {
  await shop.admin.run(
    `alter table ${shop.warehouse.database}.PUBLIC.ORDERS modify column CUSTOMER_ID set masking policy ${rules}.HIDE`,
  );
  const { outputs, warnings, summary } = await shop.succeeds('swap', { verification: 'report' });
  expect(outputs).toMatchObject({ state: 'done' });
  expect(warnings).toContainEqual(
    expect.stringMatching(/only reports.*PAGE_VIEWS lacks tag of VIEW_ID \(\S+SECRET = 'top'\)\.$/),
  );
  expect(summary).toMatch(/PAGE_VIEWS lacks tag of VIEW_ID/);
  expect(await governed('PUBLIC')).toEqual(['-.SOME', 'PAGE_ID.HIDE', 'PAGE_ID.PII=page']);
  // Carried, and masked since it was cloned.
  expect(await shop.value('select max(customer_id) from PUBLIC.ORDERS')).toBeNull();
  expect(summary).toMatch(/set again on \S+PUBLIC_UPCOMING\.ORDERS/);
});

test('what the verification knew and let pass does not stop the swap', async () => {
  await shop.admin.run(`alter table ${table} modify column VIEW_ID set tag ${rules}.SECRET = 'top'`);
  await shop.merge('Add a section to page views once more', NUMBER_ONCE_MORE);
  const { outputs } = await shop.succeeds('build', { ...ALL, limits: 'lost_policies: warn' });
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'warned' });
  const { outputs: swapped, log } = await shop.succeeds('swap');
  expect(swapped).toMatchObject({ state: 'done' });
  expect(log).not.toMatch(/has masking policy|lost tag/);
  expect(await governed('PUBLIC')).toEqual([]);
});
