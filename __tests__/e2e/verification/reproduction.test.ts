/** The SQL that a report offers is run as a person would run it: it must show exactly what the finding counts. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reproduction } from '../../../src/report/reproduction.js';
import type { Row } from '../../../src/snowflake/warehouse.js';
import type { ModelVerdict } from '../../../src/verification/verdict.js';
import { model } from '../../verification/support/manifest.js';
import { TwoSchemas } from './support/two-schemas.js';

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('REPRODUCTION');
}, 60_000);
afterAll(() => sides.stop());

/** Rows of each query by its title, which is the comment above it. */
async function shown(verdict: ModelVerdict): Promise<Readonly<Record<string, readonly Row[]>>> {
  const queries = (reproduction(verdict) ?? '').split(/;\n?(?=-- |$)/).filter((text) => text !== '');
  const rows: Record<string, readonly Row[]> = {};
  for (const text of queries) {
    const [title = '', ...sql] = text.split('\n');
    rows[title.slice(3)] = await sides.warehouse.execute({ name: 'reproduce', sql: sql.join('\n') });
  }
  return rows;
}

test('missing, extra, changed and repeated ids, NULL keys, and nothing that only looks like them', async () => {
  const columns = 'A NUMBER, "b; --" VARCHAR, V NUMBER, SAME NUMBER';
  await sides.table('BASE', 'KEYED', columns, [`1, 'x', 1, 0`, `2, 'x', 1, 0`, `3, 'x', 1, 0`, `4, NULL, 1, 0`]);
  await sides.table('BLUE', 'KEYED', columns, [
    `1, 'x', 9, 0`,
    `2, 'x', 1, 0`,
    `4, NULL, 7, 0`,
    `5, 'x', 1, 0`,
    `5, 'x', 1, 0`,
  ]);
  const verdict = await sides.verify(model('keyed', { config: { unique_key: ['a', '"b; --"'] } }));
  expect(verdict.comparison).toMatchObject({ missing: 1, extra: 1, changed: 2, duplicateKeys: { upcoming: 1 } });
  expect(await shown(verdict)).toEqual({
    'missing ids': [{ A: '3', 'b; --': 'x' }],
    'ids only in blue': [{ A: '5', 'b; --': 'x' }],
    'changed rows, green beside blue': expect.arrayContaining([
      { A: '1', 'b; --': 'x', 'V green': '1', 'V blue': '9' },
      { A: '4', 'b; --': null, 'V green': '1', 'V blue': '7' },
    ]),
    'ids that repeat in blue': [expect.objectContaining({ A: '5', 'b; --': 'x' })],
    'rows of blue with a NULL key': [{ A: '4', 'b; --': null, V: '7', SAME: '0' }],
  });
});

test('what the project leaves out or forgives stays out', async () => {
  const columns = 'ID NUMBER, IS_TEST BOOLEAN, USER_ID NUMBER';
  await sides.table('BASE', 'SCOPED', columns, ['1, FALSE, 1', '2, TRUE, 1', '3, FALSE, 7', '4, FALSE, NULL']);
  await sides.table('BLUE', 'SCOPED', columns, ['1, FALSE, 1', '9, TRUE, 1']);
  const settings = { where: 'not is_test', deleted_where: 'user_id = 7' };
  const verdict = await sides.verify(model('scoped', { config: { unique_key: 'id' }, meta: { blue_green: settings } }));
  expect(verdict.comparison).toMatchObject({ missing: 2, extra: 0 });
  expect(await shown(verdict)).toEqual({ 'missing ids': [{ ID: '4' }] });
});

test('without a key, whole rows in the columns that were compared', async () => {
  await sides.table('BASE', 'HEAP', 'A NUMBER, OLD NUMBER, "_LOADED_AT" VARCHAR', [`1, 1, 'mon'`, `2, 1, 'mon'`]);
  await sides.table('BLUE', 'HEAP', 'A NUMBER, "_LOADED_AT" VARCHAR, NEW NUMBER', [`1, 'tue', 5`, `3, 'tue', 5`]);
  const verdict = await sides.verify(model('heap'));
  expect(await shown(verdict)).toEqual({ 'rows only in green': [{ A: '2' }], 'rows only in blue': [{ A: '3' }] });
});

test('nothing where nothing differs', async () => {
  await sides.table('BASE', 'SAME', 'ID NUMBER', ['1']);
  await sides.table('BLUE', 'SAME', 'ID NUMBER', ['1']);
  expect(reproduction(await sides.verify(model('same', { config: { unique_key: 'id' } })))).toBeUndefined();
});
