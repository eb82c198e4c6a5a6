/** How a plan is told: file, outputs, log, job summary, comment, record. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { diagramsIn, faultsOf } from '../../report/support/mermaid-syntax.js';
import { REPOSITORY } from '../support/places.js';
import type { StepResult } from '../support/runner.js';
import { type Merged, Shop } from '../support/shop.js';
import { ADD_SECTION } from '../support/shop-project.js';

const isPlan = new Ajv2020().compile(
  JSON.parse(readFileSync(join(REPOSITORY, 'docs', 'plan.schema.json'), 'utf8')) as object,
);

let shop: Shop;
let merged: Merged;

beforeAll(async () => {
  shop = await Shop.open(30);
  merged = await shop.merge('Add section to page views', ADD_SECTION);
});

afterAll(async () => {
  await shop.close();
});

function outputsOfPlan({ outputs }: StepResult): Readonly<Record<string, string | undefined>> {
  return {
    models: outputs['models'],
    count: outputs['model-count'],
    nothingToDo: outputs['nothing-to-do'],
    file: basename(outputs['plan-path'] ?? ''),
  };
}

/** @throws Error when the text is no plan as docs/plan.schema.json describes it */
function planIn(json: string): Record<string, unknown> {
  const plan: unknown = JSON.parse(json);
  if (!isPlan(plan)) throw new Error(`No plan: ${JSON.stringify(isPlan.errors)}`);
  return plan as Record<string, unknown>;
}

const PAGE_VIEWS = { models: '["page_views"]', count: '1', nothingToDo: 'false', file: 'plan.json' };

describe('mode plan', () => {
  let planned: StepResult;

  beforeAll(async () => {
    planned = await shop.succeeds('plan');
  });

  test('sets its outputs, and leaves the plan as a file in the temporary folder of the runner', async () => {
    expect(outputsOfPlan(planned)).toEqual(PAGE_VIEWS);
    const path = planned.outputs['plan-path'] ?? '';
    expect(dirname(dirname(path))).toBe(planned.runnerTemp);
    // The post step has run: what a later step uploads is still there.
    const plan = planIn(readFileSync(path, 'utf8'));
    expect(plan).toMatchObject({
      version: 1,
      base: await shop.project.tip('prod'),
      head: merged.commit,
      rebuilt: [{ uniqueId: 'model.shop.page_views', effect: 'rebuild', treatment: 'rebuild', stored: { rows: 30 } }],
      price: { rows: 30, known: 1, views: 0, unknown: 0 },
    });
  });

  test('says the price in log, summary and comment', () => {
    const price = /30 rows and [\d.]+ k?B in production today/;
    expect(planned.log).toMatch(/rebuild {2}page_views \(incremental\) 30 rows, /);
    expect(planned.log).toMatch(new RegExp(`price {4}${price.source}`));
    expect(planned.summary).toMatch(price);
    expect(shop.github.comments(merged.pullRequest)[0]?.body).toMatch(price);
  });

  test('draws the lineage in the summary and in the comment, folded away there', () => {
    const comments = shop.github.comments(merged.pullRequest);
    expect(comments).toHaveLength(1);
    expect(planned.outputs['comment-url']).not.toBe('');
    for (const text of [planned.summary, comments[0]?.body ?? '']) {
      expect(text).toContain('| <code>page_views</code> | incremental | 30 |');
      const inside = /<details open>[^]*<\/details>/.exec(text)?.[0] ?? '';
      expect(diagramsIn(inside)).toHaveLength(1);
      expect(diagramsIn(inside).flatMap(faultsOf)).toEqual([]);
      expect(diagramsIn(inside)[0]).toContain('n0["page_views<br/>body changed"]:::changed');
    }
  });

  test('asked again, keeps one comment; writes nothing, and asks once for the sizes', async () => {
    const position = await shop.server.logPosition();
    await shop.succeeds('plan');
    expect(shop.github.comments(merged.pullRequest)).toHaveLength(1);
    const statements = await shop.server.log(position);
    expect(statements.filter(({ tables_written }) => tables_written.length > 0)).toEqual([]);
    expect(statements.filter(({ text }) => text.startsWith('SHOW TABLES'))).toHaveLength(1);
  });

  test('of a commit that is live already has nothing to do', async () => {
    const result = await shop.succeeds('plan', {}, { ref: 'origin/prod' });
    expect(outputsOfPlan(result)).toEqual({ models: '[]', count: '0', nothingToDo: 'true', file: 'plan.json' });
    expect(planIn(readFileSync(result.outputs['plan-path'] ?? '', 'utf8'))['rebuilt']).toEqual([]);
    expect(result.summary).toContain('nothing to rebuild');
  });

  test('without the permission to comment ends well, and says where the plan is', async () => {
    shop.github.addAccount('ghs_readsOnly', 'github-actions[bot]', ['pull-requests: read', 'contents: read']);
    const result = await shop.succeeds('plan', { 'github-token': 'ghs_readsOnly' });
    expect(result.outputs['comment-url']).toBe('');
    expect(result.log).toMatch(/comment on pull request #\d+ was not written: .*pull-requests: write/);
    expect(result.summary).toContain('page_views');
  });
});

describe('mode build', () => {
  test('that is refused before it begins has told its plan all the same', async () => {
    const { database, deployRole } = shop.warehouse;
    const stream = `${database}.PUBLIC.NEW_ORDERS`;
    await shop.admin.run(
      `create stream ${stream} on table ${database}.PUBLIC.ORDERS`,
      `grant select on stream ${stream} to role ${deployRole}`,
    );
    const result = await shop.fails('build');
    await shop.admin.run(`drop stream ${stream}`);
    expect(result.errors[0]).toContain('NEW_ORDERS');
    expect(outputsOfPlan(result)).toEqual(PAGE_VIEWS);
  });

  test('keeps the plan in the record, where another runner finds it', async () => {
    const built = await shop.succeeds('build');
    expect(outputsOfPlan(built)).toEqual(PAGE_VIEWS);
    const kept = await shop.value('select PLAN from PUBLIC_DEPLOYMENTS.HISTORY');
    const file = readFileSync(built.outputs['plan-path'] ?? '', 'utf8');
    expect(planIn(kept ?? '')).toEqual(planIn(file));

    const again = await shop.succeeds('build');
    expect(again.log).toContain('is built and verified already');
    expect(outputsOfPlan(again)).toEqual(PAGE_VIEWS);
    expect(planIn(readFileSync(again.outputs['plan-path'] ?? '', 'utf8'))).toEqual(planIn(file));
  });

  test('stands in the comment afterwards, and no later plan takes that back', async () => {
    const [comment] = shop.github.comments(merged.pullRequest);
    expect(comment?.body).toContain('safe to swap');
    expect(comment?.body).toMatch(/<details><summary>Plan: 1 model rebuilt \(30 rows and /);
    const result = await shop.succeeds('plan');
    expect(result.log).toContain('the comment on its pull request keeps what it says');
    expect(shop.github.comments(merged.pullRequest)).toEqual([comment]);
  });
});
