/** The pitfalls of comparing by ids, in one build: a full refresh that forgets, and keys that are no keys. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Report } from '../../../src/report/model.js';
import { Shop } from '../support/shop.js';
import { ADD_SECTION, type Changes } from '../support/shop-project.js';
import type { StepResult } from '../support/runner.js';

const ROWS = 30;
/** What the source has forgotten when the model is rebuilt. */
const FORGOTTEN = 12;

interface KeyCase {
  /** `unique_key` as the model writes it, before and after. */
  readonly key: readonly [string, string];
  /** Its SELECT, before and after. */
  readonly select: readonly [string, string];
  readonly status: string;
  readonly says: RegExp;
}

const rows = (...each: readonly string[]): string => each.map((row) => `select ${row}`).join(' union all\n');

const CASES: Readonly<Record<string, KeyCase>> = {
  null_key: {
    key: ["'k'", "'k'"],
    select: [rows("1 as k, 'a' as v", "null, 'b'"), rows("1 as k, 'a' as v", "null, 'c'")],
    status: 'warned',
    says: /1 row with a NULL key in blue; the baseline has 1/,
  },
  duplicate_key: {
    key: ["'k'", "'k'"],
    select: [rows("1 as k, 'a' as v"), rows("1 as k, 'a' as v", "1, 'a'")],
    status: 'failed',
    says: /1 row with a key that another row has in blue/,
  },
  composite_null: {
    key: ["['a', 'b']", "['a', 'b']"],
    select: [rows("1 as a, 2 as b, 'x' as v", "1, null, 'y'"), rows("1 as a, 2 as b, 'x' as v")],
    status: 'failed',
    says: /1 id missing[^]*1 row with a NULL key/,
  },
  case_and_blanks: {
    key: ["'k'", "'k'"],
    select: [rows("'a' as k, 1 as v", "'b ', 1"), rows("'A' as k, 1 as v", "'b', 1")],
    status: 'failed',
    says: /no key of the baseline .* is in blue/,
  },
  number_and_text: {
    key: ["'k'", "'k'"],
    select: [rows('1 as k, 1 as v', '2, 1'), rows("'1' as k, 1 as v", "'02', 1")],
    status: 'failed',
    says: /type changed: K: NUMBER[^]*1 id missing/,
  },
  key_renamed: {
    key: ["'k'", "'id'"],
    select: [rows('1 as k, 1 as v'), rows('1 as id, 1 as v')],
    status: 'failed',
    says: /1 column removed: K\.[^]*1 column added: ID/,
  },
  no_key: {
    key: ['none', 'none'],
    select: [rows('1 as v', '1', '2'), rows('1 as v', '2', '2')],
    status: 'warned',
    says: /no key: 1 row only in the baseline and 1 only in blue/,
  },
  empty: {
    key: ["'k'", "'k'"],
    select: [`select * from (${rows('1 as k')}) where k > 1`, `select * from (${rows('1 as k')}) where k > 2`],
    status: 'passed',
    says: /^$/,
  },
  sound: {
    key: ["'k'", "'k'"],
    select: [rows('1 as k, 1 as v', '2, 1'), rows('2 as k, 1 as v', '1, 1')],
    status: 'passed',
    says: /^$/,
  },
};

function models(version: 0 | 1): Changes {
  return Object.fromEntries(
    Object.entries(CASES).map(([name, { key, select }]) => [
      `models/keys/${name}.sql`,
      `{{ config(materialized='table', unique_key=${key[version]}) }}\n${select[version]}\n`,
    ]),
  );
}

const AUDIT =
  "{{ config(full_refresh=false, unique_key='view_id') }}\nselect view_id, 1 as version from {{ ref('page_views') }}\n";

let shop: Shop;
let blocked: StepResult;
let report: Report;

beforeAll(async () => {
  shop = await Shop.open(0);
  await shop.project.hotfix('Awkward keys', { ...models(0), 'models/audit.sql': AUDIT });
  await shop.project.mergeProduction();
  await shop.hour(ROWS);
  await shop.admin.run(`delete from ${shop.warehouse.database}.RAW.PAGE_VIEWS where view_id <= ${String(FORGOTTEN)}`);
  await shop.merge('Section, other keys, another audit', {
    ...ADD_SECTION,
    ...models(1),
    'models/audit.sql': (text) => text.replace('1 as version', '2 as version'),
  });
  blocked = await shop.fails('build', { scope: 'all', 'on-protected': 'warn', 'sample-ids': 'plain' });
  report = JSON.parse(readFileSync(blocked.outputs['report-path'] ?? '', 'utf8')) as Report;
});

afterAll(() => shop.close());

function verdictOf(name: string): { readonly status: string | undefined; readonly text: string } {
  const model = report.verdict?.models.find((each) => each.name === name);
  return { status: model?.status, text: (model?.findings ?? []).map(({ text }) => text).join('\n') };
}

describe('pitfall 7: a full refresh that forgets', () => {
  test('the ids that the source has no more are listed, and the swap is blocked', async () => {
    expect(blocked.outputs).toMatchObject({ state: 'blocked', verdict: 'failed' });
    expect(blocked.errors[0]).toMatch(new RegExp(`page_views: .*${String(FORGOTTEN)} .*missing`));
    const page = report.verdict?.models.find(({ name }) => name === 'page_views');
    expect(page?.comparison).toMatchObject({ missing: FORGOTTEN });
    const [comment] = shop.github.comments(1);
    for (const id of ['1', '2', '3']) expect(comment?.body).toMatch(new RegExp(`missing[^]*\\b${id}\\b`));
    expect((await shop.fails('swap')).errors[0]).toMatch(/nothing to swap/);
    expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')).toBe(String(ROWS));
  });

  test('a model with full_refresh: false is not rebuilt, keeps its rows, and the report says so', async () => {
    expect(JSON.parse(blocked.outputs['models'] ?? '')).not.toContain('audit');
    expect(await shop.value('select count(*) from PUBLIC_UPCOMING.AUDIT where version = 1')).toBe(String(ROWS));
    expect(report.plan?.notRebuilt).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'audit', why: expect.stringMatching(/protected.*full_refresh/) }),
      ]),
    );
    expect(shop.github.comments(1)[0]?.body).toMatch(
      /Changed, but protected[^]*full_refresh is false[^]*<code>audit<\/code>/,
    );
  });
});

describe('pitfall 8: awkward keys', () => {
  test.each(Object.entries(CASES))('%s has a defined verdict, and stops no other', (name, { status, says }) => {
    const verdict = verdictOf(name);
    expect(verdict).toEqual({ status, text: expect.stringMatching(says) });
  });
});
