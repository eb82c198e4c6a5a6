import { KEYLESS, keyedBy, withSettings } from './case.js';
import type { VerificationCase } from './case.js';

const TEN = Array.from({ length: 10 }, (_, index) => `${index + 1}, 'same'`);
const WIDE = Array.from({ length: 100 }, (_, index) => `C${index}`);
const wideRow = (id: number, odd: string): string =>
  [String(id), ...WIDE.map((_, index) => (index === 57 ? odd : `'v${index}'`))].join(', ');
const MANY = Array.from({ length: 60 }, (_, index) => `${index}, 'v${index % 7}'`);

/** Which rows came, went and changed. */
export const ROW_CASES: readonly VerificationCase[] = [
  {
    what: 'the same rows in another order are identical',
    before: [`1, 'a'`, `2, 'b'`, `3, NULL`],
    after: [`3, NULL`, `1, 'a'`, `2, 'b'`],
    expected: {
      status: 'passed',
      reads: 2,
      counts: { form: 'fingerprint', identical: true, matched: 3, tableReads: 2 },
      findings: [],
    },
  },
  {
    what: 'kept, changed, lost and new rows are counted apart',
    before: [`1, 'a'`, `2, 'b'`, `3, 'c'`],
    after: [`1, 'a'`, `2, 'x'`, `4, 'd'`, `5, 'e'`],
    expected: {
      status: 'failed',
      reads: 2,
      counts: { form: 'join', matched: 2, missing: 1, extra: 2, changed: 1 },
      columns: ['V 1 0 0'],
      samples: { missing: [['3']], changed: [['2']] },
      findings: ['fail: 1 id missing in blue; the limit is 0.', 'warn: 2 ids only in blue', 'warn: 1 row changed (50'],
    },
  },
  {
    what: 'as many rows with other ids: each lost one is told',
    before: [`1, 'a'`, `2, 'b'`, `3, 'c'`],
    after: [`1, 'a'`, `2, 'b'`, `9, 'c'`],
    expected: {
      status: 'failed',
      reads: 4,
      counts: { form: 'group', missing: 1, extra: 1, changed: 0 },
      samples: { missing: [['3']], extra: [['9']] },
    },
  },
  {
    what: 'one lost row blocks',
    before: TEN,
    after: TEN.slice(1),
    expected: {
      status: 'failed',
      reads: 2,
      counts: { missing: 1, extra: 0 },
      findings: ['fail: 1 id missing in blue; the limit is 0.'],
    },
  },
  {
    what: 'a few new ids are told and pass',
    before: TEN,
    after: [...TEN, `11, 'new'`],
    expected: { status: 'passed', reads: 2, counts: { extra: 1 }, findings: ['info: 1 id only in blue'] },
  },
  {
    what: 'both sides empty are identical',
    before: [],
    after: [],
    expected: { status: 'passed', reads: 2, counts: { identical: true, matched: 0 } },
  },
  {
    what: 'rows where production had none are news, no share of nothing',
    before: [],
    after: [`1, 'a'`],
    expected: { status: 'passed', counts: { missing: 0, extra: 1 }, findings: ['info: 1 id only in blue'] },
  },
  {
    what: 'an empty blue blocks as one finding',
    before: TEN,
    after: [],
    expected: { status: 'failed', findings: ['fail: blue is empty; the baseline has 10 rows.'] },
  },
  {
    what: 'every row changed is a warning for a model that changed itself',
    before: TEN,
    after: TEN.map((row) => row.replace('same', 'other')),
    expected: {
      status: 'warned',
      reads: 4,
      counts: { matched: 10, changed: 10, missing: 0, extra: 0 },
      columns: ['V 10 0 0'],
    },
  },
  {
    what: 'few changed rows of a model that changed itself pass',
    before: MANY,
    after: MANY.map((row) => (row.startsWith('50,') ? `50, 'x'` : row)),
    expected: { status: 'passed', counts: { changed: 1 }, findings: ['info: 1 row changed'] },
  },
  {
    what: 'one changed row of a model that did not change itself warns',
    before: MANY,
    after: MANY.map((row) => (row.startsWith('50,') ? `50, 'x'` : row)),
    planned: { changed: false },
    expected: { status: 'warned', counts: { changed: 1 }, samples: { changed: [['50']] } },
  },
  {
    what: 'one column of a hundred is found',
    columns: `ID NUMBER, ${WIDE.map((name) => `${name} VARCHAR`).join(', ')}`,
    before: [wideRow(1, `'v57'`), wideRow(2, `'v57'`)],
    after: [wideRow(1, `'v57'`), wideRow(2, `'odd'`)],
    expected: { status: 'warned', reads: 4, counts: { changed: 1 }, columns: ['C57 1 0 0'] },
  },
  {
    what: 'the newest day lost is lost, whatever both sides overlap in',
    columns: 'ID NUMBER, AT TIMESTAMP_NTZ',
    before: [
      `1, '2026-11-20 00:00:00'::TIMESTAMP_NTZ`,
      `2, '2026-11-21 00:00:00'::TIMESTAMP_NTZ`,
      `3, '2026-11-22 00:00:00'::TIMESTAMP_NTZ`,
    ],
    after: [`1, '2026-11-20 00:00:00'::TIMESTAMP_NTZ`, `2, '2026-11-21 00:00:00'::TIMESTAMP_NTZ`],
    node: { config: { unique_key: 'id', event_time: 'at' } },
    expected: { status: 'failed', counts: { missing: 1 } },
  },
  {
    what: 'the oldest day lost is lost',
    columns: 'ID NUMBER, AT TIMESTAMP_NTZ',
    before: [`1, '2026-11-20 00:00:00'::TIMESTAMP_NTZ`, `2, '2026-11-21 00:00:00'::TIMESTAMP_NTZ`],
    after: [`2, '2026-11-21 00:00:00'::TIMESTAMP_NTZ`],
    node: { config: { unique_key: 'id', event_time: 'at' } },
    expected: { status: 'failed', counts: { missing: 1 } },
  },
  {
    what: 'a row whose time moved is changed, not lost and new',
    columns: 'ID NUMBER, AT TIMESTAMP_NTZ',
    before: [`1, '2026-01-31 23:59:59'::TIMESTAMP_NTZ`, `2, '2026-02-01 00:00:00'::TIMESTAMP_NTZ`],
    after: [`1, '2026-02-01 00:00:01'::TIMESTAMP_NTZ`, `2, '2026-02-01 00:00:00'::TIMESTAMP_NTZ`],
    node: { config: { unique_key: 'id', event_time: 'at' } },
    expected: { status: 'warned', counts: { missing: 0, extra: 0, changed: 1 } },
  },
  {
    what: 'missing ids within a limit of the project do not block',
    before: TEN,
    after: TEN.slice(1),
    node: withSettings({ missing: { warn: 0, fail: '20%' } }),
    expected: { status: 'warned', counts: { missing: 1 }, findings: ['warn: 1 id missing in blue; the limit is 0.'] },
  },
  {
    what: 'missing ids above a limit of the project block',
    before: TEN,
    after: TEN.slice(3),
    node: withSettings({ missing: { warn: 0, fail: '20%' } }),
    expected: { status: 'failed', findings: ['fail: 3 ids missing in blue; the limit is 20 %.'] },
  },
  {
    what: 'a limit exactly met is kept',
    before: TEN,
    after: TEN.slice(2),
    node: withSettings({ missing: { fail: '20%' } }),
    expected: { status: 'passed', counts: { missing: 2 } },
  },
  {
    what: 'at most ten sample ids come of each class, the same at each run',
    before: MANY,
    after: MANY.slice(20),
    expected: { status: 'failed', reads: 2, counts: { missing: 20 } },
  },
  {
    what: 'keyless rows in another order are identical',
    node: KEYLESS,
    before: [`1, 'a'`, `1, 'a'`, `NULL, NULL`],
    after: [`NULL, NULL`, `1, 'a'`, `1, 'a'`],
    expected: { status: 'passed', reads: 2, source: 'keyless', counts: { form: 'fingerprint' } },
  },
  {
    what: 'a keyless row that is there once instead of twice is one lost row',
    node: KEYLESS,
    before: [`1, 'a'`, `1, 'a'`, `2, 'b'`],
    after: [`1, 'a'`, `2, 'b'`],
    expected: { status: 'warned', reads: 2, counts: { form: 'keyless', missing: 1, extra: 0, matched: 2 } },
  },
  {
    what: 'a keyless changed row is one lost and one new, and never passes',
    node: KEYLESS,
    before: TEN,
    after: [`1, 'other'`, ...TEN.slice(1)],
    expected: { status: 'warned', reads: 4, counts: { form: 'keyless', missing: 1, extra: 1, changed: 0 } },
  },
  {
    what: 'a keyless NULL is neither the empty text nor the word',
    node: KEYLESS,
    columns: 'A VARCHAR, B VARCHAR',
    before: [`NULL, ''`, `'NULL', 'x'`],
    after: [`'', NULL`, `NULL, 'x'`],
    expected: { status: 'warned', counts: { missing: 2, extra: 2 } },
  },
  {
    what: 'a keyless table that lost most of its rows blocks',
    node: KEYLESS,
    before: TEN,
    after: TEN.slice(6),
    expected: { status: 'failed', findings: ['fail: rows went from 10 to 4; the limit is 50 %.', 'warn: no key'] },
  },
  {
    what: 'a table whose every column is its key has nothing to change',
    columns: 'A NUMBER, B VARCHAR',
    node: keyedBy('a', 'b'),
    before: [`1, 'x'`, `1, 'y'`],
    after: [`1, 'x'`, `1, 'z'`],
    expected: { status: 'failed', reads: 4, counts: { missing: 1, extra: 1, changed: 0 } },
  },
];
