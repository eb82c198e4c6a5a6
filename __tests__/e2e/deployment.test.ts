/** One change, from its merge to its rollback, with the schedule and readers at work all the time. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { faultsInReport } from '../report/support/report-schema.js';
import type { StepResult } from './support/runner.js';
import { type Merged, Shop } from './support/shop.js';
import { ADD_PRICE } from './support/shop-project.js';

const SNAPSHOT = /^PUBLIC_SNAPSHOT_\d{4}_\d\d_\d\d_\d{6}$/;
const FAILED = /^PUBLIC_FAILED_\d{4}_\d\d_\d\d_\d{6}$/;

const STORED_TEST =
  "{{ config(store_failures=true) }}\nselect order_id from {{ ref('orders') }} where customer_id is null\n";
const AUDIT = 'PUBLIC_UPCOMING_DBT_TEST__AUDIT';
const AUDIT_OF_PRODUCTION = 'PUBLIC_DBT_TEST__AUDIT';

function reportAt(outputs: StepResult['outputs']): string {
  return readFileSync(outputs['report-path'] ?? '', 'utf8');
}

describe('a change goes live, and back', () => {
  let shop: Shop;
  let merged: Merged;
  let first: string;

  beforeAll(async () => {
    shop = await Shop.open(40);
    first = await shop.project.tip('prod');
    // While blue is tested, what a test stores must not reach the schema where production's tests store theirs.
    merged = await shop.merge('Add price to orders, and keep the rows that fail a test', {
      ...ADD_PRICE,
      'tests/every_order_has_a_customer.sql': STORED_TEST,
    });
  });

  afterAll(async () => {
    await shop.close();
  });

  /** Commits on the environment's page, each with the states it went through. */
  function shown(): readonly (readonly unknown[])[] {
    const deployments = shop.github.deployments('analytics');
    return deployments.map(({ sha, statuses }) => [sha, ...statuses.map(({ body }) => body['state'])]);
  }

  test('plan names what would be rebuilt and writes nothing', async () => {
    const position = await shop.server.logPosition();
    const { outputs, summary } = await shop.succeeds('plan');
    expect(JSON.parse(outputs['models'] ?? '')).toEqual(expect.arrayContaining(['orders', 'customers']));
    expect(outputs['models']).not.toContain('page_views');
    expect(outputs['production-commit']).toBe(first);
    expect(summary).toContain('orders');
    const statements = await shop.server.log(position);
    expect(statements.filter(({ tables_written }) => tables_written.length > 0)).toEqual([]);
    expect(await shop.schemas()).toEqual(['PUBLIC']);
  });

  test('build makes the new version beside production, which stays as it was', async () => {
    const { outputs } = await shop.succeeds('build');
    expect(outputs).toMatchObject({ state: 'waiting', verdict: 'passed', busy: 'false', 'production-commit': first });
    expect(await shop.columns('PUBLIC_UPCOMING', 'ORDERS')).toContain('price');
    expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');
    expect(await shop.schemas()).toEqual(
      expect.arrayContaining(['PUBLIC', 'PUBLIC_UPCOMING', `PUBLIC_BASELINE_${outputs['deployment-id'] ?? ''}`]),
    );
    expect((await shop.warehouse.schemas()).get(AUDIT)).toContain(outputs['deployment-id']);
    expect(await shop.columns(AUDIT, 'EVERY_ORDER_HAS_A_CUSTOMER')).toEqual(['order_id']);
    expect(await shop.schemas()).not.toContain(AUDIT_OF_PRODUCTION);
    const comments = shop.github.comments(merged.pullRequest);
    expect(comments).toHaveLength(1);
    expect(outputs['comment-url']).not.toBe('');
    expect(shop.github.checkRuns(merged.commit).map(({ body }) => [body['name'], body['conclusion']])).toEqual([
      [`blue/green: ${shop.warehouse.database}.PUBLIC`, 'success'],
    ]);
    const report = reportAt(outputs);
    expect(faultsInReport(report)).toEqual([]);
    const kept = await shop.value(
      `select REPORT from PUBLIC_DEPLOYMENTS.HISTORY where DEPLOYMENT = '${outputs['deployment-id'] ?? ''}'`,
    );
    expect(JSON.parse(kept ?? '')).toEqual(JSON.parse(report));
  });

  test('verify can be asked again, says the same, and rewrites report, record, comment and check', async () => {
    const position = await shop.server.logPosition();
    const before = shop.github.comments(merged.pullRequest).map(({ body }) => body);
    const { outputs } = await shop.succeeds('verify');
    expect(outputs).toMatchObject({ verdict: 'passed', state: 'waiting' });
    const kept = await shop.value(
      `select REPORT from PUBLIC_DEPLOYMENTS.HISTORY where DEPLOYMENT = '${outputs['deployment-id'] ?? ''}'`,
    );
    expect(JSON.parse(kept ?? '')).toEqual(JSON.parse(reportAt(outputs)));
    const after = shop.github.comments(merged.pullRequest).map(({ body }) => body);
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    expect(shop.github.checkRuns(merged.commit).map(({ body }) => body['conclusion'])).toEqual(['success', 'success']);
    // A comparison can be found by its tag, and cancelled.
    const comparisons = (await shop.server.log(position)).filter(({ text }) => text.includes('HASH_AGG'));
    expect(comparisons.length).toBeGreaterThan(0);
    expect(comparisons.filter(({ query_tag: tag }) => !tag.startsWith('blue-green shop/warehouse '))).toEqual([]);
  });

  test('the schedule goes on meanwhile, at the commit that status names', async () => {
    const { outputs } = await shop.succeeds('status');
    expect(outputs).toMatchObject({ state: 'waiting', 'production-commit': first, busy: 'false' });
    await shop.hour(10);
    expect(await shop.value('select count(*) from PUBLIC.ORDERS')).toBe('50');
  });

  test('swap brings it live with what arrived meanwhile, and keeps the former production', async () => {
    const { outputs } = await shop.succeeds('swap', { environment: 'analytics' });
    expect(shown()).toEqual([[merged.commit, 'in_progress', 'success']]);
    expect(outputs).toMatchObject({ state: 'done', busy: 'false', 'production-commit': merged.commit });
    expect(outputs['snapshot']).toMatch(SNAPSHOT);
    expect(await shop.value('select count(price) from PUBLIC.ORDERS')).toBe('50');
    expect(await shop.value('select sum(orders) from PUBLIC.CUSTOMERS')).toBe('50');
    expect(await shop.value('select sum(orders) from PUBLIC.DAILY_ORDERS')).toBe('50');
    expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')).toBe('50');
    expect(await shop.schemas()).toEqual(['PUBLIC', AUDIT_OF_PRODUCTION, 'PUBLIC_DEPLOYMENTS', outputs['snapshot']]);
    expect(await shop.project.tip('prod')).toBe(merged.commit);
    const report = reportAt(outputs);
    expect(faultsInReport(report)).toEqual([]);
    expect(JSON.parse(report)).toMatchObject({
      phase: 'done',
      lateRows: { checked: expect.arrayContaining([expect.objectContaining({ name: 'orders', status: 'passed' })]) },
    });
    const [comment, ...others] = shop.github.comments(merged.pullRequest);
    expect(others).toEqual([]);
    expect(comment?.body).toContain('Rows that reached production meanwhile');
  });

  test('readers read it with the grants they had', async () => {
    const reader = await shop.server.connect(shop.warehouse.readerLogin);
    try {
      const place = `${shop.warehouse.database}.PUBLIC`;
      expect(await reader.value(`select count(*) from ${place}.ORDERS where price is not null`)).toBe('50');
      expect(await reader.value(`select sum(orders) from ${place}.DAILY_ORDERS`)).toBe('50');
      expect(await reader.value(`select count(*) from ${place}.BEST_CUSTOMERS`)).toBe('7');
    } finally {
      await reader.close();
    }
  });

  test('swap again, build again and status find nothing to do', async () => {
    expect((await shop.succeeds('swap')).outputs).toMatchObject({ state: 'done' });
    expect((await shop.succeeds('status')).outputs).toMatchObject({
      state: 'done',
      busy: 'false',
      'production-commit': merged.commit,
    });
  });

  test('the schedule runs the new code', async () => {
    await shop.hour(10);
    expect(await shop.value('select count(price) from PUBLIC.ORDERS')).toBe('60');
    expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')).toBe('60');
  });

  test('rollback brings the former version back and keeps the rows of what the deployment did not rebuild', async () => {
    const { outputs, log } = await shop.succeeds('rollback', {
      reason: 'the price is wrong',
      environment: 'analytics',
    });
    expect(shown()).toEqual([[merged.commit, 'in_progress', 'success', 'inactive']]);
    expect(outputs).toMatchObject({ state: 'rolled back', busy: 'false', 'production-commit': first });
    expect(await shop.columns('PUBLIC', 'ORDERS')).not.toContain('price');
    expect(await shop.value('select count(*) from PUBLIC.PAGE_VIEWS')).toBe('60');
    // Ten orders arrived after the swap: the former version never had them, and that is said.
    expect(await shop.value('select count(*) from PUBLIC.ORDERS')).toBe('50');
    expect(log).toContain('orders: 10 ids that it received since the swap are only in');
    expect(await shop.project.tip('prod')).toBe(first);
    expect((await shop.schemas()).filter((name) => FAILED.test(name))).toHaveLength(1);
  });

  test('the schedule catches up by itself', async () => {
    await shop.hour(10);
    expect(await shop.value('select count(*) from PUBLIC.ORDERS')).toBe('70');
    expect(await shop.value('select sum(orders) from PUBLIC.DAILY_ORDERS')).toBe('70');
  });

  test('rollback twice ends in the same place', async () => {
    const before = await shop.schemas();
    expect((await shop.succeeds('rollback')).outputs).toMatchObject({ state: 'rolled back' });
    expect(await shop.schemas()).toEqual(before);
    expect(await shop.value('select count(*) from PUBLIC.ORDERS')).toBe('70');
  });

  test('cleanup drops what failed, and is timid: the newest snapshot stays whatever its age', async () => {
    const before = await shop.schemas();
    expect(before.filter((name) => FAILED.test(name))).toHaveLength(1);
    const { log, outputs } = await shop.succeeds('cleanup', { 'older-than': '0' });
    expect(log).toMatch(/Dropped \S+PUBLIC_FAILED_\S+: its tables held \d+\.\d kB\./);
    expect(outputs['next']).toMatch(
      /^Dropped \d schemas?: .*; up to \d+\.\d kB are free once their Time Travel is over\.$/,
    );
    const after = await shop.schemas();
    expect(after.filter((name) => SNAPSHOT.test(name))).toEqual(before.filter((name) => SNAPSHOT.test(name)));
    expect(after.filter((name) => FAILED.test(name))).toEqual([]);
    expect(after).toContain('PUBLIC');
  });
});
