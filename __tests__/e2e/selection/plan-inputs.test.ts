/** What a person can ask of a plan, by the packaged action: nothing of it writes to the warehouse. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan } from '../../../src/selection/plan.js';
import { runProgram } from '../support/programs.js';
import { type Inputs, Shop } from '../support/shop.js';
import { ADD_PRICE, ADD_SECTION, type Changes } from '../support/shop-project.js';

const AUDITED: Changes = {
  'models/audit.sql':
    "{{ config(full_refresh=false, unique_key='order_id') }}\nselect order_id, 1 as version from {{ ref('orders') }}\n",
};
const AUDIT_CHANGED: Changes = { 'models/audit.sql': (text) => text.replace('1 as version', '2 as version') };

/** Runs a mode that must write nothing: neither a table, nor a schema, nor a comment. */
async function looking(
  shop: Shop,
  mode: 'plan' | 'build',
  inputs: Inputs,
): Promise<{ readonly plan: Plan | undefined; readonly log: string; readonly error: string }> {
  const before = await shop.warehouse.schemas();
  const position = await shop.server.logPosition();
  const { outputs, log, errors } = await shop.run(mode, inputs);
  expect(await shop.warehouse.schemas()).toEqual(before);
  const statements = await shop.server.log(position);
  const ours = statements.filter(({ user }) => user === shop.warehouse.deployUser).map(({ text }) => text.trim());
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.filter((text) => !/^(select|show|desc|alter session)/i.test(text))).toEqual([]);
  const path = outputs['report-path'];
  const report = path === undefined || path === '' ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as unknown);
  const plan = report === undefined ? undefined : (report as { readonly plan: Plan }).plan;
  return { plan, log, error: errors.join('\n') };
}

function names(nodes: readonly { readonly name: string }[] | undefined): readonly string[] {
  return (nodes ?? []).map(({ name }) => name);
}

describe('select and exclude', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open(30);
    await shop.merge('Add price and section', { ...ADD_PRICE, ...ADD_SECTION });
  });

  afterAll(() => shop.close());

  test('narrow the plan, and what they leave out is listed with its reason', async () => {
    const { plan } = await looking(shop, 'plan', {
      select: '+page_views\nfqn:*best*',
      exclude: 'config.materialized:view',
    });
    expect(names(plan?.rebuilt)).toEqual(['page_views']);
    const left = new Map(plan?.notRebuilt.map(({ name, why }) => [name, why]));
    expect([...left.keys()].sort()).toEqual(['best_customers', 'customers', 'daily_orders', 'orders']);
    expect(left.get('orders')).toBe('left out by select or exclude: it keeps its old rows until somebody rebuilds it');
  });

  test('a selector that dbt does not know is refused in its own words', async () => {
    const { error } = await looking(shop, 'build', { select: 'colour:red' });
    expect(error).toMatch(
      /dbt refuses the inputs select \(colour:red\)[\s\S]*'colour' is not a valid method name[\s\S]*Nothing was changed/,
    );
  });

  test('a name that nobody has leaves nothing, and that is refused', async () => {
    const { error } = await looking(shop, 'build', { select: `größe"'$(touch owned);x` });
    expect(error).toMatch(
      /leave no node of the project[\s\S]*does not match any enabled nodes[\s\S]*Nothing was changed/,
    );
  });

  test('a name that nobody has beside a known one is told', async () => {
    const { plan, log } = await looking(shop, 'plan', { exclude: 'page_view orders+' });
    expect(names(plan?.rebuilt)).toEqual(['page_views']);
    expect(log).toMatch(/::warning.*exclude: page_view orders\+.*'page_view' does not match any enabled nodes/);
  });

  test.each(['--full-refresh', '-s'])('%s is no criterion', async (criterion) => {
    const { errors } = await shop.fails('build', { select: `orders ${criterion}` });
    expect(errors[0]).toMatch(new RegExp(`Input "select": "${criterion}" is no criterion of dbt`));
  });
});

describe('protected nodes', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open(0);
    await shop.project.hotfix('Audit orders', AUDITED);
    await shop.warehouse.arrive(20);
    await shop.project.schedule(shop.warehouse);
    await shop.merge('Audit orders', AUDITED);
    await shop.project.mergeProduction();
    await shop.merge('Audit otherwise', { ...AUDIT_CHANGED, ...ADD_SECTION });
  });

  afterAll(() => shop.close());

  test('a changed one refuses the plan, named with file, reason and what to do', async () => {
    for (const mode of ['plan', 'build'] as const) {
      const { error } = await looking(shop, mode, {});
      expect(error).toMatch(
        /audit \(models\/audit\.sql; `full_refresh: false`\) changed, but is protected: body changed/,
      );
      expect(error).toMatch(/Nothing was changed\.[\s\S]*on-protected: warn/);
    }
  });

  test('with on-protected: warn it is carried and shown', async () => {
    const { plan, log } = await looking(shop, 'plan', { 'on-protected': 'warn' });
    expect(names(plan?.rebuilt)).toEqual(['page_views']);
    expect(plan?.notRebuilt).toMatchObject([
      { name: 'audit', treatment: 'protected', why: expect.stringMatching(/^changed, but protected: /) },
    ]);
    expect(log).toMatch(/::warning.*audit \(models\/audit\.sql/);
  });
});

describe('a live commit that is lost', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open(30);
    await shop.merge('Add price', ADD_PRICE);
    await shop.succeeds('deploy');
    await shop.merge('Add section', ADD_SECTION);
    // Nobody has the live commit any more: production's comment names one that was never pushed.
    const comment = (await shop.warehouse.schemas()).get('PUBLIC') ?? '';
    const forgotten = comment.replace(/"commit":"[0-9a-f]{40}"/, `"commit":"${'5'.repeat(40)}"`);
    const escaped = forgotten.replaceAll('\\', '\\\\').replaceAll("'", "''");
    await shop.admin.run(`comment on schema ${shop.warehouse.database}.PUBLIC is '${escaped}'`);
  });

  afterAll(() => shop.close());

  test('is said, with the input that goes on without it', async () => {
    const { error } = await looking(shop, 'build', {});
    expect(error).toMatch(/The live commit 5{40} \(deployment .*\) is neither in the checkout nor on the remote/);
    expect(error).toMatch(/Nothing was changed\.[\s\S]*rebuild: everything/);
  });

  test('everything is rebuilt, verified and brought live without it', async () => {
    const { outputs } = await shop.succeeds('deploy', { rebuild: 'everything' });
    expect(outputs).toMatchObject({ state: 'done', verdict: 'passed' });
    expect((JSON.parse(outputs['models'] ?? '[]') as string[]).sort()).toEqual([
      'best_customers',
      'customers',
      'daily_orders',
      'orders',
      'page_views',
    ]);
    expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
  });
});

test('a live commit that today’s dbt cannot parse is said, and everything can be rebuilt instead', async () => {
  const shop = await Shop.open(0);
  try {
    await shop.project.hotfix('Break the parser', { 'models/broken.sql': "select * from {{ ref('nobody') }}\n" });
    await shop.project.mergeProduction();
    await shop.merge('Mend it', { 'models/broken.sql': 'select 1 as id\n' });
    const { error } = await looking(shop, 'plan', {});
    expect(error).toMatch(
      /The live commit [0-9a-f]{7} cannot be parsed by the installed dbt[\s\S]*rebuild: everything/,
    );
    expect(error).toMatch(/depends on a node named 'nobody'/);
    const { plan } = await looking(shop, 'plan', { rebuild: 'everything' });
    expect(names(plan?.rebuilt)).toContain('broken');
    expect(plan?.rebuilt.every(({ isNew }) => isNew)).toBe(true);
  } finally {
    await shop.close();
  }
});

test('the checkout is left as it was', async () => {
  const shop = await Shop.open(0);
  try {
    await shop.merge('Add price', ADD_PRICE);
    await looking(shop, 'plan', {});
    const checkout = `${shop.project.folder}/checkout-${String(shop.project.checkouts)}`;
    const git = (...args: string[]): Promise<string> => runProgram('git', args, { cwd: checkout, env: {} });
    expect(await git('status', '--porcelain', '--ignored')).toBe('');
    expect((await git('worktree', 'list')).split('\n').filter((line) => line !== '')).toHaveLength(1);
  } finally {
    await shop.close();
  }
});
