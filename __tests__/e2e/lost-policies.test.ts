/** A masking policy on a table that a deployment rebuilds: from the role that may not see it to the swap that keeps it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeRules } from './support/rules.js';
import { Shop } from './support/shop.js';
import { ADD_SECTION } from './support/shop-project.js';

const ROWS = 30;

let shop: Shop;
let rules: string;
beforeAll(async () => {
  shop = await Shop.open(ROWS);
  const { database, deployRole } = shop.warehouse;
  rules = await makeRules(shop);
  await shop.admin.run(
    `create masking policy ${rules}.HIDE as (v number) returns number -> iff(current_role() = '${deployRole}', v, null)`,
    `alter table ${database}.PUBLIC.PAGE_VIEWS modify column PAGE_ID set masking policy ${rules}.HIDE`,
  );
});
afterAll(() => shop.close());

/** Tables, and columns of a mask, that a policy is set on, as an administrator sees them. */
async function governed(policy: string, column: string): Promise<readonly string[]> {
  const { database } = shop.warehouse;
  const call = `${database}.information_schema.policy_references(policy_name => '${rules}.${policy}')`;
  return (
    await shop.admin.column(
      `select ref_schema_name || '.' || ref_entity_name${column} as c from table(${call}) order by c`,
    )
  ).filter((name) => !name.startsWith('PUBLIC_BASELINE') && !name.startsWith('PUBLIC_FAILED'));
}

const masked = (): Promise<readonly string[]> => governed('HIDE', " || '.' || ref_column_name");
const filtered = (): Promise<readonly string[]> => governed('SOME', '');

test('a policy that stands in the production schema itself is refused: tables cloned one by one would stay bound to it', async () => {
  await shop.merge('Add a section to page views', ADD_SECTION);
  const deployer = await shop.server.connect(shop.warehouse.deployLogin);
  const own = `${shop.warehouse.database}.PUBLIC.OWN`;
  await deployer.run(`create masking policy ${own} as (v number) returns number -> v`);
  const { errors } = await shop.fails('build');
  await deployer.run(`drop masking policy ${own}`);
  await deployer.close();
  expect(errors[0]).toMatch(/do not follow its name through a swap: masking policy OWN\. Nothing was changed/);
});

test('a role that may not see policies is told so, and how it could, and nothing else stops it', async () => {
  const { outputs, log } = await shop.succeeds('build');
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  const [comment] = shop.github.comments(shop.pulls.length);
  expect(comment?.body).toMatch(/\*\*Not compared:\*\* masking policies and row access policies, since role/);
  for (const text of [log, comment?.body]) expect(text).toContain('GRANT APPLY MASKING POLICY ON ACCOUNT TO ROLE');
  expect(await masked()).toEqual(['PUBLIC.PAGE_VIEWS.PAGE_ID']);
  expect(await shop.value('select max(page_id) from PUBLIC.PAGE_VIEWS')).toBeNull();
});

test('verified again by a role that may see it, the lost policy blocks where it is not to be put back', async () => {
  const { deployRole } = shop.warehouse;
  await shop.admin.run(
    `grant apply masking policy on account to role ${deployRole}`,
    `grant apply row access policy on account to role ${deployRole}`,
  );
  const { outputs, errors, summary } = await shop.fails('verify', { limits: 'lost_policies: fail' });
  expect(outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
  expect(errors[0]).toMatch(/page_views: 1 policy lost: masking policy of PAGE_ID \(.*\.RULES\.HIDE\)/);
  expect(summary).toContain('set them in a post_hook');
  expect(summary).not.toContain('Not compared');
});

test('else it is put back in blue before anything is tested and compared there', async () => {
  await shop.admin.run(
    `create row access policy ${rules}.SOME as (id number) returns boolean -> id > 0`,
    `alter table ${shop.warehouse.database}.PUBLIC.PAGE_VIEWS add row access policy ${rules}.SOME on (VIEW_ID)`,
  );
  expect(await masked()).toEqual(['PUBLIC.PAGE_VIEWS.PAGE_ID']);
  const { outputs, log, summary } = await shop.succeeds('verify');
  expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect(log).toMatch(
    /PUBLIC_UPCOMING\.PAGE_VIEWS has masking policy \S+\.RULES\.HIDE of PAGE_ID again, as production has it\./,
  );
  expect(log).toMatch(
    /PUBLIC_UPCOMING\.PAGE_VIEWS has row access policy \S+\.RULES\.SOME again, as production has it\./,
  );
  expect(summary).not.toContain('lost');
  expect(await filtered()).toEqual(['PUBLIC.PAGE_VIEWS', 'PUBLIC_UPCOMING.PAGE_VIEWS']);
  expect(await masked()).toEqual(['PUBLIC.PAGE_VIEWS.PAGE_ID', 'PUBLIC_UPCOMING.PAGE_VIEWS.PAGE_ID']);
});

test('a hook of the model keeps one, the other is put back: blue has both, and production after the swap', async () => {
  const hook = `"alter table {{ this }} modify column page_id set masking policy ${rules}.HIDE force"`;
  await shop.merge('Keep the policy', {
    'models/page_views.sql': (text) =>
      text.replace("config(unique_key='view_id'", `config(unique_key='view_id', post_hook=${hook}`),
  });
  expect((await shop.succeeds('build')).outputs).toMatchObject({ state: 'waiting', verdict: 'passed' });
  expect(await masked()).toEqual(['PUBLIC.PAGE_VIEWS.PAGE_ID', 'PUBLIC_UPCOMING.PAGE_VIEWS.PAGE_ID']);
  expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done' });
  await shop.hour(5);
  expect(await masked()).toContain('PUBLIC.PAGE_VIEWS.PAGE_ID');
  expect(await filtered()).toContain('PUBLIC.PAGE_VIEWS');
  expect(await shop.columns('PUBLIC', 'PAGE_VIEWS')).toContain('section_id');
});

test('a rollback tells which policy was set since the swap and is not on what is live again, and how to set it', async () => {
  await shop.admin.run(
    `create masking policy ${rules}.BLUR as (v timestamp_ntz) returns timestamp_ntz -> date_trunc('day', v)`,
    `alter table ${shop.warehouse.database}.PUBLIC.PAGE_VIEWS modify column VIEWED_AT set masking policy ${rules}.BLUR`,
  );
  const { warnings, summary } = await shop.succeeds('rollback');
  const blurred = (): Promise<readonly string[]> => governed('BLUR', " || '.' || ref_column_name");
  expect(await blurred()).toEqual([]);
  const told = warnings.filter((text) => text.includes('which the version given up has'));
  expect(told).toEqual([
    expect.stringMatching(/PUBLIC\.PAGE_VIEWS lacks masking policy \S+\.RULES\.BLUR of VIEWED_AT,/),
  ]);
  expect(summary).toContain('Unless it was that version');
  await shop.admin.run(told[0]?.replace(/.* set it again: (.*);$/s, '$1') ?? '');
  expect(await blurred()).toEqual(['PUBLIC.PAGE_VIEWS.VIEWED_AT']);
  expect(await filtered()).toContain('PUBLIC.PAGE_VIEWS');
});
