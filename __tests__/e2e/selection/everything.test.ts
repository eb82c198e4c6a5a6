/** Plans that compare nothing with the live version, and what they say of nodes that dbt never rebuilds. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { comparePlan, planEverything } from '../../../src/selection/compare-plan.js';
import type { EverythingAsked } from '../../../src/selection/comparison.js';
import { relationOf } from '../../../src/selection/counterparts.js';
import type { Plan } from '../../../src/selection/plan.js';
import { changedButProtected } from '../../../src/selection/protected-changes.js';
import { append } from './cases/lineage.js';
import { comparisonOf, ofTestedVersion, parseCases, type ChangeCase } from './support/change-case.js';
import { endParsers, PARSING_TIMEOUT } from './support/parsed-projects.js';

type Change = Pick<ChangeCase, 'patch' | 'selected' | 'scope'>;

const NOTHING: Change = { patch: {} };
const AUDIT: Change = { patch: { 'models/events/audit_log.sql': append('where true\n') } };
const AUDIT_LOADS: Change = {
  patch: { 'models/events/audit_log.sql': append('{% if is_incremental() %}where true{% endif %}\n') },
};
const SNAPSHOT: Change = {
  patch: {
    'snapshots/products.sql': (text) => text.replace('select event_id, price', 'select event_id, price * 2 as price'),
  },
};
const STAGING: Change = { patch: { 'models/staging/stg_event_2.sql': append('where true\n') } };
const VISITS_FROM_OLD: Change = {
  patch: {
    'models/events/visits.sql': append('where true\n'),
    'models/marts/big_sessions.sql': append('-- \nlimit 10\n'),
  },
};
/** dbt 1.10 knows no functions, and does not read their folder. */
const FUNCTIONS = ofTestedVersion({ '1.10': [] }, [['is_big', 'carry', true]]);
const ALL = [NOTHING, AUDIT, AUDIT_LOADS, SNAPSHOT, STAGING, VISITS_FROM_OLD];

/** Everything, where production holds all relations of its own schema but `absent`, and `others` besides. */
function everything(
  absent: readonly string[] = [],
  others: readonly string[] = [],
  selected?: readonly string[],
): Plan {
  const { live: _live, changedFiles: _files, scope: _scope, ...common } = comparisonOf(NOTHING, { blueToo: true });
  const schema = { database: 'ANALYTICS', schema: 'PUBLIC' };
  const built = [...common.production.nodes.values()].flatMap((node) => relationOf(node) ?? []);
  const names = built.filter((relation) => relation.schema === schema.schema).map(({ name }) => name);
  const asked: EverythingAsked = {
    ...common,
    standing: { schema, names: new Set([...names.filter((name) => !absent.includes(name)), ...others]) },
    ...(selected === undefined ? {} : { selected: new Set(selected) }),
  };
  return planEverything(asked);
}

describe('everything is rebuilt', () => {
  beforeAll(() => parseCases(ALL, { blueToo: true }), PARSING_TIMEOUT);
  afterAll(endParsers);

  test('every model and seed that dbt can rebuild, with that reason alone, in dependency order', () => {
    const plan = everything();
    const asked = [{ text: 'everything is rebuilt, as asked', effect: 'rebuild' }];
    expect(plan.rebuilt.length).toBeGreaterThan(15);
    expect(
      plan.rebuilt.every(({ reasons, isNew }) => !isNew && JSON.stringify(reasons) === JSON.stringify(asked)),
    ).toBe(true);
    const names = plan.rebuilt.map(({ name }) => name);
    expect(names).toContain('country_names');
    expect(names).toContain('countries');
    expect(names.indexOf('sessions_daily')).toBeLessThan(names.indexOf('sessions_view'));
    expect(names).not.toContain('session_ids');
    expect(plan.removed).toEqual([]);
    expect(plan.notes).toBeUndefined();
    expect(plan.tests.length).toBeGreaterThan(3);
  });

  test('what dbt never rebuilds is carried, and may have changed', () => {
    const plan = everything();
    expect(plan.notRebuilt.map(({ name, treatment, changed }) => [name, treatment, changed]).sort()).toEqual([
      ['audit_log', 'protected', true],
      ...FUNCTIONS,
      ['products_snapshot', 'protected', true],
    ]);
    expect(changedButProtected(plan)).toEqual([
      expect.stringMatching(
        /^audit_log \(models\/events\/audit_log\.sql; `full_refresh: false`\).*nothing was compared/,
      ),
      expect.stringMatching(/^products_snapshot \(snapshots\/products\.sql; dbt snapshot\)/),
    ]);
  });

  test('what production lacks is new, and rows that do not exist are not protected', () => {
    const plan = everything(['AUDIT_LOG', 'PRODUCTS_SNAPSHOT', 'VISITS']);
    const found = new Map(plan.rebuilt.map(({ name, isNew }) => [name, isNew]));
    expect(found.get('audit_log')).toBe(true);
    expect(found.get('visits')).toBe(true);
    expect(found.get('product_event_1')).toBe(false);
    expect(plan.notRebuilt.find(({ name }) => name === 'products_snapshot')).toMatchObject({
      treatment: 'carry',
      why: 'a new dbt snapshot: the first scheduled run of dbt snapshot creates it',
    });
    expect(changedButProtected(plan)).toEqual([]);
  });

  test('objects that no model builds are carried and named', () => {
    expect(everything([], ['OLD_ORDERS', 'HANDMADE']).notes?.map(({ text }) => text)).toEqual([
      'no model builds HANDMADE and OLD_ORDERS of production: carried as they are, since without the live version nobody can tell whether dbt built them',
    ]);
  });

  test('select and exclude narrow it, and what they leave out is listed', () => {
    const plan = everything([], [], ['model.shop.visits']);
    expect(plan.rebuilt.map(({ name }) => name)).toEqual(['visits']);
    expect(plan.notRebuilt.find(({ name }) => name === 'sessions')?.why).toBe(
      'left out by select or exclude: it keeps its old rows until somebody rebuilds it',
    );
  });
});

describe('changed, but protected', () => {
  beforeAll(() => parseCases(ALL, { blueToo: true }), PARSING_TIMEOUT);

  function found(change: Change): readonly string[] {
    return changedButProtected(comparePlan(comparisonOf(change, { blueToo: true })));
  }

  test.each([
    [
      'a model with full_refresh: false',
      AUDIT,
      'audit_log (models/events/audit_log.sql; `full_refresh: false`) changed, but is protected: body changed',
    ],
    [
      'a dbt snapshot',
      SNAPSHOT,
      'products_snapshot (snapshots/products.sql; dbt snapshot) changed, but is protected: body changed',
    ],
  ])('%s', (_name, change, sentence) => {
    expect(found(change)).toEqual([sentence]);
    const plan = comparePlan(comparisonOf(change, { blueToo: true }));
    expect(plan.notRebuilt[0]?.why).toMatch(/^changed, but protected: /);
  });

  test('also where select leaves it out, since its code goes live all the same', () => {
    expect(found({ ...AUDIT, selected: ['model.shop.visits'] })).toHaveLength(1);
  });

  test('not what only reads something rebuilt, and not what changes later loads alone', () => {
    expect(found(STAGING)).toEqual([]);
    expect(found(AUDIT_LOADS)).toEqual([]);
  });
});

describe('a narrowed plan', () => {
  beforeAll(() => parseCases(ALL, { blueToo: true }), PARSING_TIMEOUT);

  function notes(selected: readonly string[]): readonly string[] {
    const plan = comparePlan(comparisonOf({ ...VISITS_FROM_OLD, selected }, { blueToo: true }));
    return (plan.notes ?? []).map(({ text }) => text);
  }

  test('says that nothing is left', () => {
    expect(notes(['model.shop.country_names'])).toEqual([
      'select and exclude leave nothing to rebuild of what this change affects: visits and big_sessions',
    ]);
  });

  test('says which node is rebuilt from old rows', () => {
    expect(notes(['model.shop.big_sessions'])).toEqual([
      'big_sessions is rebuilt from the old rows of visits, left out by select or exclude',
    ]);
  });
});
