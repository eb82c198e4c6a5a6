import { expect, test } from '@jest/globals';
import { depthWithin } from '../../src/verification/depth.js';

const SMALL = { rows: 1000, bytes: 1e9 };
const LARGE = { rows: 2000, bytes: 2e9 };

test.each([
  ['no limit', undefined, 1, 'whole'],
  ['exactly what two reads of both take', 6e9, 1, 'whole'],
  ['a byte less', 6e9 - 1, 1, 'keys only'],
  ['exactly what two parts of the ids take', 2 * 3000 * 32 * 2, 2, 'keys only'],
  ['a byte less than these', 2 * 3000 * 32 * 2 - 1, 2, 'rows only'],
  ['less than all, and no key', 5e9, 0, 'rows only'],
] as const)('%s: %d bytes with %d key columns: %s', (_, most, parts, kind) => {
  expect(depthWithin(most, SMALL, LARGE, parts).kind).toBe(kind);
});

test('it says what would have been read, and the limit', () => {
  expect(depthWithin(1e9, SMALL, LARGE, 2)).toEqual({
    kind: 'keys only',
    why: 'only ids were compared, and no values: reading all columns takes up to 6.0 GB, max_bytes is 1.0 GB.',
  });
  expect(depthWithin(1000, SMALL, LARGE, 2)).toEqual({
    kind: 'rows only',
    why: 'rows were counted, and neither ids nor values compared: reading 2 key columns alone takes up to 384.0 kB, max_bytes is 1.0 kB.',
  });
});
