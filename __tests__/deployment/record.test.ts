import { describe, expect, test } from '@jest/globals';
import { rebuiltNames } from '../../src/deployment/rebuilt.js';
import { parseTokens, readVerdict } from '../../src/deployment/record.js';
import { queryTag } from '../../src/deployment/run-identity.js';
import { plan, plannedNode } from './support/plans.js';
import { PAIR } from './support/schemas.js';

describe('what a record keeps as JSON', () => {
  test('tokens are read back, none included', () => {
    const tokens = { '"DB"."S"."T"': '1700000000000000001', '"DB"."S"."it\'s"': 'none' };
    expect(parseTokens(JSON.stringify(tokens))).toEqual(tokens);
  });

  test.each([
    ['no envelope', '{"base":"x"}'],
    ['another format', '{"format":2,"value":{}}'],
    ['not JSON', 'gone'],
    ['empty', ''],
  ])('%s is refused, never taken for a verdict', (_what, json) => {
    expect(() => readVerdict(json)).toThrow();
  });

  test.each(['[]', '{"t":1}', '{"t":null}', 'null', '"none"'])('%s is no map of tokens', (json) => {
    expect(() => parseTokens(json)).toThrow();
  });
});

test('rebuilt names of a pair are those of both sides; ephemeral models have none, other pairs have their own', () => {
  const upcoming = { database: 'ANALYTICS', schema: 'PUBLIC_UPCOMING', name: 'NEW_ALIAS' };
  const renamed = { ...plannedNode('OLD_ALIAS'), upcoming };
  const ephemeral = { ...plannedNode('E'), production: undefined, upcoming: undefined };
  const fresh = { ...plannedNode('X'), production: undefined, upcoming: { ...upcoming, name: 'FRESH' } };
  const other = { database: 'ANALYTICS', schema: 'PUBLIC_MARKETING', name: 'ELSEWHERE' };
  const elsewhere = { ...plannedNode('ELSEWHERE'), production: other, upcoming: other };
  expect([...rebuiltNames(plan([renamed, ephemeral, fresh, elsewhere]), PAIR)].sort()).toEqual([
    'FRESH',
    'NEW_ALIAS',
    'OLD_ALIAS',
  ]);
  expect(rebuiltNames(plan([]), PAIR).size).toBe(0);
});

test('a query tag tells attempts of one run apart', () => {
  const run = { repository: 'octo/shop', run: '77', attempt: 1 };
  expect(queryTag(run)).toBe('blue-green octo/shop 77.1');
  expect(queryTag({ ...run, attempt: 2 })).not.toBe(queryTag(run));
});
