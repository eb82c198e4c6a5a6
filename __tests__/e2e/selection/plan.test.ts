import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { comparePlan } from '../../../src/selection/compare-plan.js';
import type { Plan } from '../../../src/selection/plan.js';
import { append, replace } from './cases/lineage.js';
import { comparisonOf, ofTestedVersion, parseCases, type ChangeCase } from './support/change-case.js';
import { endParsers, PARSING_TIMEOUT } from './support/parsed-projects.js';

type Change = Pick<ChangeCase, 'live' | 'patch' | 'selected'>;

const SESSIONS: Change = { patch: { 'models/marts/sessions.sql': append('having true\n') } };
const AUDIT: Change = { patch: { 'models/events/audit_log.sql': append('where true\n') } };
const DAILY_ONLY: Change = { ...SESSIONS, selected: ['model.shop.sessions', 'model.shop.sessions_daily'] };
const EPHEMERAL: Change = { patch: { 'models/staging/session_ids.sql': append('where session_id is not null\n') } };
const TEST_ON_NEW: Change = {
  patch: {
    'models/marts/sessions.sql': append('having true\n'),
    'models/reference/fresh.sql': 'select 1 as id\n',
    'tests/compare.sql': "select id from {{ ref('fresh') }} union all select 1 from {{ ref('sessions') }}\n",
  },
};
const STAGING_2: Change = { patch: { 'models/staging/stg_event_2.sql': append("where country <> 'XX'\n") } };
const FUNCTION: Change = { patch: { 'functions/is_big.sql': replace('100', '200') } };
/** One change for each part of a plan that a node can be left out into. */
const MIXED: Change = {
  patch: {
    'models/events/audit_log.sql': append('where true\n'),
    'models/events/product_event_1.sql': append('-- prices are in dollars\n'),
    'models/events/visits.sql': append('{% if is_incremental() %} where true {% endif %}\n'),
    'models/reference/country_list.sql': append('where true\n'),
  },
};
const ALL = [SESSIONS, AUDIT, EPHEMERAL, TEST_ON_NEW, STAGING_2, FUNCTION, MIXED];

function planOf(change: Change): Plan {
  return comparePlan(comparisonOf(change, { blueToo: true }));
}

function groupsOf(change: Change): readonly (readonly string[])[] {
  return planOf(change)
    .notRebuilt.map(({ name, group, effect }) => [name, group, effect])
    .sort();
}

function testNames(plan: Plan): readonly string[] {
  return plan.tests.map(({ name }) => name.replace(/_[0-9a-f]{10}$/, '')).sort();
}

describe('a plan', () => {
  beforeAll(() => parseCases(ALL, { blueToo: true }), PARSING_TIMEOUT);
  afterAll(endParsers);

  test('pairs the schemas of all nodes, the main one first', () => {
    const comparison = {
      ...comparisonOf(SESSIONS, { blueToo: true }),
      productionSchema: 'PUBLIC_MARTS',
      upcomingSchema: 'PUBLIC_UPCOMING_MARTS',
    };
    expect(planOf(SESSIONS).pairs).toEqual([
      { database: 'ANALYTICS', production: 'PUBLIC', upcoming: 'PUBLIC_UPCOMING' },
      { database: 'ANALYTICS', production: 'PUBLIC_MARTS', upcoming: 'PUBLIC_UPCOMING_MARTS' },
    ]);
    expect(comparePlan(comparison).pairs.map(({ production }) => production)).toEqual(['PUBLIC_MARTS', 'PUBLIC']);
  });

  test('holds stored names of both relations, and what changed itself', () => {
    const [sessions, daily] = planOf(SESSIONS).rebuilt;
    expect(sessions).toEqual({
      uniqueId: 'model.shop.sessions',
      name: 'sessions',
      fqn: ['shop', 'marts', 'sessions'],
      resourceType: 'model',
      materialized: 'incremental',
      production: { database: 'ANALYTICS', schema: 'PUBLIC_MARTS', name: 'SESSIONS' },
      upcoming: { database: 'ANALYTICS', schema: 'PUBLIC_UPCOMING_MARTS', name: 'SESSIONS' },
      treatment: 'rebuild',
      reasons: [{ text: 'body changed', effect: 'rebuild' }],
      effect: 'rebuild',
      changed: true,
      originalFilePath: 'models/marts/sessions.sql',
      isNew: false,
      reads: ['model.shop.product_event_1', 'model.shop.product_event_2'],
    });
    expect(daily).toMatchObject({ name: 'sessions_daily', changed: false, isNew: false });
  });

  test('is the same after it was kept as JSON', () => {
    const plan = planOf(SESSIONS);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('a reader of a changed ephemeral model changed itself', () => {
    expect(planOf(EPHEMERAL).rebuilt.map(({ name, changed }) => [name, changed])).toEqual([
      ['visits', true],
      ['big_sessions', false],
    ]);
  });

  test('runs tests of rebuilt nodes and of views above them, no unit tests', () => {
    expect(testNames(planOf(SESSIONS))).toEqual([
      'no_negative_revenue',
      'not_null_sessions_view_revenue',
      'relationships_sessions_session_id__session_id__ref_visits_',
      'unique_sessions_session_id',
    ]);
  });

  test('runs tests of a carried view that shows a rebuilt table', () => {
    const plan = planOf(DAILY_ONLY);
    expect(plan.rebuilt.map(({ name }) => name)).toEqual(['sessions', 'sessions_daily']);
    expect(testNames(plan)).toContain('not_null_sessions_view_revenue');
  });

  test('runs no test of a protected model, since it is not rebuilt', () => {
    const plan = planOf(AUDIT);
    expect(plan.notRebuilt[0]).toMatchObject({ name: 'audit_log', treatment: 'protected', changed: true });
    expect(plan.notRebuilt[0]?.why).toMatch(/full_refresh is false: it is carried as it is/);
    expect(plan.tests).toEqual([]);
  });

  test('leaves out a test that reads what will not exist, and says so', () => {
    const plan = planOf(TEST_ON_NEW);
    expect(testNames(plan)).not.toContain('compare');
    expect(plan.notes?.map(({ text }) => text)).toEqual([
      'test compare cannot run before fresh exists in production: it is left to the schedule',
    ]);
  });

  test('says of every node that is left out who brings its change to life', () => {
    expect(groupsOf(MIXED)).toEqual([
      ['audit_log', 'protected', 'rebuild'],
      ['country_list', 'next scheduled run', 'rebuild'],
      ['product_event_1', 'metadata', 'metadata'],
      ['visits', 'future loads', 'future loads'],
    ]);
    expect(groupsOf(EPHEMERAL)).toEqual([['session_ids', 'part of its readers', 'rebuild']]);
    // dbt 1.10 knows no functions, and does not read their folder.
    expect(groupsOf(FUNCTION)).toEqual(ofTestedVersion({ '1.10': [] }, [['is_big', 'to be made first', 'rebuild']]));
    expect(groupsOf(DAILY_ONLY).map(([name, group]) => `${name ?? ''}: ${group ?? ''}`)).toEqual([
      'scores: not selected',
      'sessions_view: not selected',
    ]);
  });

  test('knows what each node reads: through an ephemeral model, unless that changed itself', () => {
    const readsOf = (change: Change, name: string): readonly string[] | undefined =>
      planOf(change).rebuilt.find((node) => node.name === name)?.reads;
    expect(readsOf(STAGING_2, 'visits')).toEqual(['model.shop.stg_event_2']);
    expect(readsOf(EPHEMERAL, 'visits')).toEqual(['model.shop.session_ids']);
  });
});
