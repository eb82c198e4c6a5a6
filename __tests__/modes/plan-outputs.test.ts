import { expect, test } from '@jest/globals';
import { planOutputs } from '../../src/modes/plan-outputs.js';
import { leftOut } from '../report/support/plans.js';
import { plan, plannedNode } from '../report/support/reports.js';

test('models are named as --select takes them, in dependency order', () => {
  const versioned = plannedNode('prices', { uniqueId: 'model.events.prices.v2' });
  const seed = plannedNode('kinds', { uniqueId: 'seed.events.kinds', resourceType: 'seed' });
  const hostile = plannedNode('a"b', { uniqueId: 'model.events.a"b\n]' });
  expect(planOutputs(plan({ rebuilt: [seed, versioned, hostile] }))).toEqual({
    models: '["kinds","prices.v2","a\\"b\\n]"]',
    'model-count': '3',
    'nothing-to-do': 'false',
  });
});

test.each([
  ['nothing at all', {}, 'true'],
  ['a change of metadata', { notRebuilt: [leftOut('a', 'metadata', 'nothing in the stored data differs')] }, 'false'],
  ['a model that is gone', { removed: [{ uniqueId: 'model.a', production: undefined, reason: 'deleted' }] }, 'false'],
  ['a note', { notes: [{ text: 'a hook changed', effect: 'future loads' }] }, 'false'],
] as const)('with %s nothing is rebuilt; is there nothing to do? %s', (_what, given, nothingToDo) => {
  expect(planOutputs(plan({ rebuilt: [], ...given }))).toEqual({
    models: '[]',
    'model-count': '0',
    'nothing-to-do': nothingToDo,
  });
});
