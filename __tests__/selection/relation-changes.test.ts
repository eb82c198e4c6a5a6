import { expect, test } from '@jest/globals';
import type { Manifest } from '../../src/dbt/manifest.js';
import { comparePlan } from '../../src/selection/compare-plan.js';
import { model } from '../verification/support/manifest.js';

function manifestWith(relationName: string): Manifest {
  const orders = model('orders', { relationName, fqn: ['events', 'orders'], config: { materialized: 'incremental' } });
  return {
    dbtVersion: '1.11.0',
    projectName: 'events',
    nodes: new Map([[orders.uniqueId, orders]]),
    sources: new Map(),
    macros: new Map(),
    disabled: new Set(),
  };
}

test.each([
  [
    'quoting turned on: Snowflake has two tables then',
    'analytics.public.orders',
    'analytics.public."orders"',
    ['orders'],
  ],
  ['another case without quotes: the same table', 'analytics.public.orders', 'ANALYTICS.public.ORDERS', []],
  ['quotes around the stored name: the same table', 'analytics.public.orders', 'analytics.public."ORDERS"', []],
])('%s', (_name, before, after, rebuilt) => {
  const production = manifestWith(after);
  const plan = comparePlan({
    base: 'base',
    head: 'head',
    live: manifestWith(before),
    production,
    upcoming: production,
    changedFiles: [],
    scope: 'all',
  });
  expect(plan.rebuilt.map(({ name }) => name)).toEqual(rebuilt);
  expect(plan.removed.map(({ production: relation }) => relation?.name)).toEqual(rebuilt.map(() => 'ORDERS'));
  expect(plan.rebuilt.map(({ isNew }) => isNew)).toEqual(rebuilt.map(() => true));
});
