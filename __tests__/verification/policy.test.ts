import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/verification/decide.js';
import { judgeComparison, judgeSchema, statusOf } from '../../src/verification/policy.js';
import type { Circumstances } from '../../src/verification/circumstances.js';
import { readModelSettings } from '../../src/verification/settings/model-settings.js';
import { judgeTests, passedTests } from '../../src/verification/tests.js';
import type { Comparison, Status } from '../../src/verification/verdict.js';
import { comparison, modelVerdict } from '../report/support/reports.js';
import { model } from './support/manifest.js';

function circumstances(given: Partial<Circumstances> & { readonly meta?: object } = {}): Circumstances {
  const { meta, ...rest } = given;
  const settings = readModelSettings(model('m', meta === undefined ? {} : { meta: { blue_green: meta } }));
  return {
    key: { columns: ['ID'], source: 'meta' },
    changedItself: true,
    settings,
    outdated: [],
    columns: settings.columns,
    baselineMayBeNewer: false,
    arrivals: undefined,
    ...rest,
  };
}

const DIFFERENT = { baselineRows: 1000, upcomingRows: 1000, matched: 900, identical: false, form: 'join' } as const;

function judged(given: Partial<Comparison>, where: Circumstances = circumstances()): Status {
  return statusOf(judgeComparison(comparison({ ...DIFFERENT, ...given }), where));
}

describe('by default', () => {
  test.each<[string, Partial<Comparison>, Status]>([
    ['one missing id', { missing: 1 }, 'failed'],
    ['some extra ids without a time column', { extra: 100 }, 'passed'],
    ['many extra ids without a time column', { extra: 101 }, 'warned'],
    ['extra ids since the cut-off', { extra: 500, extraSinceCutOff: 500 }, 'passed'],
    ['one extra id from before the cut-off', { extra: 500, extraSinceCutOff: 499 }, 'warned'],
    ['up to 5 % changed rows', { changed: 50 }, 'passed'],
    ['more than 5 % changed rows', { changed: 51 }, 'warned'],
    ['new NULL keys', { nullKeys: { baseline: 0, upcoming: 1 } }, 'failed'],
    ['as many NULL keys as before', { nullKeys: { baseline: 1, upcoming: 1 } }, 'warned'],
    ['NULL keys gone', { nullKeys: { baseline: 1, upcoming: 0 } }, 'passed'],
    ['new duplicate keys', { duplicateKeys: { baseline: 2, upcoming: 3 } }, 'failed'],
    ['as many duplicates as before', { duplicateKeys: { baseline: 2, upcoming: 2 } }, 'warned'],
    ['an empty blue', { upcomingRows: 0, matched: 0, missing: 1000 }, 'failed'],
    ['no key in common', { matched: 0, missing: 1000, extra: 1000 }, 'failed'],
    ['an empty baseline', { baselineRows: 0, matched: 0, extra: 1000 }, 'passed'],
    ['keyless, rows lost or changed', { form: 'keyless', missing: 1, extra: 1 }, 'warned'],
    ['keyless, half the rows gone', { form: 'keyless', upcomingRows: 499, missing: 501 }, 'failed'],
  ])('%s: %s', (_, given, status) => {
    expect(judged(given)).toBe(status);
  });

  test('changed rows warn in a model that did not change itself', () => {
    expect(judged({ changed: 1 }, circumstances({ changedItself: false }))).toBe('warned');
  });

  test('missing ids only warn where the baseline may be newer than blue', () => {
    expect(judged({ missing: 1 }, circumstances({ baselineMayBeNewer: true }))).toBe('warned');
  });

  test('a column with more than 5 points more NULLs warns, one that is all NULL fails', () => {
    const filled = (upcoming: number): Partial<Comparison> => ({
      columns: [{ column: 'A', changed: 1, toNull: 1, fromNull: 0, filled: { baseline: 1000, upcoming } }],
    });
    expect([judged(filled(950)), judged(filled(949)), judged(filled(0))]).toEqual(['passed', 'warned', 'failed']);
  });
});

describe('what the change is expected to do', () => {
  const reason = 'test orders are dropped.';
  const expecting = (expect: object, more: Partial<Circumstances> = {}): Circumstances =>
    circumstances({ meta: { expect }, ...more });
  const told = (given: Partial<Comparison>, where: Circumstances): readonly string[] =>
    judgeComparison(comparison({ ...DIFFERENT, ...given }), where).map(({ severity, text }) => `${severity}: ${text}`);

  test('holds for rows that were only counted, too', () => {
    const counted = (upcomingRows: number): Partial<Comparison> => ({ form: 'counted', matched: 0, upcomingRows });
    const most = expecting({ missing: { max: '60%', reason } });
    expect(told(counted(400), most)).toEqual([
      `info: rows went from 1,000 to 400, at least 600 of them lost, as expected: ${reason}`,
    ]);
    expect(told(counted(399), most)).toEqual([
      `fail: rows went from 1,000 to 399, at least 601 of them lost; expected were at most 60 %: ${reason}`,
    ]);
    expect(told(counted(0), most)).toEqual(['fail: blue is empty; the baseline has 1,000 rows.']);
    const other = expecting({ key_changed: { reason } });
    expect(judged(counted(990), other)).toBe('warned');
    expect(judged(counted(400), other)).toBe('failed');
    const some = expecting({ missing: { where: 'is_test', reason } });
    expect(judged(counted(999), some)).toBe('failed');
  });

  test('passes up to its measure and fails beyond it, with the reason', () => {
    const few = expecting({ missing: { max: 5, reason } });
    expect(told({ missing: 5 }, few)).toEqual([`info: 5 ids missing in blue, as expected: ${reason}`]);
    expect(told({ missing: 6 }, few)).toEqual([`fail: 6 ids missing in blue, expected were at most 5: ${reason}`]);
    expect(judged({ missing: 11 }, expecting({ missing: { max: '1%', reason } }))).toBe('failed');
    expect(judged({ extra: 900 }, expecting({ extra: { reason } }))).toBe('passed');
    expect(told({ extra: 9 }, expecting({ extra: { max: 8, reason } }))).toEqual([
      `fail: 9 ids only in blue, expected were at most 8: ${reason}`,
    ]);
  });

  test('covers only the rows it names', () => {
    const named = expecting({ missing: { where: 'is_test', max: 5, reason } });
    const excused = (count: number): Comparison['excused'] => [{ kind: 'expected', why: reason, count }];
    expect(told({ missing: 5, excused: excused(5) }, named)).toEqual([
      `info: 5 ids missing in blue, as expected: ${reason}`,
    ]);
    expect(judged({ missing: 6, excused: excused(6) }, named)).toBe('failed');
    expect(told({ missing: 6, excused: excused(5) }, named)).toContain('fail: 1 id missing in blue; the limit is 0.');
  });

  test('rows that the source does not have any more are told and do not fail', () => {
    const excused: Comparison['excused'] = [
      { kind: 'expired', why: 'older than 90 days by AT', count: 7 },
      { kind: 'deleted', why: 'where erased', count: 0 },
    ];
    expect(told({ missing: 7, excused }, circumstances())).toEqual([
      'info: 7 ids missing in blue that the source may not have any more: older than 90 days by AT.',
    ]);
    expect(judged({ missing: 8, excused })).toBe('failed');
    expect(judged({ matched: 0, missing: 7, excused })).toBe('passed');
    expect(judged({ matched: 0, missing: 1000, excused })).toBe('failed');
  });

  test('in columns leaves the limit to the others; one that is all NULL fails all the same', () => {
    const columns = [
      { column: 'PRICE', changed: 800, toNull: 0, fromNull: 0, filled: { baseline: 1000, upcoming: 1000 } },
    ];
    const where = expecting({ changed_columns: { columns: ['price'], reason } });
    expect(told({ changed: 800, changedOtherwise: 50, columns }, where)).toEqual([
      `info: 800 rows changed in PRICE, as expected: ${reason}`,
      'info: 50 rows changed (5.6 % of those on both sides).',
    ]);
    expect(judged({ changed: 800, changedOtherwise: 51, columns }, where)).toBe('warned');
    const emptied = columns.map((column) => ({ ...column, filled: { baseline: 1000, upcoming: 0 } }));
    expect(judged({ changed: 800, changedOtherwise: 0, columns: emptied }, where)).toBe('failed');
  });

  test('of the key leaves the number of rows to be judged, and never passes', () => {
    const where = expecting({ key_changed: { reason } });
    expect(judged({ matched: 0, missing: 1000, extra: 1000 }, where)).toBe('warned');
    expect(judged({ matched: 0, missing: 1000, extra: 400, upcomingRows: 400 }, where)).toBe('failed');
    expect(judged({ matched: 0, missing: 1000, extra: 1000, duplicateKeys: { baseline: 0, upcoming: 1 } }, where)).toBe(
      'failed',
    );
  });

  test('of columns that go away or hold less covers just those', () => {
    const where = expecting({
      removed_columns: { columns: ['o'], reason },
      changed_columns: { columns: ['a'], reason },
    });
    const schema = { added: [], removed: ['O'], retyped: ['A: x -> y'], narrowed: ['A: x -> y'] };
    expect(statusOf(judgeSchema(schema, where.settings))).toBe('passed');
    expect(statusOf(judgeSchema({ ...schema, removed: ['O', 'P'] }, where.settings))).toBe('failed');
    expect(statusOf(judgeSchema({ ...schema, narrowed: ['B: x -> y'], retyped: ['B: x -> y'] }, where.settings))).toBe(
      'failed',
    );
  });

  test('since an earlier deployment does not count, and is told of', () => {
    expect(told({ missing: 1 }, circumstances({ outdated: ['missing'] }))).toEqual([
      'fail: 1 id missing in blue; the limit is 0. expect.missing stands since an earlier deployment and does not count any more.',
    ]);
  });
});

describe('changed rows of a model that did not change itself', () => {
  const downstream = (arrivals: number | undefined): Circumstances => circumstances({ changedItself: false, arrivals });

  test.each<[string, number, number | undefined, Status]>([
    ['as many as rows arrived', 70, 70, 'passed'],
    ['more than arrived, up to 5 %', 50, 1, 'passed'],
    ['more than either', 71, 70, 'warned'],
    ['nothing arrived', 1, 0, 'warned'],
    ['what it reads differs otherwise', 1, undefined, 'warned'],
  ])('%s', (_, changed, arrivals, status) => {
    expect(judged({ changed }, downstream(arrivals))).toBe(status);
  });

  test.each<[string, Partial<Comparison>, number | undefined, Status]>([
    ['as many as rows arrived', { missing: 70, extra: 70 }, 70, 'passed'],
    ['more than arrived', { missing: 71, extra: 71 }, 70, 'warned'],
    ['fewer rows than before', { missing: 2, extra: 1, upcomingRows: 999 }, 70, 'warned'],
    ['what it reads differs otherwise', { missing: 1, extra: 1 }, undefined, 'warned'],
  ])('without a key: %s', (_, given, arrivals, status) => {
    expect(judged({ form: 'keyless', ...given }, downstream(arrivals))).toBe(status);
  });

  test('are judged by the limit of the project where there is one', () => {
    const strict = circumstances({ changedItself: false, arrivals: 70, meta: { changed: { warn: 0 } } });
    expect(judged({ changed: 1 }, strict)).toBe('warned');
  });

  test('dated since the clone are no finding', () => {
    expect(judged({ changed: 3, changedSinceCutOff: 3, changedOtherwise: 0 }, downstream(undefined))).toBe('passed');
  });
});

describe('limits of the project', () => {
  test('of one severity leave the other as it was', () => {
    expect(judged({ missing: 1 }, circumstances({ meta: { missing: { warn: 5 } } }))).toBe('failed');
  });

  test("of a column stand beside the model's", () => {
    const column = {
      name: 'score',
      constraints: [],
      meta: { blue_green: { changed: { warn: '50%' }, nulls: { fail: '20%' } } },
    };
    const settings = readModelSettings(model('m', { columns: { score: column } }));
    const columns = new Map([
      ['SCORE', settings.columns.get('score') ?? { changed: undefined, nulls: undefined, exclude: false }],
    ]);
    const score = (changed: number, upcoming: number): Partial<Comparison> => ({
      changed,
      changedOtherwise: 0,
      columns: [{ column: 'SCORE', changed, toNull: 0, fromNull: 0, filled: { baseline: 1000, upcoming } }],
    });
    const where = circumstances({ settings, columns });
    expect(judged(score(500, 1000), where)).toBe('passed');
    expect(judged(score(501, 1000), where)).toBe('warned');
    expect(judged(score(1, 799), where)).toBe('failed');
    const emptyIsFine = circumstances({
      columns: new Map([['SCORE', { changed: undefined, nulls: { fail: 'never', warn: 'never' }, exclude: false }]]),
    });
    expect(judged(score(1, 0), emptyIsFine)).toBe('passed');
  });

  test('in rows and in percent replace the defaults', () => {
    const meta = { missing: { warn: 5, fail: '1%' } };
    expect(judged({ missing: 5 }, circumstances({ meta }))).toBe('passed');
    expect(judged({ missing: 10 }, circumstances({ meta }))).toBe('warned');
    expect(judged({ missing: 11 }, circumstances({ meta }))).toBe('failed');
  });

  test('in percent mean nothing for an empty baseline', () => {
    const meta = { extra: { fail: '1%' } };
    expect(judged({ baselineRows: 0, matched: 0, extra: 9 }, circumstances({ meta }))).toBe('passed');
  });

  test('can be switched off one by one', () => {
    expect(judged({ missing: 1 }, circumstances({ meta: { missing: { warn: 'never', fail: 'never' } } }))).toBe(
      'passed',
    );
  });

  test.each([
    [{ misssing: { fail: 1 } }, /"misssing" is unknown; did you mean "missing"\?/],
    [{ colour: 'red' }, /"colour" is unknown \(known: missing, extra, changed/],
    [{ missing: { fail: '5 percent' } }, /missing\.fail/],
    [{ removed_columns: 'ignore' }, /removed_columns/],
  ])('%j is an error', (meta, message) => {
    expect(() => circumstances({ meta })).toThrow(message);
  });
});

test('a removed column fails unless the model says otherwise; a narrowed one always does', () => {
  const schema = { added: ['N'], removed: ['O'], retyped: [], narrowed: [] };
  expect(statusOf(judgeSchema(schema, circumstances().settings))).toBe('failed');
  expect(statusOf(judgeSchema(schema, circumstances({ meta: { removed_columns: 'warn' } }).settings))).toBe('warned');
  const narrowed = { added: [], removed: [], retyped: ['A: x -> y'], narrowed: ['A: x -> y'] };
  expect(statusOf(judgeSchema(narrowed, circumstances().settings))).toBe('failed');
  expect(statusOf(judgeSchema({ ...narrowed, narrowed: [] }, circumstances().settings))).toBe('passed');
});

describe('tests of dbt', () => {
  const selected = ['a', 'b', 'c'].map((name) => ({ uniqueId: `test.${name}`, name }));
  const result = (name: string, status: 'pass' | 'warn' | 'fail' | 'error' | 'skipped' | 'unknown') =>
    ({ uniqueId: `test.${name}`, status, message: undefined, failures: 0, seconds: 1 }) as const;

  test('without a result are errors, whatever dbt says of the rest', () => {
    const verdicts = judgeTests(selected, {
      kind: 'completed',
      results: [result('a', 'pass'), result('c', 'skipped')],
    });
    expect(verdicts.map(({ status }) => status)).toEqual(['pass', 'error', 'error']);
    expect(passedTests(verdicts)).toEqual(new Set(['test.a']));
    const broken = judgeTests(selected, { kind: 'broken', results: [], reason: 'no connection' });
    expect(broken.map(({ message }) => message)).toEqual(Array(3).fill('dbt broke off: no connection'));
  });

  test.each([
    ['pass', 'pass'],
    ['warn', 'warn'],
    ['fail', 'fail'],
    ['error', 'error'],
    ['unknown', 'error'],
  ] as const)('that end as %s count as %s', (status, counted) => {
    const [verdict] = judgeTests(selected.slice(0, 1), { kind: 'completed', results: [result('a', status)] });
    expect(verdict?.status).toBe(counted);
  });
});

describe('the verdict', () => {
  const baseline = { kind: 'clone', at: '2026-11-22T12:00:00Z' } as const;
  const test1 = (status: 'pass' | 'warn' | 'fail' | 'error') => ({
    uniqueId: 't',
    name: 't',
    status,
    failures: 2,
    message: 'why',
  });

  test.each([
    [['passed'], ['pass'], 'passed'],
    [[], [], 'passed'],
    [['passed', 'new'], [], 'warned'],
    [['passed', 'warned'], [], 'warned'],
    [['passed'], ['pass', 'warn'], 'warned'],
    [['passed', 'failed'], [], 'failed'],
    [['errored'], [], 'failed'],
    [['passed'], ['fail'], 'failed'],
    [['passed'], ['error'], 'failed'],
  ] as const)('on models %j and tests %j is %s', (models, tests, status) => {
    const verdict = decide({
      models: models.map((each) => modelVerdict('m', { status: each })),
      tests: tests.map(test1),
      baseline,
    });
    expect(verdict.status).toBe(status);
    expect(verdict.blockers.length > 0).toBe(status === 'failed');
  });

  test.each([
    ['a difference', modelVerdict('m', { status: 'failed' }), 'warned', 1],
    ['a check that broke', modelVerdict('m', { status: 'errored', comparison: undefined }), 'failed', 0],
    ['a relation that is missing', modelVerdict('m', { status: 'failed', comparison: undefined }), 'failed', 0],
  ] as const)('that only reports lets %s be %s', (_, of, status, tolerated) => {
    const verdict = decide({ models: [of], tests: [], baseline, mode: 'report' });
    expect(verdict.status).toBe(status);
    expect(verdict.wouldBlock ?? []).toHaveLength(tolerated);
    expect(decide({ models: [of], tests: [], baseline, mode: 'enforce' })).toMatchObject({ status: 'failed' });
  });

  test('that only reports is still blocked by a test that fails', () => {
    const verdict = decide({
      models: [modelVerdict('m', { status: 'failed' })],
      tests: [test1('fail')],
      baseline,
      mode: 'report',
    });
    expect(verdict).toMatchObject({ status: 'failed', blockers: ['test t failed in blue with 2 failing rows.'] });
    expect(verdict.wouldBlock).toHaveLength(1);
  });

  test('names what blocks, with the number', () => {
    const failed = modelVerdict('sessions', {
      status: 'failed',
      findings: [
        { severity: 'fail', text: '3 ids missing in blue; the limit is 0.' },
        { severity: 'info', text: 'no matter' },
      ],
    });
    expect(decide({ models: [failed], tests: [test1('fail'), test1('error')], baseline }).blockers).toEqual([
      'sessions: 3 ids missing in blue; the limit is 0.',
      'test t failed in blue with 2 failing rows.',
      'test t could not run: why',
    ]);
  });
});
