import { expect, test } from '@jest/globals';
import { isSameSchema, readColumns, schemaDifference } from '../../src/verification/columns.js';
import type { Column } from '../../src/verification/columns.js';
import { chooseColumns } from '../../src/verification/compared-columns.js';
import { readModelSettings } from '../../src/verification/settings/model-settings.js';
import { model } from './support/manifest.js';

function columns(...given: readonly (readonly [string, object])[]): readonly Column[] {
  const rows = given.map(([column_name, type]) => ({
    table_name: 'T',
    column_name,
    data_type: JSON.stringify({ nullable: true, ...type }),
  }));
  return readColumns(rows).get('T') ?? [];
}

const number = (precision: number, scale = 0): object => ({ type: 'FIXED', precision, scale });
const text = (length: number, collation?: string): object => ({ type: 'TEXT', length, collation });

test('differences name columns and types as people write them', () => {
  const before = columns(
    ['ID', number(38)],
    ['A', number(12, 2)],
    ['B', text(10)],
    ['C', text(5)],
    ['OLD', { type: 'REAL' }],
  );
  const after = columns(
    ['C', text(5, 'en-ci')],
    ['ID', number(38)],
    ['A', number(10, 2)],
    ['B', text(5)],
    ['NEW', { type: 'VARIANT' }],
  );
  expect(schemaDifference(before, after)).toEqual({
    added: ['NEW'],
    removed: ['OLD'],
    retyped: ['A: NUMBER(12,2) -> NUMBER(10,2)', 'B: VARCHAR(10) -> VARCHAR(5)'],
    narrowed: ['A: NUMBER(12,2) -> NUMBER(10,2)'],
    recollated: ['C: none -> en-ci'],
    nullability: [],
    comments: [],
    reordered: true,
  });
  const turned = schemaDifference(before, [...before].reverse());
  expect([isSameSchema(turned), turned.reordered]).toEqual([true, true]);
  expect(schemaDifference(before, [...before, ...columns(['LAST', number(1)])]).reordered).toBe(false);
});

test.each<[object, object, string]>([
  [number(38), number(38, 2), 'fewer digits before the point'],
  [number(12, 4), number(12, 2), 'fewer behind it'],
  [number(38), { type: 'REAL' }, 'a float holds 15 digits'],
])('%j to %j is narrower: %s', (from, to) => {
  expect(schemaDifference(columns(['A', from]), columns(['A', to])).narrowed).toHaveLength(1);
});

test.each([
  [number(10), number(38)],
  [number(10, 2), number(12, 2)],
  [text(10), text(5)],
])('%j to %j is not', (from, to) => {
  expect(schemaDifference(columns(['A', from]), columns(['A', to])).narrowed).toEqual([]);
});

test('a data type that is no JSON is an error that names the column', () => {
  expect(() => readColumns([{ table_name: 'T', column_name: 'A', data_type: 'NUMBER' }])).toThrow(/T\.A/);
});

test('columns are compared by what their type allows', () => {
  const shared = columns(
    ['ID', number(38)],
    ['N', number(10)],
    ['F', { type: 'REAL' }],
    ['S', text(10)],
    ['G', { type: 'GEOGRAPHY' }],
    ['VEC', { type: 'VECTOR' }],
    ['_DBT_LOADED', { type: 'DATE' }],
    ['INVOCATION_ID', text(10)],
    ['AT', { type: 'TIMESTAMP_LTZ', scale: 9 }],
  );
  const pairs = shared.map((column) => ({ baseline: column, upcoming: column }));
  const meta = { blue_green: { time_column: 'at', include_columns: ['invocation_id'] } };
  const chosen = chooseColumns(
    pairs,
    { columns: ['ID'], source: 'meta' },
    readModelSettings(model('m', { meta })),
    new Date(0),
  );
  expect(chosen).toEqual({
    settings: new Map(),
    apart: new Set(),
    key: [{ name: 'ID', form: 'plain' }],
    values: [
      { name: 'N', form: 'narrow' },
      { name: 'F', form: 'float' },
      { name: 'S', form: 'wide' },
      { name: 'G', form: 'geography' },
      { name: 'VEC', form: 'presence' },
      { name: 'INVOCATION_ID', form: 'wide' },
      { name: 'AT', form: 'narrow' },
    ],
    time: { name: 'AT', type: 'TIMESTAMP_LTZ', cutOff: new Date(0) },
    uncompared: [
      { column: 'VEC', why: 'values of type VECTOR cannot be compared; only whether it is NULL was compared' },
      { column: '_DBT_LOADED', why: 'changes at every load' },
    ],
  });
});

test.each(['exclude_columns', 'include_columns', 'time_column'])('%s that names no column is an error', (setting) => {
  const pairs = columns(['ID', number(38)]).map((column) => ({ baseline: column, upcoming: column }));
  const settings = readModelSettings(model('m', { meta: { blue_green: { [setting]: 'nowhere' } } }));
  expect(() => chooseColumns(pairs, { columns: [], source: 'keyless' }, settings, new Date(0))).toThrow(/"nowhere"/);
});

test('a time column must be a date or a timestamp', () => {
  const pairs = columns(['AT', number(38)]).map((column) => ({ baseline: column, upcoming: column }));
  const settings = readModelSettings(model('m', { config: { event_time: 'at' } }));
  expect(() => chooseColumns(pairs, { columns: [], source: 'keyless' }, settings, new Date(0))).toThrow(
    /not a date or timestamp/,
  );
});
