/** What the project says about rows, in SQL of its own, run by the local Snowflake beside what the comparison makes of it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileConditions } from '../../../src/verification/conditions.js';
import { verifyCatchUp } from '../../../src/verification/late-rows.js';
import { readModelSettings } from '../../../src/verification/settings/model-settings.js';
import { EXPECTATION_NAMES } from '../../../src/verification/settings/schema.js';
import { passedTests } from '../../../src/verification/tests.js';
import type { ModelVerdict } from '../../../src/verification/verdict.js';
import type { ManifestNode } from '../../../src/dbt/manifest.js';
import { genericTest, manifestOf, model, planned } from '../../verification/support/manifest.js';
import { TwoSchemas } from './support/two-schemas.js';

const COLUMNS = 'ID NUMBER, KIND VARCHAR, AMOUNT NUMBER, SEEN_AT TIMESTAMP_NTZ';
const OLD = `'2026-01-01'::TIMESTAMP_NTZ`;
const RECENT = `'2026-11-20'::TIMESTAMP_NTZ`;
const FRESH = `'2026-11-22 13:00:00'::TIMESTAMP_NTZ`;

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('CONDITIONS');
}, 60_000);
afterAll(() => sides.stop());

function saying(name: string, settings: object, given: Partial<ManifestNode> = {}): ManifestNode {
  return model(name, { config: { unique_key: 'id' }, ...given, meta: { blue_green: settings } });
}

/** Verifies in a deployment that adds all that the model expects. */
function verify(node: ManifestNode, expectations: readonly string[] = EXPECTATION_NAMES): Promise<ModelVerdict> {
  const relation = node.name.toUpperCase();
  const target = { node: planned(node), baseline: sides.baseline(relation), upcoming: sides.upcoming(relation) };
  return sides.verify(node, { request: { targets: [{ ...target, expectations }] } });
}

function texts({ findings }: ModelVerdict): readonly string[] {
  return findings.map(({ severity, text }) => `${severity}: ${text}`);
}

async function tables(
  name: string,
  base: readonly string[],
  blue: readonly string[],
  columns = COLUMNS,
): Promise<void> {
  await sides.table('BASE', name, columns, base);
  await sides.table('BLUE', name, columns, blue);
}

describe('rows that a rebuild cannot bring', () => {
  const rows = [`1, 'shop', 10, ${OLD}`, `2, 'shop', 20, ${RECENT}`, `3, 'web', 30, NULL`];

  test('are told apart by age; a row without a time is none that is known to be old', async () => {
    await tables('EXPIRED', rows, rows.slice(1));
    const node = saying('expired', { retention: { days: 90, column: 'seen_at' } });
    const verdict = await verify(node);
    expect(verdict).toMatchObject({ status: 'passed', comparison: { missing: 1, samples: { missing: [] } } });
    expect(texts(verdict)).toEqual([
      'info: 1 id missing in blue that the source may not have any more: older than 90 days by SEEN_AT.',
    ]);
    await tables('EXPIRED', rows, rows.slice(1, 2));
    expect(await verify(node)).toMatchObject({ status: 'failed', comparison: { samples: { missing: [['3']] } } });
    await tables('EXPIRED', rows, [rows[0] ?? '', rows[2] ?? '']);
    expect(await verify(node)).toMatchObject({ status: 'failed', comparison: { samples: { missing: [['2']] } } });
  });

  test('old rows that both sides have are compared like any other', async () => {
    await tables('KEPT', rows, [`1, 'shop', 11, ${OLD}`, ...rows.slice(1)]);
    const verdict = await verify(saying('kept', { retention: { days: 90 }, time_column: 'seen_at' }));
    expect(verdict.comparison).toMatchObject({ changed: 1, missing: 0 });
  });

  test('are told apart by a list of what was deleted, also where a key repeats', async () => {
    await sides.table('BASE', 'ERASED', 'ID NUMBER', ['1', '2']);
    const node = saying('deleted', { deleted_where: 'id in (select id from CONDITIONS.BASE.ERASED)' });
    const twice = [`4, 'web', 1, ${RECENT}`, `4, 'web', 1, ${RECENT}`];
    await tables('DELETED', [...rows.slice(0, 2), ...twice], twice);
    const verdict = await verify(node);
    expect(verdict).toMatchObject({ status: 'warned', comparison: { form: 'group', missing: 2 } });
    expect(texts(verdict)[0]).toBe(
      'info: 2 ids missing in blue that were deleted at the source, where id in (select id from CONDITIONS.BASE.ERASED).',
    );
    await tables('DELETED', rows, [`1, 'shop', 10, ${OLD}`]);
    expect(await verify(node)).toMatchObject({ status: 'failed', comparison: { samples: { missing: [['3']] } } });
  });

  test('count in a table without a key, too', async () => {
    const heap = (name: string): ManifestNode => saying(name, { deleted_where: `kind = 'shop'` }, { config: {} });
    await tables('HEAP', rows, rows.slice(1));
    expect(await verify(heap('heap'))).toMatchObject({
      status: 'passed',
      comparison: { form: 'keyless', missing: 1, excused: [{ kind: 'deleted', count: 1 }] },
    });
    await tables('HEAP', rows, rows.slice(0, 2));
    expect(await verify(heap('heap'))).toMatchObject({ status: 'warned', comparison: { missing: 1 } });
  });
});

describe('a part of the rows', () => {
  const rows = [`1, 'test', 10, ${OLD}`, `2, 'shop', 20, ${RECENT}`, `3, NULL, 30, ${RECENT}`];

  test('is compared on both sides, and the rest is counted', async () => {
    await tables('PART', rows, [`2, 'shop', 20, ${RECENT}`, `4, 'test', 1, ${RECENT}`]);
    const verdict = await verify(saying('part', { where: `kind <> 'test'` }));
    expect(verdict).toMatchObject({ status: 'passed', comparison: { baselineRows: 1, upcomingRows: 1, missing: 0 } });
    expect(texts(verdict)).toEqual([
      'info: 2 rows of the baseline and 1 row of blue lie outside where and window and were not compared.',
    ]);
  });

  test('may be the last days, together with a condition', async () => {
    await tables('RECENTLY', rows, [`2, 'shop', 20, ${RECENT}`]);
    const verdict = await verify(saying('recently', { window: { days: 30, column: 'seen_at' }, where: 'amount < 30' }));
    expect(verdict).toMatchObject({ status: 'passed', comparison: { baselineRows: 1, missing: 0 } });
    const lost = await verify(saying('recently', { window: { days: 30, column: 'seen_at' } }));
    expect(lost).toMatchObject({ status: 'failed', comparison: { missing: 1 } });
  });

  test('that is empty is no proof', async () => {
    await tables('NOWHERE', rows, rows);
    const verdict = await verify(saying('nowhere', { where: 'amount > 1000' }));
    expect(verdict.status).toBe('errored');
    expect(texts(verdict)[0]).toMatch(/no row of the baseline lies within .* none of its 3 rows could be compared/);
  });

  test('cannot be told by a condition that does not compile', async () => {
    await tables('BROKEN', rows, rows);
    expect(await verify(saying('broken', { where: 'no_such_column > 1' }))).toMatchObject({ status: 'errored' });
    expect(await verify(saying('broken', { retention: { days: 3, column: 'amount' } }))).toMatchObject({
      status: 'errored',
    });
    expect(await verify(saying('broken', { window: { days: 3 } }))).toMatchObject({ status: 'errored' });
  });
});

describe('what a change is expected to do', () => {
  const rows = [`1, 'test', 10, ${OLD}`, `2, 'test', 20, ${OLD}`, `3, 'shop', 30, ${OLD}`];
  const expect_ = { missing: { where: `kind = 'test'`, max: 2, reason: 'Tests are dropped.' } };

  test('excuses what it names, only in the deployment that says so, and no more', async () => {
    await tables('TESTS', rows, rows.slice(2));
    const node = saying('tests', { expect: expect_ });
    const verdict = await verify(node);
    expect(verdict.status).toBe('passed');
    expect(verdict.findings).toEqual([
      {
        severity: 'info',
        text: '2 ids missing in blue, as expected: Tests are dropped.',
        expected: 'Tests are dropped.',
      },
    ]);
    const later = await verify(node, []);
    expect(later).toMatchObject({ status: 'failed', comparison: { samples: { missing: expect.anything() } } });
    expect(texts(later)[0]).toMatch(/2 ids missing.*stands since an earlier deployment/);
    await tables('TESTS', [...rows, `4, 'shop', 1, ${OLD}`], rows.slice(2));
    expect(await verify(node)).toMatchObject({ status: 'failed', comparison: { samples: { missing: [['4']] } } });
    await tables('TESTS', [...rows, `5, 'test', 1, ${OLD}`], rows.slice(2));
    expect(texts(await verify(node))).toEqual([
      'fail: 3 ids missing in blue, expected were at most 2: Tests are dropped.',
    ]);
  });

  test.each(['join', 'group'] as const)('in columns leaves the others to be judged (%s)', async (form) => {
    const name = `columns_by_${form}`;
    const base = Array.from({ length: 20 }, (_, id) => `${id}, 'shop', 10, ${OLD}`);
    const blue = Array.from({ length: 20 }, (_, id) => `${id}, ${id < 2 ? `'web'` : `'shop'`}, 11, ${OLD}`);
    await tables(name.toUpperCase(), base, blue);
    const node = saying(name, { expect: { changed_columns: { columns: ['amount'], reason: 'In cents now.' } } });
    const proof = genericTest('unique', node, { columnName: 'id' });
    const passed =
      form === 'join'
        ? passedTests([{ ...proof, status: 'pass', failures: 0, message: undefined }])
        : new Set<string>();
    const relation = name.toUpperCase();
    const target = { node: planned(node), baseline: sides.baseline(relation), upcoming: sides.upcoming(relation) };
    const verdict = await sides.verify(node, {
      manifest: manifestOf(node, proof),
      request: { passedTests: passed, targets: [{ ...target, expectations: ['changed_columns'] }] },
    });
    expect(verdict).toMatchObject({ status: 'warned', comparison: { form, changed: 20, changedOtherwise: 2 } });
    expect(texts(verdict)).toEqual([
      'info: 20 rows changed in AMOUNT, as expected: In cents now.',
      'warn: 2 rows changed (10.0 % of those on both sides); the limit is 5 %.',
    ]);
  });

  test('in columns sees values swapped between two rows of one key elsewhere', async () => {
    const columns = 'ID NUMBER, KIND VARCHAR, AMOUNT NUMBER';
    const node = saying('swapped', { expect: { changed_columns: { columns: ['amount'], reason: 'x' } } });
    await tables('SWAPPED', [`1, 'a', 1`, `1, 'b', 2`], [`1, 'a', 7`, `1, 'b', 8`], columns);
    expect((await verify(node)).comparison).toMatchObject({ changed: 1, changedOtherwise: 0 });
    await tables('SWAPPED', [`1, 'a', 1`, `1, 'b', 2`], [`1, 'a', 7`, `1, 'c', 8`], columns);
    expect((await verify(node)).comparison).toMatchObject({ changed: 1, changedOtherwise: 1 });
  });

  test('names columns that exist', async () => {
    await tables('MISNAMED', rows, rows);
    const verdict = await verify(
      saying('misnamed', { expect: { changed_columns: { columns: ['amout'], reason: 'x' } } }),
    );
    expect(verdict.status).toBe('errored');
    expect(texts(verdict)[0]).toContain('Did you mean "amount"?');
  });

  test('of the key is never passed, and rows are counted', async () => {
    await tables(
      'REKEYED',
      rows,
      rows.map((row) => `10${row}`),
    );
    const node = saying('rekeyed', { expect: { key_changed: { reason: 'Ids of the new shop.' } } });
    expect(texts(await verify(node))).toEqual([
      'warn: what makes the key changed, as expected: Ids of the new shop. Rows could not be matched and were only counted: rows went from 3 to 3.',
    ]);
    await tables('REKEYED', rows, [`101, 'x', 1, ${OLD}`]);
    expect((await verify(node)).status).toBe('failed');
  });
});

describe('late rows', () => {
  test('that the project allows to be missing do not stop the swap, others do', async () => {
    await tables('LATE', [`1, 'shop', 1, ${OLD}`, `2, 'test', 1, ${FRESH}`], [`1, 'shop', 1, ${OLD}`]);
    const node = saying('late', { expect: { missing: { where: `kind = 'test'`, reason: 'Tests are dropped.' } } });
    const { key, conditions } = await verify(node);
    const pair = {
      name: 'late',
      production: sides.baseline('LATE'),
      upcoming: sides.upcoming('LATE'),
      key,
      conditions,
    };
    const check = async (): Promise<unknown> =>
      (
        await verifyCatchUp({
          warehouse: sides.warehouse,
          pairs: [pair],
          concurrency: 1,
          timeoutSeconds: 60,
          sampleIds: 3,
        })
      )[0];
    expect(await check()).toMatchObject({
      status: 'passed',
      findings: [{ text: `1 id of production missing in blue as the project's conditions allow.` }],
    });
    await sides.run(`INSERT INTO CONDITIONS.BASE.LATE SELECT 3, 'shop', 1, ${FRESH}`);
    expect(await check()).toMatchObject({ status: 'failed', counts: { missing: 1, samples: { missing: [['3']] } } });
  });

  test('cannot be matched where the key changed on purpose', async () => {
    await tables('LATE_KEY', [`1, 'shop', 1, ${OLD}`], [`9, 'shop', 1, ${OLD}`]);
    const { key, conditions } = await verify(saying('late_key', { expect: { key_changed: { reason: 'x' } } }));
    const relations = { production: sides.baseline('LATE_KEY'), upcoming: sides.upcoming('LATE_KEY') };
    const pairs = [{ name: 'late_key', ...relations, key, conditions }];
    const [verdict] = await verifyCatchUp({
      warehouse: sides.warehouse,
      pairs,
      concurrency: 1,
      timeoutSeconds: 60,
      sampleIds: 3,
    });
    expect(verdict).toMatchObject({
      status: 'warned',
      findings: [{ text: expect.stringMatching(/could not be compared/) }],
    });
  });
});

describe('Snowflake compiles conditions without running them', () => {
  test.each([
    [`kind = 'test'`, true],
    ['id in (select id from CONDITIONS.BASE.SOME_IDS)', true],
    ['no_such_column = 1', false],
    ['id in (select id from CONDITIONS.BASE.NO_SUCH_TABLE)', false],
    ['kind kind', false],
  ])('%s: %s', async (where, isGood) => {
    await sides.table('BASE', 'COMPILED', COLUMNS, []);
    await sides.table('BASE', 'SOME_IDS', 'ID NUMBER', []);
    const statement = compileConditions(readModelSettings(saying('compiled', { where })), sides.baseline('COMPILED'));
    if (statement === undefined) throw new Error('There is nothing to compile.');
    const compiling = sides.warehouse.execute(statement);
    await (isGood ? expect(compiling).resolves.toBeDefined() : expect(compiling).rejects.toThrow(/\S/));
  });
});
