import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { comparePlan } from '../../../src/selection/compare-plan.js';
import { guardProduction, productionNamesInModels, type GuardInput } from '../../../src/selection/production-guard.js';
import { GUARD_CASES, type GuardCase } from './cases/guard-cases.js';
import { comparisonOf, ofTestedVersion, parseCases } from './support/change-case.js';
import { endParsers, PARSING_TIMEOUT } from './support/parsed-projects.js';

function inputOf({ patch, allowed = [] }: Pick<GuardCase, 'patch' | 'allowed'>): GuardInput {
  const comparison = comparisonOf({ patch, scope: 'all' }, { blueToo: true });
  return { production: comparison.production, upcoming: comparison.upcoming, plan: comparePlan(comparison), allowed };
}

function caseNamed(name: string): GuardCase {
  const found = GUARD_CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case is named ${name}`);
  return found;
}

function shortId(uniqueId: string): string {
  const [type, , ...name] = uniqueId.split('.');
  return type === 'test' ? (name[0] ?? '') : name.join('.');
}

describe('the guard of production', () => {
  beforeAll(() => parseCases(GUARD_CASES, { blueToo: true }), PARSING_TIMEOUT);
  afterAll(endParsers);

  test.each(GUARD_CASES.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const violations = guardProduction(inputOf(one));
    const anyNode = one.found.some((line) => line.endsWith(': ANY'));
    const found = violations.map(({ kind, uniqueId }) => `${kind}: ${anyNode ? 'ANY' : shortId(uniqueId)}`);
    expect([...new Set(found)].sort()).toEqual([...ofTestedVersion(one.byVersion, one.found)].sort());
    if (one.says !== undefined) expect(violations.map(({ text }) => text).join('\n')).toMatch(one.says);
  });

  test('a dbt snapshot that would run against a fixed schema is refused', () => {
    const input = inputOf(caseNamed('a dbt snapshot with target_schema does not run'));
    const rebuilt = input.plan.rebuilt.map((node) => ({ ...node, uniqueId: 'snapshot.shop.products_snapshot' }));
    const plan = { rebuilt: rebuilt.slice(0, 1), notRebuilt: [], tests: [] };
    expect(guardProduction({ ...input, plan }).map(({ kind }) => kind)).toEqual(['writes production']);
  });

  test('models that read production by name are reported with file and line', () => {
    const input = inputOf(caseNamed('model that only reads production by name'));
    expect(productionNamesInModels(input)).toEqual([
      {
        uniqueId: 'model.shop.visits',
        text: expect.stringMatching(
          /^models\/events\/visits\.sql:3 names production schema PUBLIC: in blue it would read/,
        ),
      },
    ]);
  });
});
