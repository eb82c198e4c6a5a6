/**
 * Names that a shell, a ref parser, a selector, Markdown or a workflow command would take for something else, brought live by the
 * packaged action: every file, folder, branch and tag of this deployment is called so.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { StepResult } from '../support/runner.js';
import { type Merged, Shop } from '../support/shop.js';
import { ADD_SECTION } from '../support/shop-project.js';

const FOLDER = `-rf "two words" $(touch owned)\n::error::owned <b>|\`x\``;
/** dbt refuses spaces in the name of a model, and nothing else. */
const NAMES = [`--full-refresh,o'brien"$(touch\${IFS}owned)<b>|é\``, `+1@a:b*[c]#d`, `o'brien`, `o"brien`] as const;
const BRANCH = `prod-$(touch\${IFS}owned)';"&|<b>\`é#1%41`;
const HEAD = `up/$(touch\${IFS}owned);ü'"|&--upload-pack=x`;
const TAG = `v1.0+$(touch\${IFS}owned)`;
/** git gives no branch such a name, but a ref can be put there all the same. */
const OPTION = `--upload-pack=touch\${IFS}owned`;

let shop: Shop;
let merged: Merged;
let inputs: Readonly<Record<string, string>>;

function modelFile(name: string): string {
  return `models/${FOLDER}/${name}.sql`;
}

function modelText(index: number, version: number): string {
  const settings = `materialized='incremental', unique_key='id', alias='hostile_${String(index)}'`;
  return `{{ config(${settings}) }}\nselect 1 as id, ${String(version)} as version\n`;
}

beforeAll(async () => {
  shop = await Shop.open(20);
  await shop.project.hotfix(
    'Hostile names',
    Object.fromEntries(NAMES.map((name, index) => [modelFile(name), modelText(index, 1)])),
  );
  await shop.hour(5);
  await shop.project.mergeProduction();
  merged = await shop.merge(`Change "$(touch owned)" <b>|\n::error::owned`, {
    ...ADD_SECTION,
    // The fourth stays as it is: a selector that stood for both would rebuild it unasked.
    ...Object.fromEntries(NAMES.slice(0, 3).map((name, index) => [modelFile(name), modelText(index, 2)])),
  });
  const production = await shop.project.tip('prod');
  await shop.project.putRef(`refs/heads/${BRANCH}`, production);
  await shop.project.putRef(`refs/heads/${HEAD}`, merged.commit);
  await shop.project.putRef(`refs/tags/${TAG}`, merged.commit);
  await shop.project.putRef(`refs/heads/${OPTION}`, merged.commit);
  // A tag of the branch's own name, somewhere else: the branch is meant.
  await shop.project.putRef(`refs/tags/${BRANCH}`, merged.commit);
  inputs = { 'production-branch': BRANCH };
});

afterAll(async () => {
  await shop.close();
});

/** The only lines that the runner would obey are the action's own. */
function nothingWasObeyed(result: StepResult): void {
  expect(result.errors).toEqual([]);
  expect(result.log).not.toMatch(/^::error::owned/m);
  const checkout = join(shop.project.folder, `checkout-${String(shop.project.checkouts)}`);
  for (const folder of [checkout, shop.project.folder, shop.project.remote, process.cwd()]) {
    expect(existsSync(join(folder, 'owned'))).toBe(false);
  }
}

test.each([HEAD, TAG])('the head may be called %s', async (head) => {
  const planned = await shop.succeeds('plan', { ...inputs, 'head-ref': head });
  nothingWasObeyed(planned);
  expect(planned.outputs['production-commit']).toBe(await shop.project.tip('prod'));
  expect((JSON.parse(planned.outputs['models'] ?? '') as string[]).sort()).toEqual(
    [...NAMES.slice(0, 3), 'page_views'].sort(),
  );
});

test.each(['head-ref', 'production-branch'])(
  'a ref that could be taken for an option is refused as %s',
  async (input) => {
    const { errors } = await shop.fails('plan', { ...inputs, [input]: OPTION });
    expect(errors[0]).toMatch(/"--upload-pack=touch\$\{IFS\}owned".*(not the name of|cannot be the name of) a branch/);
  },
);

test('what is called so goes live, and only that', async () => {
  const event = shop.github.workflowDispatch('pre-prod', merged.commit);
  const deployed = await shop.succeeds(
    'deploy',
    { ...inputs, 'head-ref': HEAD },
    { event: { ...event, ref: `refs/heads/${HEAD}` } },
  );
  nothingWasObeyed(deployed);
  expect(deployed.outputs).toMatchObject({ state: 'done', verdict: 'warned' });
  expect(
    await Promise.all(NAMES.map((_, index) => shop.value(`select VERSION from PUBLIC.HOSTILE_${String(index)}`))),
  ).toEqual(['2', '2', '2', '1']);
  expect(await shop.project.tip(BRANCH)).toBe(merged.commit);
  expect(await shop.project.tip('prod')).not.toBe(merged.commit);
});

test('who reads the comment or the report sees the names, and nothing that they would do', () => {
  const body = shop.github.comments(merged.pullRequest).at(-1)?.body ?? '';
  expect(body).toContain('<code>--full-refresh,o&#39;brien&#34;&#36;&#40;touch');
  expect(body.replaceAll(/```[^]*?```/g, '')).not.toMatch(/<b>/);
  expect(body).not.toMatch(/^::error/m);
});
