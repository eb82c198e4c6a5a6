import { describe, expect, test } from '@jest/globals';
import {
  displayName,
  parseIdentifier,
  parseRelationName,
  quoteLiteral,
  quoteName,
  quoteRelation,
  quoteSchema,
  sameSchema,
} from '../../src/snowflake/identifiers.js';
import { HOSTILE_NAMES } from './support/hostile.js';
import { tokenize } from './support/tokens.js';

describe.each(HOSTILE_NAMES)('the name %j', (name) => {
  test('is one quoted name and is read back', () => {
    expect(tokenize(quoteName(name))).toEqual([{ kind: 'name', value: name }]);
    expect(parseIdentifier(quoteName(name))).toBe(name);
  });

  test('is one literal and is read back', () => {
    expect(tokenize(quoteLiteral(name))).toEqual([{ kind: 'literal', value: name }]);
    // Twice, as in the text of EXECUTE IMMEDIATE.
    const inner = tokenize(quoteLiteral(quoteLiteral(name)))[0];
    expect(tokenize(inner?.value ?? '')).toEqual([{ kind: 'literal', value: name }]);
  });

  test('is read back from a qualified name, wherever it stands', () => {
    for (const relation of [
      { database: name, schema: 'S', name: 'N' },
      { database: 'D', schema: name, name: 'N' },
      { database: 'D', schema: 'S', name },
    ]) {
      expect(parseRelationName(quoteRelation(relation))).toEqual(relation);
      expect(tokenize(quoteSchema(relation)).filter(({ kind }) => kind === 'name')).toHaveLength(2);
    }
  });

  test('is shown so that it is read as one name', () => {
    const shown = tokenize(displayName({ database: 'DB', schema: name }));
    expect(shown.map(({ kind, value }) => (kind === 'sign' ? value : [value]))).toEqual([['DB'], '.', [name]]);
  });
});

describe('names that Snowflake cannot hold', () => {
  test.each(['🦆'.repeat(255), 'e\u0301'.repeat(127)])(
    'an emoji is one character, a combining one is another: %j',
    (name) => {
      expect(quoteName(name)).toBe(`"${name}"`);
    },
  );

  test.each(['', 'x'.repeat(256), '🦆'.repeat(256), 'e\u0301'.repeat(128), 'a\0b'])('%j is not quoted', (name) => {
    expect(() => quoteName(name)).toThrow(RangeError);
  });
});

describe('an identifier as a person writes it', () => {
  test.each([
    ['public', 'PUBLIC'],
    ['_x$1', '_X$1'],
    ['"public"', 'public'],
    ['"a""b"', 'a"b'],
    ['x'.repeat(255), 'X'.repeat(255)],
  ])('%s', (written, stored) => {
    expect(parseIdentifier(written)).toBe(stored);
  });

  test.each([
    '',
    ' ',
    ' public',
    'public ',
    '1public',
    '$x',
    'my-schema',
    'a.b',
    '"',
    '""',
    '"a"b"',
    '"a" "b"',
    'public;',
    'public\n',
    'ünïcödé',
    'x'.repeat(256),
    `"${'x'.repeat(256)}"`,
    '"a\0b"',
  ])('%j is refused', (written) => {
    expect(() => parseIdentifier(written)).toThrow(RangeError);
  });
});

describe('a relation as dbt renders it', () => {
  test.each([
    ['analytics.public.x', { database: 'ANALYTICS', schema: 'PUBLIC', name: 'X' }],
    ['analytics."public"."My.table"', { database: 'ANALYTICS', schema: 'public', name: 'My.table' }],
    ['"a""b".c."d\ne"', { database: 'a"b', schema: 'C', name: 'd\ne' }],
  ])('%j', (rendered, name) => {
    expect(parseRelationName(rendered)).toEqual(name);
  });

  test.each(['', 'a', 'a.b', 'a.b.c.d', 'a..c', '.b.c', 'a.b.', 'a b.c.d', '"a.b.c', 'a."".c', '(select 1)', 'a.b.c '])(
    '%j is no relation',
    (rendered) => {
      expect(parseRelationName(rendered)).toBeUndefined();
    },
  );
});

test('a name is shown with quotes only where Snowflake needs them', () => {
  expect(displayName({ database: 'ANALYTICS', schema: 'PUBLIC', name: 'events' })).toBe('ANALYTICS.PUBLIC."events"');
  expect(displayName({ database: 'A B', schema: '_X$1' })).toBe('"A B"._X$1');
});

test('schemas are the same by database and name, case included', () => {
  const schema = { database: 'D', schema: 'S' };
  expect(sameSchema(schema, { ...schema })).toBe(true);
  expect(sameSchema(schema, { ...schema, schema: 's' })).toBe(false);
  expect(sameSchema(schema, { ...schema, database: 'E' })).toBe(false);
});
