import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyCatchUp } from '../../../src/verification/late-rows.js';
import type { CatchUpPair, CatchUpVerdict } from '../../../src/verification/late-rows.js';
import { TwoSchemas } from './support/two-schemas.js';

const COLUMNS = 'ID NUMBER, V VARCHAR';

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('LATE_ROWS');
}, 60_000);
afterAll(() => sides.stop());

function pair(name: string, key: readonly string[] = ['ID']): CatchUpPair {
  return {
    name: name.toLowerCase(),
    production: sides.baseline(name),
    upcoming: sides.upcoming(name),
    key: key.length === 0 ? undefined : { columns: key, source: 'unique_key' },
  };
}

function check(...pairs: readonly CatchUpPair[]): Promise<readonly CatchUpVerdict[]> {
  return verifyCatchUp({ warehouse: sides.warehouse, pairs, concurrency: 2, timeoutSeconds: 60, sampleIds: 3 });
}

test('ids that production has and blue lacks fail, changed values do not matter', async () => {
  await sides.table('BASE', 'LATE', COLUMNS, [`1, 'old'`, `2, 'late'`, `3, 'late'`]);
  await sides.table('BLUE', 'LATE', COLUMNS, [`1, 'new'`, `4, 'extra'`, `3, 'late'`]);
  const [verdict] = await check(pair('LATE'));
  expect(verdict).toMatchObject({
    status: 'failed',
    counts: { missing: 1, extra: 1, duplicates: 0, samples: { missing: [['2']], extra: [['4']] } },
  });
  expect(verdict?.findings[0]?.text).toBe('1 id of production is missing in blue after the catch-up.');
});

test('ids that blue was verified without are no late rows', async () => {
  await sides.table('BASE', 'GIVEN_UP', COLUMNS, [`1, 'a'`, `2, 'given up'`, `3, 'late'`, `4, 'late'`]);
  await sides.table('BASE', 'GIVEN_UP_BASELINE', COLUMNS, [
    `1, 'a'`,
    `2, 'given up'`,
    `5, 'deleted in production since'`,
  ]);
  await sides.table('BLUE', 'GIVEN_UP', COLUMNS, [`1, 'a'`, `3, 'late'`]);
  const given = { ...pair('GIVEN_UP'), baseline: sides.baseline('GIVEN_UP_BASELINE') };
  expect((await check(given))[0]).toMatchObject({
    status: 'failed',
    counts: { missing: 1, extra: 0, samples: { missing: [['4']] } },
  });
  await sides.table('BLUE', 'GIVEN_UP', COLUMNS, [`1, 'a'`, `3, 'late'`, `4, 'late'`]);
  const [verdict] = await check(given);
  expect(verdict).toMatchObject({ status: 'passed', counts: { missing: 0 } });
  expect(verdict?.findings).toEqual([{ severity: 'info', text: '1 id missing in blue since it was verified.' }]);
});

test('each side is read once, and the baseline only where blue was let off ids', async () => {
  for (const [side, name] of [
    ['BASE', 'COUNTED'],
    ['BLUE', 'COUNTED'],
    ['BASE', 'COUNTED_BASELINE'],
  ] as const) {
    await sides.table(side, name, COLUMNS, [`1, 'a'`]);
  }
  const reads = async (given: CatchUpPair): Promise<readonly string[]> => {
    const before = await sides.server.logPosition();
    expect((await check(given))[0]?.status).toBe('passed');
    const statements = await sides.server.log(before);
    return statements.flatMap(({ text, tables_read }) => (text.startsWith('SHOW') ? [] : tables_read)).sort();
  };
  const both = ['LATE_ROWS.BASE.COUNTED', 'LATE_ROWS.BLUE.COUNTED'];
  expect(await reads(pair('COUNTED'))).toEqual(both);
  const letOff = { ...pair('COUNTED'), baseline: sides.baseline('COUNTED_BASELINE') };
  expect(await reads(letOff)).toEqual([...both, 'LATE_ROWS.BASE.COUNTED_BASELINE'].sort());
});

test('views are compared by key like tables', async () => {
  await sides.table('BASE', 'VIEWED', COLUMNS, [`1, 'a'`, `2, 'b'`]);
  await sides.table('BLUE', 'VIEWED', COLUMNS, [`1, 'a'`, `2, 'b'`]);
  await sides.run(
    'CREATE OR REPLACE VIEW LATE_ROWS.BASE.SEEN AS SELECT * FROM LATE_ROWS.BASE.VIEWED',
    'CREATE OR REPLACE VIEW LATE_ROWS.BLUE.SEEN AS SELECT * FROM LATE_ROWS.BLUE.VIEWED WHERE ID > 1',
  );
  expect((await check(pair('SEEN')))[0]).toMatchObject({ status: 'failed', counts: { missing: 1 } });
});

test('ids that the catch-up loaded twice fail', async () => {
  await sides.table('BASE', 'TWICE', COLUMNS, [`1, 'a'`, `2, 'b'`]);
  await sides.table('BLUE', 'TWICE', COLUMNS, [`1, 'a'`, `2, 'b'`, `2, 'b'`]);
  const [verdict] = await check(pair('TWICE'));
  expect(verdict).toMatchObject({ status: 'failed', counts: { duplicates: 1, samples: { duplicate: [['2']] } } });
});

test('rows with a NULL key that the catch-up loaded twice fail: no merge finds them again', async () => {
  await sides.table('BASE', 'NULL_TWICE', COLUMNS, [`1, 'a'`, `NULL, 'n'`]);
  await sides.table('BLUE', 'NULL_TWICE', COLUMNS, [`1, 'a'`, `NULL, 'n'`, `NULL, 'n'`]);
  const [verdict] = await check(pair('NULL_TWICE'));
  expect(verdict?.status).toBe('failed');
  expect(verdict?.findings[0]?.text).toBe('2 rows of blue with a NULL key, 1 in production: loaded twice.');
});

test('parts of a key are compared one by one, a NULL part like any other', async () => {
  const columns = 'A VARCHAR, B VARCHAR';
  await sides.table('BASE', 'PARTED', columns, [`'a', 'bc'`, `'x', NULL`]);
  await sides.table('BLUE', 'PARTED', columns, [`'ab', 'c'`, `'x', NULL`]);
  const [verdict] = await check(pair('PARTED', ['A', 'B']));
  expect(verdict).toMatchObject({
    status: 'failed',
    counts: { missing: 1, extra: 1, samples: { missing: [['a', 'bc']] } },
  });
});

test('duplicates that production has as well only warn', async () => {
  await sides.table('BASE', 'BOTH', COLUMNS, [`2, 'b'`, `2, 'b'`]);
  await sides.table('BLUE', 'BOTH', COLUMNS, [`2, 'b'`, `2, 'b'`, `3, 'c'`]);
  expect((await check(pair('BOTH')))[0]?.status).toBe('warned');
});

test('the same ids on both sides pass', async () => {
  await sides.table('BASE', 'SAME', COLUMNS, [`1, 'a'`, `NULL, 'n'`]);
  await sides.table('BLUE', 'SAME', COLUMNS, [`NULL, 'x'`, `1, 'y'`, `2, 'late in blue only'`]);
  expect((await check(pair('SAME')))[0]).toMatchObject({ status: 'passed', counts: { missing: 0, extra: 1 } });
});

test('without a key rows are only counted, which never passes', async () => {
  await sides.table('BASE', 'HEAP', COLUMNS, [`1, 'a'`, `2, 'b'`]);
  await sides.table('BLUE', 'HEAP', COLUMNS, [`1, 'a'`]);
  await sides.table('BASE', 'GROWN', COLUMNS, [`1, 'a'`]);
  await sides.table('BLUE', 'GROWN', COLUMNS, [`1, 'a'`, `2, 'b'`]);
  expect((await check(pair('HEAP', []), pair('GROWN', []))).map(({ status }) => status)).toEqual(['failed', 'warned']);
});

test('a table that is gone, or a key that is, breaks its own check and no other', async () => {
  await sides.table('BASE', 'KEPT', COLUMNS, [`1, 'a'`]);
  await sides.table('BLUE', 'KEPT', COLUMNS, [`1, 'a'`]);
  const verdicts = await check(pair('NOWHERE'), pair('KEPT', ['UUID']), pair('KEPT'));
  expect(verdicts.map(({ status }) => status)).toEqual(['errored', 'errored', 'passed']);
});
