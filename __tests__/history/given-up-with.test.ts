import { expect, test } from '@jest/globals';
import { givenUpWith } from '../../src/history/given-up-with.js';
import { record } from '../deployment/support/plans.js';

/** D3 followed D2, which followed D1; nothing is known of what D1 followed. */
const records = new Map(
  (['D3', 'D2', 'D1'] as const).map((deployment, index) => [
    deployment as string,
    record({ deployment, parent: `D${2 - index}`, pullRequests: [10 + index] }),
  ]),
);
const history = { read: (deployment: string) => Promise.resolve(records.get(deployment)) };
const last = record({ deployment: 'D3', parent: 'D2' });

test.each([
  ['back to the parent, nobody else', 'D2', []],
  ['further back, what is between', 'D1', ['D2']],
  ['back to the first', 'D0', ['D2', 'D1']],
  ['to what is no ancestor, nobody', 'D9', []],
] as const)('%s', async (_name, live, expected) => {
  expect((await givenUpWith(history, last, live)).map(({ deployment }) => deployment)).toEqual(expected);
});

test('ends where deployments form a circle', async () => {
  const circle = { read: () => Promise.resolve(record({ deployment: 'D2', parent: 'D2' })) };
  expect(await givenUpWith(circle, last, 'D1')).toEqual([]);
});
