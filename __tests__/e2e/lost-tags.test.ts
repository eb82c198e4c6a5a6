/** Tags of a table that a deployment rebuilds, on itself and on its columns: what policies may hang on. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeRules } from './support/rules.js';
import { Shop } from './support/shop.js';
import { ADD_SECTION } from './support/shop-project.js';

const ROWS = 30;

let shop: Shop;
let rules: string;
let table: string;
beforeAll(async () => {
  shop = await Shop.open(ROWS);
  const { database, deployRole } = shop.warehouse;
  rules = await makeRules(shop);
  table = `${database}.PUBLIC.PAGE_VIEWS`;
  await shop.admin.run(
    ...['PII', 'TEAM', 'SECRET'].map((name) => `create tag ${rules}.${name}`),
    ...['PII', 'TEAM'].map((name) => `grant apply on tag ${rules}.${name} to role ${deployRole}`),
    `alter table ${table} set tag ${rules}.TEAM = 'sales'`,
    `alter table ${table} modify column PAGE_ID set tag ${rules}.PII = 'it''s personal'`,
    `alter table ${table} modify column VIEW_ID set tag ${rules}.SECRET = 'top'`,
  );
});
afterAll(() => shop.close());

const OWN = ['-.TEAM=sales'];
const OF_PAGE_ID = ["PAGE_ID.PII=it's personal"];
const OF_VIEW_ID = ['VIEW_ID.SECRET=top'];

/** What is set on the table of a schema and on its columns, as an administrator sees it. */
async function tagged(schema: string): Promise<readonly string[]> {
  const { database } = shop.warehouse;
  const given = `('${database}.${schema}.PAGE_VIEWS', 'table')`;
  const calls = ['tag_references', 'tag_references_all_columns'].map(
    (name) => `select * from table(${database}.information_schema.${name}${given})`,
  );
  return shop.admin.column(
    `select coalesce(column_name, '-') || '.' || tag_name || '=' || tag_value as c
     from (${calls.join(' union all ')}) where apply_method = 'MANUAL' order by c`,
  );
}

/** The statements about tags that one run sent, by what they begin with. */
async function sentBy(run: () => Promise<unknown>): Promise<readonly string[]> {
  const position = await shop.server.logPosition();
  await run();
  const log = await shop.server.log(position);
  return log.flatMap(({ text }) => (/TAG_REFERENCES|SET TAG/.test(text) ? [text.replace(/\s.*$/s, '')] : []));
}

test('a tag that cannot be put back blocks; those that can are on blue as they are on production', async () => {
  await shop.merge('Add a section to page views', ADD_SECTION);
  const { outputs, errors, log } = await shop.fails('build');
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(errors[0]).toMatch(/page_views: 1 tag lost: tag of VIEW_ID \(\S+\.RULES\.SECRET = 'top'\)\. Whoever/);
  expect(log).toMatch(/PUBLIC_UPCOMING\.PAGE_VIEWS has tag \S+\.RULES\.TEAM = 'sales' again, as production has it\./);
  expect(log).toMatch(/PAGE_VIEWS has tag \S+\.RULES\.PII = 'it's personal' of PAGE_ID again/);
  expect(log).toMatch(/PAGE_VIEWS lost tag \S+\.RULES\.SECRET = 'top' of VIEW_ID, and it could not be put back: \S/);
  expect(await tagged('PUBLIC_UPCOMING')).toEqual([...OWN, ...OF_PAGE_ID]);
  expect(await tagged('PUBLIC')).toEqual([...OWN, ...OF_PAGE_ID, ...OF_VIEW_ID]);
});

test('it only warns where the project says so, and then nothing is tried', async () => {
  const sent = await sentBy(async () => {
    const { outputs, summary } = await shop.succeeds('verify', { limits: 'lost_policies: warn' });
    expect(outputs).toMatchObject({ state: 'waiting', verdict: 'warned' });
    expect(summary).toContain('1 tag lost');
  });
  expect(sent).toEqual(['SELECT', 'SELECT']);
});

test('where Snowflake does not tell of tags, the report says so and nothing blocks', async () => {
  await shop.server.addFault({ action: 'fail', when: 'before', matching: 'TAG_REFERENCES' });
  const { outputs, summary } = await shop.succeeds('verify').finally(() => shop.server.clearFaults());
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect(summary).toMatch(/\*\*Not compared:\*\* .*tags of rebuilt tables, since Snowflake refused to tell them:/s);
});

test('with the privilege that was missing it is put back, and production has all of them after the swap', async () => {
  await shop.admin.run(`grant apply tag on account to role ${shop.warehouse.deployRole}`);
  expect((await shop.succeeds('verify')).outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done' });
  await shop.hour(5);
  expect(await tagged('PUBLIC')).toEqual([...OWN, ...OF_PAGE_ID, ...OF_VIEW_ID]);
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
});

test('where production has no tag, one statement asks for them and nothing is set', async () => {
  await shop.admin.run(
    `alter table ${table} unset tag ${rules}.TEAM`,
    `alter table ${table} modify column PAGE_ID unset tag ${rules}.PII`,
    `alter table ${table} modify column VIEW_ID unset tag ${rules}.SECRET`,
  );
  await shop.merge('Number the sections otherwise', {
    'models/page_views.sql': (text) => text.replace('page_id * 10', 'page_id * 20'),
  });
  const sent = await sentBy(() => shop.succeeds('build'));
  expect(sent).toEqual(['SELECT']);
});
