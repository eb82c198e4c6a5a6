/** How a plan is told: file, outputs, log, job summary, comment. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { diagramsIn, faultsOf } from '../../report/support/mermaid-syntax.js';
import type { StepResult } from '../support/runner.js';
import { type Merged, Shop } from '../support/shop.js';
import { ADD_SECTION } from '../support/shop-project.js';
import { outputsOfPlan, PAGE_VIEWS, planIn } from './support/told-plans.js';

let shop: Shop;
let merged: Merged;

beforeAll(async () => {
  shop = await Shop.open(30);
  merged = await shop.merge('Add section to page views', ADD_SECTION);
});

afterAll(async () => {
  await shop.close();
});

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
