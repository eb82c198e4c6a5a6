import { expect, test } from '@jest/globals';
import { SnowflakeError } from '../../../src/snowflake/warehouse.js';
import type { Row } from '../../../src/snowflake/warehouse.js';
import { readAttachedTags } from '../../../src/verification/governance/attached-tags.js';
import type { AttachedTags } from '../../../src/verification/governance/attached-tags.js';
import { tagReferences } from '../../../src/verification/sql/tags.js';
import { RecordingWarehouse } from '../../support/recording-warehouse.js';

const ORDERS = { database: 'SHOP', schema: 'LIVE', name: "It's" };

function row(column: string | null, value: string, name = 'PII'): Row {
  return {
    TAG_DATABASE: 'GOV',
    TAG_SCHEMA: 'TAGS',
    TAG_NAME: name,
    TAG_VALUE: value,
    OBJECT_DATABASE: 'SHOP',
    OBJECT_SCHEMA: 'LIVE',
    OBJECT_NAME: ORDERS.name,
    COLUMN_NAME: column,
  };
}

function read(
  number: number,
  answer: () => readonly Row[] | SnowflakeError,
): Promise<{ readonly tags: AttachedTags; readonly sent: readonly string[] }> {
  const warehouse = new RecordingWarehouse(answer);
  const relations = Array.from({ length: number }, (_, index) => ({ ...ORDERS, name: `T${index}` }));
  return readAttachedTags((statement) => warehouse.execute(statement), relations).then((tags) => ({
    tags,
    sent: warehouse.sql,
  }));
}

test('one statement asks for a hundred tables, and none for no table', async () => {
  const numbers = [0, 1, 100, 101, 250];
  const sent = await Promise.all(numbers.map(async (number) => (await read(number, () => [])).sent.length));
  expect(sent).toEqual([0, 1, 1, 2, 3]);
});

test('it asks for the table and for its columns, by a name in quotes', () => {
  expect(tagReferences([ORDERS]).sql).toBe(
    [
      'SELECT * FROM (',
      `SELECT * FROM TABLE("SHOP".INFORMATION_SCHEMA.TAG_REFERENCES('"SHOP"."LIVE"."It''s"', 'TABLE')) WHERE "LEVEL" = 'TABLE'`,
      'UNION ALL',
      `SELECT * FROM TABLE("SHOP".INFORMATION_SCHEMA.TAG_REFERENCES_ALL_COLUMNS('"SHOP"."LIVE"."It''s"', 'TABLE')) WHERE "LEVEL" = 'COLUMN'`,
      ') AS "r"',
      `WHERE COALESCE("APPLY_METHOD", 'MANUAL') <> 'INHERITED' AND "TAG_DATABASE" <> 'SNOWFLAKE'`,
    ].join('\n'),
  );
});

test('the values of one tag in one place are together', async () => {
  const rows = [row('EMAIL', 'b'), row(null, 'some'), row('EMAIL', 'a'), row('EMAIL', 'b'), row('EMAIL', 'x', 'TEAM')];
  const { tags } = await read(1, () => rows);
  const pii = { database: 'GOV', schema: 'TAGS', name: 'PII' };
  expect(tags.unseen).toBeUndefined();
  expect(tags.of(ORDERS)).toHaveLength(3);
  expect(tags.of(ORDERS)).toEqual(
    expect.arrayContaining([
      { column: undefined, tag: pii, values: ['some'] },
      { column: 'EMAIL', tag: pii, values: ['a', 'b'] },
      { column: 'EMAIL', tag: { ...pii, name: 'TEAM' }, values: ['x'] },
    ]),
  );
  expect(tags.of({ ...ORDERS, schema: 'BLUE' })).toEqual([]);
});

test('a table that is gone does not hide the tags of the others', async () => {
  const sent: string[] = [];
  const relations = ['GONE', ORDERS.name].map((name) => ({ ...ORDERS, name }));
  const tags = await readAttachedTags((statement) => {
    sent.push(statement.sql);
    return statement.sql.includes('GONE')
      ? Promise.reject(new SnowflakeError('GONE does not exist or not authorized.', { code: '002003', statement }))
      : Promise.resolve([row('EMAIL', 'some')]);
  }, relations);
  expect(sent).toHaveLength(3);
  expect(tags.unseen).toBeUndefined();
  expect(tags.of(ORDERS)).toHaveLength(1);
});

test('where Snowflake refuses to tell, that is said and nothing is known', async () => {
  const statement = tagReferences([ORDERS]);
  const { tags } = await read(1, () => new SnowflakeError('Unsupported feature TAG.', { code: '000002', statement }));
  expect(tags.of(ORDERS)).toEqual([]);
  expect(tags.unseen).toMatch(/^tags of rebuilt tables, since Snowflake refused to tell them: Unsupported feature TAG/);
});
