import { describe, expect, test } from '@jest/globals';
import { namesSchema } from '../../src/deployment/marker.js';
import { replacedMarker, sideMarker, sidePairs, switchedSides } from '../../src/deployment/side-pairs.js';
import type { PlannedNode, SchemaPair } from '../../src/selection/plan.js';
import { plan, plannedNode } from './support/plans.js';
import { D0, D1, D2, PAIR, marker } from './support/schemas.js';

const MARKETING: SchemaPair = {
  database: 'ANALYTICS',
  production: 'PUBLIC_MARKETING',
  upcoming: 'PUBLIC_UPCOMING_MARKETING',
};
const FINANCE: SchemaPair = { ...MARKETING, production: 'PUBLIC_FINANCE', upcoming: 'PUBLIC_UPCOMING_FINANCE' };

function inPair(pair: SchemaPair, name: string): PlannedNode {
  const { database } = pair;
  const production = { database, schema: pair.production, name };
  return { ...plannedNode(name), production, upcoming: { database, schema: pair.upcoming, name } };
}

describe('the pairs of a plan', () => {
  const made = { ...plan([plannedNode('EVENTS'), inPair(MARKETING, 'LOYALTY')]), pairs: [PAIR, MARKETING, FINANCE] };

  test('all are cloned; those in which something is rebuilt are switched', () => {
    expect(sidePairs(made, PAIR)).toEqual([MARKETING, FINANCE]);
    expect(switchedSides(made, PAIR)).toEqual([MARKETING]);
  });

  test('a plan that builds nothing needs none', () => {
    expect(sidePairs({ ...made, rebuilt: [] }, PAIR)).toEqual([]);
  });

  test('the main pair is switched with the others though nothing is rebuilt in it', () => {
    expect(switchedSides({ ...made, rebuilt: [inPair(FINANCE, 'BILLS')] }, PAIR)).toEqual([FINANCE]);
  });
});

describe('markers beside the main pair', () => {
  const production = { database: 'ANALYTICS', schema: 'PUBLIC_MARKETING' };
  const side = { main: 'PUBLIC', production: 'PUBLIC_MARKETING', upcoming: 'PUBLIC_UPCOMING_MARKETING' };

  test('name their own schema and the pair', () => {
    const made = sideMarker(marker({ deployment: D2 }), PAIR, MARKETING, production);
    expect(made).toMatchObject({ deployment: D2, side });
    expect(namesSchema(made, production)).toBe(true);
  });

  test('a production that was never switched gets the parent for its deployment', () => {
    const by = marker({ deployment: D2, parent: D1, base: 'b'.repeat(40) });
    const made = replacedMarker(undefined, PAIR, MARKETING, by, D2);
    expect(made).toMatchObject({ deployment: D1, parent: null, commit: 'b'.repeat(40), side, replacedBy: D2 });
    expect(namesSchema(made, production)).toBe(true);
  });

  test('one that was switched before stays what it is', () => {
    const standing = sideMarker(marker({ deployment: D0 }), PAIR, MARKETING, production);
    expect(replacedMarker(standing, PAIR, MARKETING, marker({ deployment: D2 }), D2)).toEqual({
      ...standing,
      replacedBy: D2,
    });
  });
});
