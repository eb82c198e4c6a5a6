import { KEYLESS, withSettings } from './case.js';
import type { VerificationCase } from './case.js';

/** Wide, so that the ids are a small part: 30 columns of numbers, and `ID`. */
const WIDE = ['ID NUMBER', ...Array.from({ length: 30 }, (_, index) => `V${index} NUMBER`)].join(', ');

function wideRows(count: number, value = 0): readonly string[] {
  return Array.from({ length: count }, (_, id) => [id, value, ...Array.from({ length: 29 }, () => 0)].join(', '));
}

/** The local Snowflake counts 8 bytes for each value: 20 such rows on both sides take 4,960 bytes × 2, their ids at most 2,560. */
const IDS_ONLY = withSettings({ max_bytes: '5 kB' });

/** Less than everything is compared, and the verdict says so. */
export const DEPTH_CASES: readonly VerificationCase[] = [
  {
    what: 'a table within max_bytes is compared as a whole',
    columns: WIDE,
    node: withSettings({ max_bytes: '1 MB' }),
    before: wideRows(20),
    after: wideRows(20),
    expected: { status: 'passed', reads: 2, partial: undefined },
  },
  {
    what: 'beyond max_bytes only ids are compared, and the model is not passed',
    columns: WIDE,
    node: IDS_ONLY,
    before: wideRows(20),
    after: wideRows(20, 1),
    expected: {
      status: 'warned',
      partial: ['keys only'],
      counts: { matched: 20, missing: 0, changed: 0 },
      findings: [
        'warn: only ids were compared, and no values: reading all columns takes up to 19.8 kB, max_bytes is 5.0 kB.',
      ],
    },
  },
  {
    what: 'a lost id is found though values are not read',
    columns: WIDE,
    node: IDS_ONLY,
    before: wideRows(20),
    after: wideRows(20).slice(1),
    expected: {
      status: 'failed',
      partial: ['keys only'],
      counts: { missing: 1, extra: 0 },
      samples: { missing: [['0']] },
    },
  },
  {
    what: 'where even the ids take more, rows are counted and nothing is read',
    columns: WIDE,
    node: withSettings({ max_bytes: 100 }),
    before: wideRows(20),
    after: wideRows(20),
    expected: {
      status: 'warned',
      reads: 0,
      partial: ['rows only'],
      counts: { form: 'counted', baselineRows: 20, upcomingRows: 20, identical: false },
      findings: [
        'warn: rows were counted, and neither ids nor values compared: reading 1 key column alone takes up to 2.6 kB, max_bytes is 100 B.',
      ],
    },
  },
  {
    what: 'fewer rows fail where they were only counted',
    columns: WIDE,
    node: withSettings({ max_bytes: 100, sample: '50%' }),
    before: wideRows(20),
    after: wideRows(19),
    expected: {
      status: 'failed',
      reads: 0,
      partial: ['rows only'],
      findings: ['fail: rows went from 20 to 19, at least 1 of them lost; the limit is 0.', 'warn: rows were counted'],
    },
  },
  {
    what: 'more rows warn where they were only counted, by the coarse net',
    columns: WIDE,
    node: withSettings({ max_bytes: 100 }),
    before: wideRows(10),
    after: wideRows(20),
    expected: {
      status: 'failed',
      findings: ['fail: rows went from 10 to 20; the limit is 50 %.', 'warn: rows were counted'],
    },
  },
  {
    what: 'a table without a key has no ids to compare by themselves',
    columns: WIDE,
    node: { ...KEYLESS, meta: { blue_green: { max_bytes: '5 kB' } } },
    before: wideRows(20),
    after: wideRows(20),
    expected: {
      status: 'warned',
      reads: 0,
      partial: ['rows only'],
      findings: ['warn: rows were counted, and neither ids nor values compared: reading it takes up to 19.8 kB'],
    },
  },
];
