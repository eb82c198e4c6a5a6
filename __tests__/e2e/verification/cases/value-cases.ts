import { withSettings } from './case.js';
import type { VerificationCase } from './case.js';

/** One value that is the same in both versions or is not, in a row whose id stays. */
function value(
  what: string,
  type: string | readonly [string, string],
  before: string,
  after: string,
  result: 'same' | 'changed',
): VerificationCase {
  const [old, fresh] = typeof type === 'string' ? [type, type] : type;
  const changed = result === 'changed' ? 1 : 0;
  return {
    what,
    columns: `ID NUMBER, V ${old}`,
    newColumns: `ID NUMBER, V ${fresh}`,
    // A second row, so that a value that became NULL is not a column that did.
    before: [`1, ${before}`, `2, ${before}`],
    after: [`1, ${after}`, `2, ${before.replace(`::${old}`, `::${fresh}`)}`],
    expected: {
      status: result === 'changed' ? 'warned' : 'passed',
      counts: { missing: 0, extra: 0, changed, matched: 2 },
      uncompared: [],
    },
  };
}

const json = (text: string): string => `PARSE_JSON('${text}')`;

/** Which values are equal. */
export const VALUE_CASES: readonly VerificationCase[] = [
  {
    what: 'values that became NULL and values that came are counted for each column',
    columns: 'ID NUMBER, A VARCHAR, B NUMBER',
    before: [`1, 'a', NULL`, `2, NULL, 2`, `3, 'c', 3`],
    after: [`1, NULL, 1`, `2, 'b', 2`, `3, 'c', NULL`],
    expected: { status: 'warned', counts: { changed: 3 }, columns: ['A 2 1 1', 'B 2 1 1'] },
  },
  value('NULL is equal to NULL', 'VARCHAR', 'NULL', 'NULL', 'same'),
  value('the empty text is not NULL', 'VARCHAR', `''`, 'NULL', 'changed'),
  value('a trailing blank is a change', 'VARCHAR', `'a'`, `'a '`, 'changed'),
  value('a capital letter is a change', 'VARCHAR', `'a'`, `'A'`, 'changed'),
  value('text may hold quotes, emoji and line ends', 'VARCHAR', `'it''s "x" 🦆\n'`, `'it''s "x" 🦆\n'`, 'same'),
  value('one letter in a long text is a change', 'VARCHAR', `REPEAT('a', 9000)`, `REPEAT('a', 8999) || 'b'`, 'changed'),
  value('a flag that became NULL is a change', 'BOOLEAN', 'FALSE', 'NULL', 'changed'),
  value(
    'floats that were summed in another order are equal',
    'FLOAT',
    '0.3::FLOAT',
    '0.30000000000000004::FLOAT',
    'same',
  ),
  value('large floats are equal within the same share', 'FLOAT', '1e300::FLOAT', '1.0000000000001e300::FLOAT', 'same'),
  value('a float further off is a change', 'FLOAT', '1::FLOAT', '1.00000001::FLOAT', 'changed'),
  value('nothing but zero is near zero', 'FLOAT', '0::FLOAT', '1e-300::FLOAT', 'changed'),
  value('a float that changed its sign is a change', 'FLOAT', '1e-12::FLOAT', '-1e-12::FLOAT', 'changed'),
  value('NaN is equal to NaN', 'FLOAT', `'NaN'::FLOAT`, `'NaN'::FLOAT`, 'same'),
  value('NaN is not NULL', 'FLOAT', `'NaN'::FLOAT`, 'NULL', 'changed'),
  value('infinity is not its opposite', 'FLOAT', `'inf'::FLOAT`, `'-inf'::FLOAT`, 'changed'),
  value('infinity is near no number', 'FLOAT', `'inf'::FLOAT`, '1e308::FLOAT', 'changed'),
  value('a number that became a float is compared as one', ['NUMBER(10, 2)', 'FLOAT'], '1.25', '1.25::FLOAT', 'same'),
  value('a number that became another float is a change', ['NUMBER(10, 2)', 'FLOAT'], '1.25', '1.26::FLOAT', 'changed'),
  value('a decimal with more places is equal', ['NUMBER(10, 1)', 'NUMBER(12, 3)'], '1.5', '1.500', 'same'),
  value('decimals are exact: the fifth place counts', 'NUMBER(20, 5)', '1.00001', '1.00002', 'changed'),
  value('numbers beyond 2^53 are exact', 'NUMBER(38, 0)', '9223372036854775806', '9223372036854775807', 'changed'),
  value('a day is a day', 'DATE', `'2024-02-29'::DATE`, `'2024-03-01'::DATE`, 'changed'),
  value(
    'a millionth of a second is a change',
    'TIMESTAMP_NTZ',
    `'2026-01-01 00:00:00.000001'::TIMESTAMP_NTZ`,
    `'2026-01-01 00:00:00.000002'::TIMESTAMP_NTZ`,
    'changed',
  ),
  value(
    'a moment is the same in another zone',
    'TIMESTAMP_TZ',
    `'2026-01-01T10:00:00+00:00'::TIMESTAMP_TZ`,
    `'2026-01-01T11:00:00+01:00'::TIMESTAMP_TZ`,
    'same',
  ),
  value(
    'the same wall clock in another zone is another moment',
    'TIMESTAMP_TZ',
    `'2026-01-01T10:00:00+00:00'::TIMESTAMP_TZ`,
    `'2026-01-01T10:00:00+01:00'::TIMESTAMP_TZ`,
    'changed',
  ),
  value(
    'a moment that got a zone is compared in UTC',
    ['TIMESTAMP_NTZ', 'TIMESTAMP_TZ'],
    `'2026-01-01 10:00:00'::TIMESTAMP_NTZ`,
    `'2026-01-01T11:00:00+01:00'::TIMESTAMP_TZ`,
    'same',
  ),
  value(
    'a moment that got a zone and moved is a change',
    ['TIMESTAMP_NTZ', 'TIMESTAMP_TZ'],
    `'2026-01-01 10:00:00'::TIMESTAMP_NTZ`,
    `'2026-01-01T10:00:00+01:00'::TIMESTAMP_TZ`,
    'changed',
  ),
  value(
    'a day that became a moment is its midnight',
    ['DATE', 'TIMESTAMP_NTZ'],
    `'2026-01-01'::DATE`,
    `'2026-01-01 00:00:00'::TIMESTAMP_NTZ`,
    'same',
  ),
  value(
    'a day that became a later moment is a change',
    ['DATE', 'TIMESTAMP_NTZ'],
    `'2026-01-01'::DATE`,
    `'2026-01-01 00:00:01'::TIMESTAMP_NTZ`,
    'changed',
  ),
  value('a number that became text is compared as text', ['NUMBER', 'VARCHAR'], '42', `'42'`, 'same'),
  value('a number that became another text is a change', ['NUMBER', 'VARCHAR'], '42', `'43'`, 'changed'),
  value('the time of day counts', 'TIME', `'10:00:00'::TIME`, `'10:00:01'::TIME`, 'changed'),
  value('bytes are compared as bytes', 'BINARY', `TO_BINARY('00FF', 'HEX')`, `TO_BINARY('00FE', 'HEX')`, 'changed'),
  value('a value inside an object counts', 'VARIANT', json('{"a":{"b":[1,2]}}'), json('{"a":{"b":[1,3]}}'), 'changed'),
  value(
    'a key that an object lost counts',
    'OBJECT',
    `OBJECT_CONSTRUCT('a', 1, 'b', 2)`,
    `OBJECT_CONSTRUCT('a', 1)`,
    'changed',
  ),
  value('the order of an array counts', 'ARRAY', `ARRAY_CONSTRUCT(1, 2)`, `ARRAY_CONSTRUCT(2, 1)`, 'changed'),
  value('the null of JSON is not NULL', 'VARIANT', json('null'), 'NULL', 'changed'),
  value('the null of JSON is equal to itself', 'VARIANT', json('null'), json('null'), 'same'),
  value('a number in JSON is not its text', 'VARIANT', json('1'), json('"1"'), 'changed'),
  {
    what: 'several kinds of change in one table are told column by column',
    columns: 'ID NUMBER, A FLOAT, B VARIANT, C NUMBER(10,2), D DATE',
    before: [`1, 0.1::FLOAT, ${json('{"x":1}')}, 1.10, '2026-01-01'::DATE`, `2, 0.2::FLOAT, NULL, 2.20, NULL`],
    after: [
      `1, 0.1::FLOAT, ${json('{"x":2}')}, 1.10, '2026-01-02'::DATE`,
      `2, 0.3::FLOAT, NULL, 2.20, '2026-01-01'::DATE`,
    ],
    expected: { status: 'warned', reads: 4, counts: { changed: 2 }, columns: ['A 1 0 0', 'B 1 0 0', 'D 2 0 1'] },
  },
  {
    what: 'a column that became NULL in every row blocks',
    before: [`1, 'a'`, `2, 'b'`],
    after: ['1, NULL', '2, NULL'],
    expected: {
      status: 'failed',
      columns: ['V 2 2 0'],
      findings: ['warn: 2 rows changed', 'fail: V is NULL in every row of blue.'],
    },
  },
  {
    what: 'a column of another type that became NULL in every row blocks, too',
    columns: 'ID NUMBER, V VARIANT',
    newColumns: 'ID NUMBER, V VARCHAR',
    before: [`1, ${json('{"a":1}')}`, `2, ${json('[]')}`],
    after: ['1, NULL', '2, NULL'],
    expected: { status: 'failed' },
  },
  {
    what: 'a column that is NULL on both sides is no finding',
    before: ['1, NULL', '2, NULL'],
    after: ['1, NULL', '2, NULL', '3, NULL'],
    expected: { status: 'warned', columns: [], findings: ['warn: 1 id only in blue'] },
  },
  {
    what: 'NULLs in far more rows than before warn',
    before: Array.from({ length: 20 }, (_, index) => `${index}, 'a'`),
    after: Array.from({ length: 20 }, (_, index) => (index < 2 ? `${index}, NULL` : `${index}, 'a'`)),
    expected: {
      status: 'warned',
      columns: ['V 2 2 0'],
      findings: ['warn: 2 rows changed', `warn: V is NULL in 10.0 % of blue's rows`],
    },
  },
  {
    what: 'columns that change at every load are left out and listed',
    columns:
      'ID NUMBER, LOADED_AT VARCHAR, _DBT_RUN VARCHAR, DBT_UPDATED_AT VARCHAR, _FIVETRAN_SYNCED VARCHAR, INVOCATION_ID VARCHAR',
    before: [`1, 'a', 'a', 'a', 'a', 'a'`],
    after: [`1, 'b', 'b', 'b', 'b', 'b'`],
    expected: {
      status: 'passed',
      uncompared: ['LOADED_AT', '_DBT_RUN', 'DBT_UPDATED_AT', '_FIVETRAN_SYNCED', 'INVOCATION_ID'].map(
        (name) => `${name}: changes at every load`,
      ),
    },
  },
  {
    what: 'a load column that the project includes is compared',
    columns: 'ID NUMBER, LOADED_AT VARCHAR',
    node: withSettings({ include_columns: ['loaded_at'] }),
    before: [`1, 'a'`],
    after: [`1, 'b'`],
    expected: { status: 'warned', columns: ['LOADED_AT 1 0 0'], uncompared: [] },
  },
  {
    what: 'an excluded column that does not exist breaks the check',
    node: withSettings({ exclude_columns: ['vv'] }),
    before: [`1, 'a'`],
    after: [`1, 'a'`],
    expected: { status: 'errored', reads: 0 },
  },
];
