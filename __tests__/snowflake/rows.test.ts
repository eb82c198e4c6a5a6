import { describe, expect, test } from '@jest/globals';
import { count, isTrue, optionalText, text } from '../../src/snowflake/rows.js';

const ROW = { name: 'EVENTS', comment: null, rows: '50000', empty: '' };

test('a value that must be there is given back, an empty one too', () => {
  expect(text(ROW, 'name')).toBe('EVENTS');
  expect(text(ROW, 'empty')).toBe('');
});

test.each(['comment', 'owner'])(
  'without a value in "%s" the message names the column and those there are',
  (column) => {
    expect(() => text(ROW, column)).toThrow(`"${column}" (columns: name, comment, rows, empty)`);
    expect(optionalText(ROW, column)).toBeUndefined();
  },
);

test.each(['50000', '0', '-1', '9007199254740991'])('%s is a whole number', (value) => {
  expect(count({ n: value }, 'n')).toBe(Number(value));
});

test.each(['1.5', '9007199254740993', 'many', 'NaN', ''])('%j is no whole number', (value) => {
  expect(() => count({ n: value }, 'n')).toThrow('Column "n"');
});

describe('truth as SHOW writes it', () => {
  test.each(['true', 'TRUE', 'Y', 'yes', '1', 'ON'])('%s', (value) => {
    expect(isTrue(value)).toBe(true);
  });
  test.each(['false', 'N', 'no', '0', 'OFF', '', 'null', undefined])('not %s', (value) => {
    expect(isTrue(value)).toBe(false);
  });
});
