import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ModelVerdict } from '../../../src/verification/verdict.js';
import { passedTests } from '../../../src/verification/tests.js';
import { genericTest, manifestOf, model, planned } from '../../verification/support/manifest.js';
import { QUERY_TAG, TwoSchemas } from './support/two-schemas.js';

const KEYED = { config: { unique_key: 'id' } };
const COLUMNS = 'ID NUMBER, NAME VARCHAR';

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('VERIFICATION');
}, 60_000);
afterAll(() => sides.stop());

/** Reads of the tables themselves, from the server's own log: what the comparison says of itself is not believed. */
async function countReads(work: () => Promise<ModelVerdict>): Promise<{ verdict: ModelVerdict; reads: number }> {
  const before = await sides.server.logPosition();
  const verdict = await work();
  const statements = (await sides.server.log(before)).filter((each) => each.query_tag === QUERY_TAG);
  const reads = statements.flatMap((each) => (each.text.startsWith('SHOW') ? [] : each.tables_read));
  return { verdict, reads: reads.length };
}

function texts(verdict: ModelVerdict): readonly string[] {
  return verdict.findings.map(({ severity, text }) => `${severity}: ${text}`);
}

describe('table reads', () => {
  test('are two when nothing differs, and the model passes', async () => {
    const rows = [`1, 'a'`, `2, 'b'`];
    await sides.table('BASE', 'READS', COLUMNS, rows);
    await sides.table('BLUE', 'READS', COLUMNS, [...rows].reverse());
    const { verdict, reads } = await countReads(() => sides.verify(model('reads', KEYED)));
    expect(verdict).toMatchObject({ status: 'passed', findings: [], key: { columns: ['ID'], source: 'unique_key' } });
    expect(verdict.comparison).toMatchObject({ form: 'fingerprint', identical: true, matched: 2, tableReads: 2 });
    expect(reads).toBe(2);
  });

  test('are two when the row counts differ', async () => {
    await sides.table('BASE', 'READS', COLUMNS, [`1, 'a'`, `2, 'b'`]);
    await sides.table('BLUE', 'READS', COLUMNS, [`1, 'a'`]);
    const { verdict, reads } = await countReads(() => sides.verify(model('reads', KEYED)));
    expect(verdict.comparison).toMatchObject({ form: 'join', missing: 1, tableReads: 2 });
    expect(reads).toBe(2);
  });

  test('are four when as many rows differ, by join where a test proved the key, else by group', async () => {
    await sides.table('BASE', 'READS', COLUMNS, [`1, 'a'`, `2, 'b'`]);
    await sides.table('BLUE', 'READS', COLUMNS, [`1, 'a'`, `2, 'x'`]);
    const node = model('reads', KEYED);
    const proof = genericTest('unique', node, { columnName: 'id' });
    const passed = passedTests([{ ...proof, status: 'pass', failures: 0, message: undefined }]);
    const grouped = await countReads(() => sides.verify(node));
    const joined = await countReads(() =>
      sides.verify(node, { manifest: manifestOf(node, proof), request: { passedTests: passed } }),
    );
    expect([grouped.verdict.comparison?.form, grouped.reads]).toEqual(['group', 4]);
    expect([joined.verdict.comparison?.form, joined.reads]).toEqual(['join', 4]);
    for (const { verdict } of [grouped, joined]) {
      expect(verdict.comparison).toMatchObject({
        tableReads: 4,
        changed: 1,
        missing: 0,
        samples: { changed: [['2']] },
        columns: [{ column: 'NAME', changed: 1, toNull: 0, fromNull: 0 }],
      });
    }
  });

  test('are four when the join meets keys that are NULL or repeat', async () => {
    await sides.table('BASE', 'READS', COLUMNS, [`1, 'a'`, `2, 'b'`, `NULL, 'n'`]);
    await sides.table('BLUE', 'READS', COLUMNS, [`1, 'a'`, `2, 'b'`, `2, 'b'`, `NULL, 'n'`]);
    const { verdict, reads } = await countReads(() => sides.verify(model('reads', KEYED)));
    expect(reads).toBe(4);
    expect(verdict.comparison).toMatchObject({
      form: 'group',
      missing: 0,
      extra: 0,
      nullKeys: { baseline: 1, upcoming: 1 },
      duplicateKeys: { baseline: 0, upcoming: 1 },
      samples: { duplicate: [['2']] },
    });
    expect(verdict.status).toBe('failed');
  });

  test('see duplicates of keys that only one side has', async () => {
    await sides.table('BASE', 'READS', COLUMNS, [`1, 'a'`]);
    await sides.table('BLUE', 'READS', COLUMNS, [`1, 'a'`, `7, 'new'`, `7, 'new'`]);
    const { verdict } = await countReads(() => sides.verify(model('reads', KEYED)));
    expect(verdict.comparison).toMatchObject({ extra: 1, duplicateKeys: { upcoming: 1 } });
    expect(verdict.status).toBe('failed');
  });
});

describe('keys', () => {
  test('of several parts are never glued together', async () => {
    const columns = 'A VARCHAR, B VARCHAR, V NUMBER';
    await sides.table('BASE', 'PARTS', columns, [`'a', 'bc', 1`, `'x', 'y,z', 2`]);
    await sides.table('BLUE', 'PARTS', columns, [`'ab', 'c', 1`, `'x,y', 'z', 2`, `'q', 'r', 3`]);
    const verdict = await sides.verify(model('parts', { config: { unique_key: ['a', 'b'] } }));
    expect(verdict.comparison).toMatchObject({ matched: 0, missing: 2, extra: 3 });
  });

  test('differ by case, blanks and emptiness', async () => {
    const columns = 'ID VARCHAR, V NUMBER';
    await sides.table('BASE', 'TEXTS', columns, [`'a', 1`, `'a ', 2`, `'A', 3`, `'', 4`, `'stays', 5`]);
    await sides.table('BLUE', 'TEXTS', columns, [`'stays', 5`]);
    const verdict = await sides.verify(model('texts', KEYED));
    expect(verdict.comparison).toMatchObject({ matched: 1, missing: 4, nullKeys: { baseline: 0 } });
  });

  test('with a NULL part are still keys', async () => {
    const columns = 'A NUMBER, B NUMBER, V NUMBER';
    await sides.table('BASE', 'NULLS', columns, ['1, NULL, 1', '2, NULL, 2', '3, 3, 3']);
    await sides.table('BLUE', 'NULLS', columns, ['1, NULL, 9', '3, 3, 3']);
    const verdict = await sides.verify(model('nulls', { config: { unique_key: ['a', 'b'] } }));
    expect(verdict.comparison).toMatchObject({ missing: 1, changed: 1, samples: { missing: [['2', null]] } });
  });

  test('that all changed are one finding, not lost rows', async () => {
    await sides.table('BASE', 'REKEYED', COLUMNS, [`1, 'a'`, `2, 'b'`]);
    await sides.table('BLUE', 'REKEYED', COLUMNS, [`101, 'a'`, `102, 'b'`]);
    const verdict = await sides.verify(model('rekeyed', KEYED));
    expect(texts(verdict)).toEqual([
      'fail: no key of the baseline (2 rows) is in blue (2 rows): what makes the key ID seems to have changed.',
    ]);
  });

  test('are found among primary keys that Snowflake declares, when dbt names none', async () => {
    const columns = 'ID NUMBER PRIMARY KEY, V NUMBER';
    await sides.table('BASE', 'DECLARED', columns, ['1, 1', '2, 2']);
    await sides.table('BLUE', 'DECLARED', 'ID NUMBER, V NUMBER', ['1, 1']);
    const verdict = await sides.verify(model('declared'));
    expect(verdict.key).toEqual({ columns: ['ID'], source: 'primary key' });
    expect(verdict.comparison).toMatchObject({ missing: 1 });
  });

  test('none: rows are compared as a multiset and never pass while some are missing', async () => {
    const columns = 'A NUMBER, B VARCHAR';
    await sides.table('BASE', 'HEAP', columns, [`1, 'x'`, `1, 'x'`, `2, NULL`]);
    await sides.table('BLUE', 'HEAP', columns, [`1, 'x'`, `2, NULL`, `2, NULL`]);
    const verdict = await sides.verify(model('heap'));
    expect(verdict.comparison).toMatchObject({ form: 'keyless', missing: 1, extra: 1, matched: 2, tableReads: 4 });
    expect(verdict.status).toBe('warned');
    await sides.table('BLUE', 'HEAP', columns, [`2, NULL`, `1, 'x'`, `1, 'x'`]);
    expect(await sides.verify(model('heap'))).toMatchObject({ status: 'passed', comparison: { tableReads: 2 } });
  });
});

describe('values', () => {
  test('of each type are compared as the documentation of the policy says', async () => {
    const columns =
      'ID NUMBER, AMOUNT NUMBER(12,2), RATIO FLOAT, DAY DATE, AT TIMESTAMP_NTZ, OK BOOLEAN, DOC VARIANT, NOTE VARCHAR';
    const row = (id: number, ratio: string, doc: string, note: string): string =>
      `${id}, 1.50, ${ratio}, '2026-01-01'::DATE, '2026-01-01 00:00:00'::TIMESTAMP_NTZ, TRUE, ${doc}, ${note}`;
    const json = `PARSE_JSON('{"a": 1}')`;
    await sides.table('BASE', 'TYPES', columns, [
      row(1, '0.1::FLOAT', json, `'same'`),
      row(2, '0.1::FLOAT', json, `'gone'`),
      row(3, '0.1::FLOAT', json, 'NULL'),
      row(4, '0.1::FLOAT', json, `'x'`),
      row(5, '0.1::FLOAT', json, `'x'`),
    ]);
    await sides.table('BLUE', 'TYPES', columns, [
      row(1, '0.10000000000000002::FLOAT', json, `'same'`),
      row(2, '0.1::FLOAT', json, 'NULL'),
      row(3, '0.1::FLOAT', json, `'come'`),
      row(4, '0.2::FLOAT', json, `'x'`),
      row(5, '0.1::FLOAT', `PARSE_JSON('{"a": 2}')`, `'x'`),
    ]);
    const { comparison } = await sides.verify(model('types', KEYED));
    expect(comparison).toMatchObject({ changed: 4, missing: 0, extra: 0 });
    expect(comparison?.columns).toEqual([
      { column: 'RATIO', changed: 1, toNull: 0, fromNull: 0, filled: { baseline: 5, upcoming: 5 } },
      { column: 'DOC', changed: 1, toNull: 0, fromNull: 0, filled: { baseline: 5, upcoming: 5 } },
      { column: 'NOTE', changed: 2, toNull: 1, fromNull: 1, filled: { baseline: 4, upcoming: 4 } },
    ]);
  });

  test('swapped between two rows of one key are seen', async () => {
    const columns = 'ID NUMBER, A NUMBER, B NUMBER';
    await sides.table('BASE', 'SWAPPED', columns, ['1, 10, 100', '1, 20, 200']);
    await sides.table('BLUE', 'SWAPPED', columns, ['1, 10, 200', '1, 20, 100']);
    const { comparison } = await sides.verify(model('swapped', KEYED));
    expect(comparison).toMatchObject({ form: 'group', changed: 1, identical: false, columns: [] });
    // A second key whose column does differ must not hide the first.
    await sides.table('BASE', 'SWAPPED', columns, ['1, 10, 100', '1, 20, 200', '2, 5, 5']);
    await sides.table('BLUE', 'SWAPPED', columns, ['1, 10, 200', '1, 20, 100', '2, 6, 5']);
    const both = await sides.verify(model('swapped', KEYED));
    expect(both.comparison).toMatchObject({ changed: 2, columns: [{ column: 'A', changed: 1 }] });
  });

  test('that change at every load are left out, and it is said', async () => {
    const columns = `ID NUMBER, V NUMBER, "_LOADED_AT" VARCHAR, SPARE NUMBER`;
    await sides.table('BASE', 'LOADED', columns, [`1, 1, 'monday', 1`]);
    await sides.table('BLUE', 'LOADED', columns, [`1, 1, 'tuesday', 2`]);
    const node = model('loaded', { ...KEYED, meta: { blue_green: { exclude_columns: ['spare'] } } });
    expect(await sides.verify(node)).toMatchObject({
      status: 'passed',
      uncompared: [
        { column: '_LOADED_AT', why: 'changes at every load' },
        { column: 'SPARE', why: 'excluded by the project' },
      ],
    });
  });

  test('that became NULL everywhere fail, whatever the model changed', async () => {
    await sides.table('BASE', 'EMPTIED', COLUMNS, [`1, 'a'`, `2, 'b'`]);
    await sides.table('BLUE', 'EMPTIED', COLUMNS, ['1, NULL', '2, NULL']);
    const verdict = await sides.verify(model('emptied', KEYED));
    expect(texts(verdict)).toContain('fail: NAME is NULL in every row of blue.');
  });
});

describe('sample values', () => {
  test('show what changed in rows whose key is found again, texts cut, NULLs told apart; two more reads', async () => {
    const columns = 'ID VARCHAR, NAME VARCHAR, DOC VARIANT, SAME NUMBER';
    const long = 'x'.repeat(150);
    await sides.table('BASE', 'VALUED', columns, [
      `'it''s', 'a', PARSE_JSON('{"a": 1}'), 1`,
      `'b', NULL, NULL, 2`,
      `NULL, 'of nobody', NULL, 3`,
      `'twice', 'one', NULL, 4`,
      `'twice', 'two', NULL, 4`,
    ]);
    await sides.table('BLUE', 'VALUED', columns, [
      `'it''s', '${long}', PARSE_JSON('{"a": 2}'), 1`,
      `'b', '', NULL, 2`,
      `NULL, 'of somebody', NULL, 3`,
      `'twice', 'one', NULL, 4`,
      `'twice', 'three', NULL, 4`,
    ]);
    const { verdict, reads } = await countReads(() =>
      sides.verify(model('valued', KEYED), { request: { sampleValues: true } }),
    );
    expect(verdict.comparison).toMatchObject({ changed: 4, tableReads: 6 });
    expect(reads).toBe(6);
    const byKey = new Map(verdict.comparison?.changedValues?.map(({ key, values }) => [key[0], values]));
    expect(byKey.get("it's")).toEqual([
      { column: 'NAME', before: 'a', after: 'x'.repeat(100) },
      { column: 'DOC', before: '{"a":1}', after: '{"a":2}' },
    ]);
    expect(byKey.get('b')).toEqual([{ column: 'NAME', before: null, after: '' }]);
    expect(byKey.get(null)).toEqual([{ column: 'NAME', before: 'of nobody', after: 'of somebody' }]);
    // Nobody can say which of two rows became which.
    expect(byKey.has('twice')).toBe(false);
  });

  test('that cannot be read are a note and change no verdict; without being asked for, none are fetched', async () => {
    await sides.table('BASE', 'UNREAD', COLUMNS, [`1, 'a'`, `2, 'b'`]);
    await sides.table('BLUE', 'UNREAD', COLUMNS, [`1, 'a'`, `2, 'x'`]);
    const plain = await sides.verify(model('unread', KEYED));
    expect(plain.comparison?.changedValues).toBeUndefined();
    await sides.server.addFault({ action: 'fail', matching: 'LEFT\\(', times: 99, message: 'out of memory' });
    const verdict = await sides.verify(model('unread', KEYED), { request: { sampleValues: true } });
    await sides.server.clearFaults();
    expect(verdict.status).toBe(plain.status);
    expect(texts(verdict)).toContainEqual(
      expect.stringMatching(/^info: sample values could not be read: .*out of memory/s),
    );
  });
});

describe('names', () => {
  test('with quotes, small letters and those of our own aliases do no harm', async () => {
    const columns = `"k1" NUMBER, "side" NUMBER, "v1""x" VARCHAR, "present" NUMBER`;
    await sides.table('BASE', 'Odd "table"', columns, [`1, 0, 'a', 1`, `2, 0, 'b', 1`]);
    await sides.table('BLUE', 'Odd "table"', columns, [`1, 0, 'x', 1`]);
    const node = model('odd', { config: { unique_key: '"k1"' } });
    const verdict = await sides.verify(node, { table: 'Odd "table"' });
    expect(verdict.comparison).toMatchObject({ missing: 1, changed: 1, columns: [{ column: 'v1"x', changed: 1 }] });
  });
});

describe('columns', () => {
  test('added are told, removed fail, and the rest is compared', async () => {
    await sides.table('BASE', 'COLS', 'ID NUMBER, V NUMBER, OLD NUMBER', ['1, 1, 1']);
    await sides.table('BLUE', 'COLS', 'ID NUMBER, V NUMBER, PRICE NUMBER', ['1, 1, 5']);
    const verdict = await sides.verify(model('cols', KEYED));
    expect(verdict).toMatchObject({ status: 'failed', comparison: { identical: true } });
    expect(texts(verdict)).toEqual([
      'fail: 1 column removed: OLD. Whoever reads them will fail.',
      'info: 1 column added: PRICE.',
    ]);
    const lenient = model('cols', { ...KEYED, meta: { blue_green: { removed_columns: 'warn' } } });
    expect((await sides.verify(lenient)).status).toBe('warned');
  });

  test('of a type that says nothing of the old values are not compared, and it is said', async () => {
    await sides.table('BASE', 'RETYPED', 'ID NUMBER, V VARIANT', [`1, PARSE_JSON('[1]')`]);
    await sides.table('BLUE', 'RETYPED', 'ID NUMBER, V VARCHAR', [`1, '1'`]);
    const verdict = await sides.verify(model('retyped', KEYED));
    expect(verdict.uncompared).toEqual([
      { column: 'V', why: 'its type changed from VARIANT to TEXT; only whether it is NULL was compared' },
    ]);
    expect(verdict.schema?.retyped[0]).toMatch(/^V: VARIANT -> VARCHAR/);
  });
});

describe('late rows', () => {
  const columns = 'ID NUMBER, AT TIMESTAMP_NTZ';
  const old = `'2026-11-22 11:59:59'::TIMESTAMP_NTZ`;
  const late = `'2026-11-22 12:00:00'::TIMESTAMP_NTZ`;

  test('are told apart from extra ids by the time column', async () => {
    await sides.table('BASE', 'LATE', columns, [`1, ${old}`]);
    await sides.table('BLUE', 'LATE', columns, [`1, ${old}`, `2, ${late}`, `3, ${late}`]);
    const node = model('late', { config: { unique_key: 'id', event_time: 'at' } });
    const verdict = await sides.verify(node);
    expect(verdict).toMatchObject({ status: 'passed', comparison: { extra: 2, extraSinceCutOff: 2 } });
    await sides.table('BLUE', 'LATE', columns, [`1, ${old}`, `2, ${old}`]);
    expect(texts(await sides.verify(node))).toEqual(['warn: 1 id only in blue; the limit is 0.']);
  });
});

describe('fails closed', () => {
  test('when blue lacks the table', async () => {
    await sides.table('BASE', 'UNBUILT', COLUMNS, [`1, 'a'`]);
    const verdict = await sides.verify(model('unbuilt', KEYED));
    expect([verdict.status, ...texts(verdict)]).toEqual([
      'failed',
      'fail: VERIFICATION.BLUE.UNBUILT does not exist: dbt did not build it.',
    ]);
  });

  test('when the baseline is missing, unless the model is new', async () => {
    await sides.table('BLUE', 'FRESH', COLUMNS, [`1, 'a'`]);
    const node = model('fresh', KEYED);
    expect((await sides.verify(node)).status).toBe('failed');
    expect((await sides.verify(node, { planned: { isNew: true } })).status).toBe('new');
  });

  test('when blue is empty', async () => {
    await sides.table('BASE', 'GONE', COLUMNS, [`1, 'a'`]);
    await sides.table('BLUE', 'GONE', COLUMNS, []);
    expect(texts(await sides.verify(model('gone', KEYED)))).toEqual(['fail: blue is empty; the baseline has 1 row.']);
  });

  test('when a setting is misspelt, with the name that was meant', async () => {
    await sides.table('BASE', 'SPELT', COLUMNS, [`1, 'a'`]);
    await sides.table('BLUE', 'SPELT', COLUMNS, [`1, 'a'`]);
    const verdict = await sides.verify(model('spelt', { ...KEYED, meta: { blue_green: { exclude_colums: 'name' } } }));
    expect(verdict.status).toBe('errored');
    expect(texts(verdict)[0]).toMatch(/"exclude_colums" is unknown; did you mean "exclude_columns"\?/);
  });

  describe('when a query', () => {
    afterEach(() => sides.server.clearFaults());

    test('fails: that model is errored and the others are still compared', async () => {
      for (const name of ['BROKEN', 'WHOLE']) {
        await sides.table('BASE', name, COLUMNS, [`1, 'a'`]);
        await sides.table('BLUE', name, COLUMNS, [`1, 'a'`]);
      }
      await sides.server.addFault({
        action: 'fail',
        matching: 'HASH_AGG[^;]*BROKEN',
        times: 99,
        message: 'out of memory',
      });
      const [broken, whole] = await sides.verifyAll([model('broken', KEYED), model('whole', KEYED)]);
      expect(broken).toMatchObject({ status: 'errored', comparison: undefined });
      expect(broken?.findings[0]?.text).toMatch(/^the check broke.*out of memory/s);
      expect(whole?.status).toBe('passed');
    });

    test('counts other rows than the table has, they are hidden from this role: warned, never passed', async () => {
      for (const side of ['BASE', 'BLUE'] as const) await sides.table(side, 'FILTERED', COLUMNS, [`1, 'a'`, `2, 'b'`]);
      // A row access policy would hide the row; here it goes between the look at the metadata and the query.
      const fault = await sides.server.addFault({ action: 'pause', matching: 'HASH_AGG[^;]*FILTERED' });
      const verifying = sides.verify(model('filtered', KEYED));
      await sides.server.holds(fault);
      await sides.run(
        'DELETE FROM VERIFICATION.BASE.FILTERED WHERE ID = 2',
        'DELETE FROM VERIFICATION.BLUE.FILTERED WHERE ID = 2',
      );
      await sides.server.release(fault);
      const verdict = await verifying;
      expect(verdict).toMatchObject({ status: 'warned', comparison: { identical: true, baselineRows: 1 } });
      expect(texts(verdict)).toEqual([
        'warn: this role sees 1 of the 2 rows of the baseline: only those were compared.',
        'warn: this role sees 1 of the 2 rows of the upcoming table: only those were compared.',
      ]);
    });

    test('is cancelled with the job: the verification rejects', async () => {
      await sides.table('BASE', 'CUT', COLUMNS, [`1, 'a'`]);
      await sides.table('BLUE', 'CUT', COLUMNS, [`1, 'b'`]);
      const fault = await sides.server.addFault({ action: 'pause', matching: 'HASH_AGG' });
      const job = new AbortController();
      const verifying = sides.verify(model('cut', KEYED), { request: { signal: job.signal } });
      const outcome = expect(verifying).rejects.toThrow('job cancelled');
      await sides.server.holds(fault);
      job.abort(new Error('job cancelled'));
      await sides.server.clearFaults();
      await outcome;
    });
  });
});

describe('views', () => {
  test('are compared by key set; ids that may be late only warn', async () => {
    await sides.table('BASE', 'SOURCE_ROWS', COLUMNS, [`1, 'a'`, `2, 'b'`]);
    await sides.table('BLUE', 'SOURCE_ROWS', COLUMNS, [`1, 'changed'`, `2, 'b'`]);
    await sides.run(
      'CREATE OR REPLACE VIEW VERIFICATION.BASE.SEEN AS SELECT * FROM VERIFICATION.BASE.SOURCE_ROWS',
      'CREATE OR REPLACE VIEW VERIFICATION.BLUE.SEEN AS SELECT * FROM VERIFICATION.BLUE.SOURCE_ROWS',
    );
    const node = model('seen', { materialized: 'view', meta: { blue_green: { key: 'id' } }, config: {} });
    expect(await sides.verify(node)).toMatchObject({ status: 'passed', comparison: { identical: true } });
    await sides.run(
      'CREATE OR REPLACE VIEW VERIFICATION.BLUE.SEEN AS SELECT * FROM VERIFICATION.BLUE.SOURCE_ROWS WHERE ID > 1',
    );
    expect(await sides.verify(node)).toMatchObject({ status: 'failed', comparison: { missing: 1 } });
    const target = {
      node: planned(node),
      baseline: sides.baseline('SEEN'),
      upcoming: sides.upcoming('SEEN'),
      productionMoved: true,
    };
    expect(await sides.verify(node, { request: { targets: [target] } })).toMatchObject({
      status: 'warned',
      isProvisional: true,
    });
    const limited = { ...node, meta: { blue_green: { key: 'id', missing: { warn: 1, fail: 1 } } } };
    expect(
      await sides.verify(limited, { request: { targets: [{ ...target, node: planned(limited) }] } }),
    ).toMatchObject({
      status: 'passed',
      isProvisional: false,
    });
  });
});
