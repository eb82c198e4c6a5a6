import { expect, test } from '@jest/globals';
import { bytes } from '../src/figures.js';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_951, '1.0 MB'],
  [98_765_432_100, '98.8 GB'],
  [3.2e12, '3.2 TB'],
  [7.5e18, '7500.0 PB'],
])('%d bytes are %s', (number, text) => {
  expect(bytes(number)).toBe(text);
});
