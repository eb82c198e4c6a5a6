/** What a project says about its verification, from the plan to the swap. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Shop } from './support/shop.js';
import { ADD_PRICE } from './support/shop-project.js';
import type { Changes } from './support/shop-project.js';

const ROWS = 140;
/** The statement that takes the lock and clones production. */
const LOCK = '^create schema .*"PUBLIC_UPCOMING" clone';

/** Gives page_views settings in place of those it has. */
function saying(settings: string): Changes {
  return {
    'models/shop.yml': (text) =>
      text.replace(
        / {2}- name: page_views\n( {4}meta: .*\n)?( {4}columns:)/,
        `  - name: page_views\n    meta: {blue_green: ${settings}}\n$2`,
      ),
  };
}

/** Leaves out views whose id has one of these remainders by seven. */
function dropping(...remainders: readonly number[]): Changes {
  const join = `join (select 7 as parts) as losses on mod(view_id, losses.parts) not in (${remainders.join(', ')})\n`;
  return {
    'models/page_views.sql': (text) =>
      text.replace(/join .*\n/, '').replace("'page_views') }}\n", `'page_views') }}\n${join}`),
  };
}

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(ROWS);
});
afterAll(() => shop.close());

test('a misspelt setting is told at plan time, with the name that was meant', async () => {
  await shop.merge('Misspell a setting', { ...saying('{retension: {days: 30}}'), ...dropping(3) });
  const { errors } = await shop.fails('plan');
  expect(errors[0]).toMatch(/model\.shop\.page_views.*"retension" is unknown; did you mean "retention"\?/);
  expect(errors[0]).toContain('Nothing was changed');
});

test('so is a condition that Snowflake cannot compile, before a build touches anything', async () => {
  await shop.merge('Name a column that does not exist', saying('{deleted_where: "viewer = \'erased\'"}'));
  const { errors } = await shop.fails('build');
  expect(errors[0]).toMatch(/page_views, over .*\.PUBLIC\.PAGE_VIEWS[\s\S]*'VIEWER'/);
  expect(await shop.schemas()).toEqual(['PUBLIC']);
});

test('late growth troubles nobody, what the change leaves out is expected, a test that fails in production only warns', async () => {
  const { pullRequest } = await shop.merge('Leave automatic views out, and add price to orders', {
    ...ADD_PRICE,
    ...saying("{expect: {missing: {where: 'mod(view_id, 7) in (3, 4)', reason: Views by robots are left out.}}}"),
    'tests/pages_have_names.sql': "select * from {{ ref('page_views') }} where page_id = 0\n",
  });
  const { outputs, log } = await shop.interrupted('build', { matching: LOCK }, () => shop.warehouse.arrive(10));
  expect(log).toMatch(/passed +page_views: 20 ids missing in blue, as expected: Views by robots are left out\./);
  expect(log).toMatch(/passed +customers: 7 rows changed .*10 rows that may have come since the clone/);
  expect(log).not.toMatch(/^ *(warned|failed|errored) /m);
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'warned' });
  const [comment] = shop.github.comments(pullRequest);
  expect(comment?.body).toMatch(/warn <code>pages_have_names<\/code>.*fails in production as well/);
  expect(comment?.body).toContain('Views by robots are left out');
});

test('what the change leaves out may go on arriving until the swap', async () => {
  await shop.hour(10);
  expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done' });
  expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS where mod(view_id, 7) = 3')).toBe('0');
  expect(await shop.value('select count(*) from PUBLIC.ORDERS')).toBe(String(ROWS + 20));
});

test('the same expectation excuses no later deployment', async () => {
  await shop.merge('Leave more views out', dropping(3, 4));
  const { errors, outputs } = await shop.fails('build');
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(errors[0]).toMatch(/page_views: \d+ ids missing in blue.*stands since an earlier deployment/);
});

test('verification that only reports lets it through and says so loudly', async () => {
  const { outputs, warnings, summary } = await shop.succeeds('verify', { verification: 'report' });
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'warned' });
  expect(warnings).toEqual(
    expect.arrayContaining([expect.stringMatching(/enforced, it would block this: page_views/)]),
  );
  expect(summary).toMatch(/would be blocked[\s\S]*\[!CAUTION\][\s\S]*page_views/);
  expect((await shop.fails('verify')).outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
});

test('what max-bytes leaves of the comparison is said, and rows that are gone are found all the same', async () => {
  const { outputs, summary, log } = await shop.fails('verify', { 'max-bytes': '10 B' });
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(summary).toMatch(/page_views<\/code> \| ❌ failed \(rows only\)/);
  expect(log).toMatch(/page_views: rows went from \d+ to \d+, at least \d+ of them lost.* max_bytes is 10 B/);
  const { errors } = await shop.fails('verify', { 'max-bytes': 'little' });
  expect(errors[0]).toMatch(/The input "max-bytes" is wrong: max_bytes must be a number of bytes such as 500 GB/);
});
