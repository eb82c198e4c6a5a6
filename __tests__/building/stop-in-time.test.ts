import { expect, test } from '@jest/globals';
import { expectedSeconds, saidOfStop } from '../../src/building/stop-in-time.js';
import { plan, plannedNode, record } from '../deployment/support/plans.js';

test('what is said of a stop counts the models, and that the next run goes on', () => {
  expect(saidOfStop({ before: 1, now: 3, of: 8 }, 340)).toBe(
    '3 of 8 models built, stopped before the limit of 340 minutes; run again: the next run goes on.',
  );
});

test.each([
  [{ before: 3, now: 3, of: 8 }, 'This run finished no model. Where that is so again, raise "timeout-minutes"'],
  [{ before: 8, now: 8, of: 8 }, 'up to the verdict, took all the time. Where that is so again, raise'],
])('a run that came no further says what would help: %j', (done, said) => {
  expect(saidOfStop(done, 340)).toContain(said);
});

test('a node is expected to take what it took last; a view takes no time', () => {
  const rebuilt = (seconds: Readonly<Record<string, number>>): ReturnType<typeof record> =>
    record({ rebuilt: { by: 'x', nodes: Object.keys(seconds), seconds } });
  const view = { ...plannedNode('TOTALS'), materialized: 'view' };
  const expected = expectedSeconds(plan([plannedNode('EVENTS'), view]), [
    rebuilt({ 'model.shop.events': 600, 'model.shop.sessions': 60 }),
    undefined,
    rebuilt({ 'model.shop.events': 900 }),
  ]);
  expect(Object.fromEntries(expected)).toEqual({
    'model.shop.events': 900,
    'model.shop.sessions': 60,
    [view.uniqueId]: 0,
  });
});
