import type { VerificationCase } from './case.js';

/** Production went on after the clone. */
export const MOVED_CASES: readonly VerificationCase[] = [
  {
    what: 'production that was replaced after the clone does not move the baseline',
    before: [`1, 'a'`, `2, 'b'`],
    after: [`1, 'a'`, `2, 'b'`],
    meanwhile: [`CREATE OR REPLACE TABLE {{ table }} AS SELECT 77 AS ID, 'new' AS V`],
    expected: { status: 'passed', reads: 2, counts: { identical: true } },
  },
  {
    what: 'rows that production lost after the clone are still looked for',
    before: [`1, 'a'`, `2, 'b'`],
    after: [`1, 'a'`],
    meanwhile: ['DELETE FROM {{ table }} WHERE ID = 2'],
    expected: { status: 'failed', counts: { missing: 1 } },
  },
  {
    what: 'ids that a view lacks may be late rows while production goes on: a warning until the catch-up',
    before: [`1, 'a'`, `2, 'b'`],
    after: [`1, 'a'`],
    viewBefore: 'SELECT * FROM {{ rows }}',
    viewAfter: 'SELECT * FROM {{ rows }}',
    expected: { status: 'warned', counts: { missing: 1 } },
  },
  {
    what: 'a view that repeats ids blocks, whatever production does',
    before: [`1, 'a'`],
    after: [`1, 'a'`, `1, 'a'`],
    viewBefore: 'SELECT * FROM {{ rows }}',
    viewAfter: 'SELECT * FROM {{ rows }}',
    expected: { status: 'failed', counts: { missing: 0, duplicateKeys: { baseline: 0, upcoming: 1 } } },
  },
];
