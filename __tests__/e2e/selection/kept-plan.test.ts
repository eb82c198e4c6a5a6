/** What a build tells of its plan, and where the plan is kept: outputs, record, comment. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

test('a build that is refused before it begins has told its plan all the same', async () => {
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

test('a build keeps the plan in the record, where another runner finds it', async () => {
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

test('the verdict stands in the comment afterwards, and no later plan takes it back', async () => {
  const [comment] = shop.github.comments(merged.pullRequest);
  expect(comment?.body).toContain('safe to swap');
  expect(comment?.body).toMatch(/<details><summary>Plan: 1 model rebuilt \(30 rows and /);
  const result = await shop.succeeds('plan');
  expect(result.log).toContain('the comment on its pull request keeps what it says');
  expect(shop.github.comments(merged.pullRequest)).toEqual([comment]);
});
