import { describe, expect, test } from '@jest/globals';
import type { ManifestNode } from '../../src/dbt/manifest.js';
import type { Column } from '../../src/verification/columns.js';
import { findKey, isProvenUnique, readPrimaryKeys } from '../../src/verification/keys.js';
import { readModelSettings } from '../../src/verification/settings/model-settings.js';
import type { Key } from '../../src/verification/verdict.js';
import { genericTest, manifestOf, model } from './support/manifest.js';

function column(name: string, type = 'FIXED'): Column {
  return { name, type, precision: 38, scale: 0, length: undefined, collation: undefined, nullable: true, comment: '' };
}

const COLUMNS = [column('ID'), column('DAY', 'DATE'), column('lower'), column('PLACE', 'GEOGRAPHY')];

function keyOf(node: ManifestNode, tests: readonly ManifestNode[] = [], declared: readonly string[] = []): Key {
  return findKey(node, manifestOf(node, ...tests), readModelSettings(node), COLUMNS, declared);
}

const described = { name: 'id', meta: {}, constraints: [] };

describe('the key is taken from', () => {
  const node = model('events', {
    meta: { blue_green: { key: ['day', 'id'] } },
    constraints: [{ type: 'primary_key', columns: ['day'] }],
    config: { unique_key: 'id' },
  });

  test('meta first', () => {
    expect(keyOf(node)).toEqual({ columns: ['DAY', 'ID'], source: 'meta' });
    const marked = { id: { ...described, meta: { primary_key: true } } };
    expect(keyOf(model('events', { columns: marked }))).toEqual({ columns: ['ID'], source: 'meta' });
  });

  test('then the contract, of the model or of its columns', () => {
    expect(keyOf({ ...node, meta: {} })).toEqual({ columns: ['DAY'], source: 'contract' });
    const columns = { id: { ...described, constraints: [{ type: 'primary_key', columns: [] }] } };
    expect(keyOf(model('events', { columns }))).toEqual({ columns: ['ID'], source: 'contract' });
  });

  test.each([
    ['id', ['ID']],
    ['id, day', ['ID', 'DAY']],
    [
      ['day', '"lower"'],
      ['DAY', 'lower'],
    ],
  ])('then unique_key %j', (unique_key, columns) => {
    expect(keyOf(model('events', { config: { unique_key } }))).toEqual({ columns, source: 'unique_key' });
  });

  test.each(['coalesce(id, 0)', 'uuid', 'id, uuid', 'id, id', 'place', ''])(
    'not from unique_key %j, which is no list of columns of both sides',
    (unique_key) => {
      expect(keyOf(model('events', { config: { unique_key } })).source).toBe('keyless');
    },
  );

  test('then a combination test, then a unique test, best with not_null', () => {
    const bare = model('events');
    const combination = genericTest('unique_combination_of_columns', bare, {
      arguments: { combination_of_columns: ['id', 'day'] },
    });
    const onDay = genericTest('unique', bare, { columnName: 'day' });
    const onId = genericTest('unique', bare, { columnName: 'id' });
    const notNull = genericTest('not_null', bare, { columnName: 'id' });
    expect(keyOf(bare, [onDay, onId, notNull, combination])).toEqual({
      columns: ['ID', 'DAY'],
      source: 'unique_combination_of_columns',
    });
    expect(keyOf(bare, [onDay, onId, notNull])).toEqual({ columns: ['ID'], source: 'unique test' });
  });

  test('not from a test that is filtered, only warns, or belongs to another model', () => {
    const bare = model('events');
    const filtered = genericTest('unique', bare, { columnName: 'id', where: 'day > 1' });
    const lenient = genericTest('unique', bare, { columnName: 'day', severity: 'warn' });
    const other = genericTest('unique', model('others'), { columnName: 'id' });
    expect(keyOf(bare, [filtered, lenient, other]).source).toBe('keyless');
  });

  test("last, Snowflake's own declaration, by stored names", () => {
    expect(keyOf(model('events'), [], ['lower'])).toEqual({ columns: ['lower'], source: 'primary key' });
    expect(keyOf(model('events'))).toEqual({ columns: [], source: 'keyless' });
  });
});

test('a key in meta that names no column is an error, never passed over', () => {
  const node = model('events', { meta: { blue_green: { key: 'uuid' } }, config: { unique_key: 'id' } });
  expect(() => keyOf(node)).toThrow(
    /The key \[uuid\] in the meta of model\.events\.events.*Columns of both sides: ID, DAY/,
  );
});

test('uniqueness is proven only by a passed test of exactly these columns', () => {
  const node = model('events');
  const unique = genericTest('unique', node, { columnName: 'id' });
  const manifest = manifestOf(node, unique);
  const key = { columns: ['ID'], source: 'unique_key' } as const;
  expect(isProvenUnique(key, node, manifest, new Set([unique.uniqueId]))).toBe(true);
  expect(isProvenUnique(key, node, manifest, new Set())).toBe(false);
  expect(isProvenUnique({ ...key, columns: ['ID', 'DAY'] }, node, manifest, new Set([unique.uniqueId]))).toBe(false);
});

test('declared keys come in key order', () => {
  const row = (column_name: string, key_sequence: string): Record<string, string> => ({
    table_name: 'T',
    column_name,
    key_sequence,
  });
  expect(readPrimaryKeys([row('B', '2'), row('A', '1')]).get('T')).toEqual(['A', 'B']);
});
