import { describe, expect, test } from '@jest/globals';
import { rebuiltNames } from '../../src/deployment/rebuilt.js';
import { History } from '../../src/history/history.js';
import { builtSince } from '../../src/switching/built-since.js';
import type { BuiltSince } from '../../src/switching/built-since.js';
import { PAIR, marker } from '../deployment/support/schemas.js';
import { plan, plannedNode, record } from '../deployment/support/plans.js';
import { StoredHistory } from '../history/support/stored-history.js';

const WHO = { run: 'r', actor: 'octocat' };

/** `['B', 'A', ['T']]`: deployment B has parent A and rebuilt T. */
type Link = readonly [string, string, readonly string[]];

async function since(links: readonly Link[], live: string, target: string, carry: 'all' | 'none'): Promise<BuiltSince> {
  const history = new History(new StoredHistory(), PAIR);
  for (const [deployment, parent, names] of links) {
    await history.begin(record({ deployment, parent, plan: plan(names.map(plannedNode)) }), WHO);
    await history.update(deployment, { TOKENS_OF_RELEASE: JSON.stringify({ t: `release of ${deployment}` }) });
  }
  return builtSince(history, marker({ deployment: live }), marker({ deployment: target }), carry);
}

const CHAIN: readonly Link[] = [
  ['D3', 'D2', ['SESSIONS', 'EVENTS']],
  ['D2', 'D1', ['EVENTS', 'PRICES']],
  ['D1', 'INITIAL_0', ['USERS']],
];

describe('what was rebuilt between what is live and the target', () => {
  test.each<readonly [string, string, string, readonly string[], object]>([
    ['one deployment: the tokens of its release are known', 'D3', 'D2', ['EVENTS', 'SESSIONS'], { t: 'release of D3' }],
    ['two: the names of both, and no tokens', 'D3', 'D1', ['EVENTS', 'PRICES', 'SESSIONS'], {}],
    ['all, to the adopted production', 'D3', 'INITIAL_0', ['EVENTS', 'PRICES', 'SESSIONS', 'USERS'], {}],
    ['the same deployment', 'D2', 'D2', [], {}],
  ])('%s', async (_what, live, target, names, tokensOfRelease) => {
    const built = await since(CHAIN, live, target, 'all');
    expect([...rebuiltNames(built, PAIR)].sort()).toEqual(names);
    expect(built.tokensOfRelease).toEqual(tokensOfRelease);
  });

  test('nothing is carried, so nothing has to be known', async () => {
    const built = await since([], 'D3', 'D1', 'none');
    expect(built).toEqual({ rebuilt: [], tokensOfRelease: {}, deployments: undefined });
  });
});

describe('a chain that cannot be followed stops, and says how to go on', () => {
  test.each<readonly [string, readonly Link[], string, string]>([
    ['no record of what is live', CHAIN.slice(1), 'D3', 'D1'],
    ['a gap in the middle', CHAIN.filter(([id]) => id !== 'D2'), 'D3', 'D1'],
    ['the target is newer than what is live', CHAIN, 'D1', 'D3'],
    ['the target is of another history', CHAIN, 'D3', 'X1'],
    ['no history at all', [], 'D3', 'D2'],
    [
      'a circle',
      [
        ['D3', 'D2', []],
        ['D2', 'D3', []],
      ],
      'D3',
      'D1',
    ],
  ])('%s', async (_what, links, live, target) => {
    await expect(since(links, live, target, 'all')).rejects.toThrow(
      new RegExp(`between deployment ${target} and the live ${live}.*Nothing was changed.*carry: none`),
    );
  });
});
