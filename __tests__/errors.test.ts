import { describe, expect, test } from '@jest/globals';
import { ActionableError, explain, messageOf } from '../src/errors.js';

describe('what a person reads of an error', () => {
  const refused = new Error('002003: object does not exist');
  test.each<readonly [string, unknown, string]>([
    ['an error', refused, '002003: object does not exist'],
    ['not an error', 'text', 'text'],
    ['nothing', undefined, ''],
    ['null', null, ''],
    [
      'its cause',
      new ActionableError('The clone failed.', { cause: refused }),
      'The clone failed.\nCause: 002003: object does not exist',
    ],
    ['a cause that is no error', new Error('Refused.', { cause: 403 }), 'Refused.\nCause: 403'],
    [
      'a cause that was said already is not said twice',
      new Error('The clone failed: 002003: object does not exist', { cause: refused }),
      'The clone failed: 002003: object does not exist',
    ],
  ])('%s', (_what, error, text) => {
    expect(explain(error)).toBe(text);
  });

  test('causes in a circle end', () => {
    const a = new Error('a');
    const b = new Error('b', { cause: a });
    a.cause = b;
    expect(explain(a)).toMatch(/^a\nCause: b/);
  });

  test('the message of whatever was thrown', () => {
    expect([new Error('x'), 'y', 7, null].map(messageOf)).toEqual(['x', 'y', '7', 'null']);
  });
});
