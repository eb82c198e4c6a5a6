import { KEYLESS, keyedBy } from './case.js';
import type { VerificationCase } from './case.js';

const BLIND_TO_CASE = `VARCHAR COLLATE 'en-ci'`;
const BLIND_TO_ACCENTS = `VARCHAR COLLATE 'en-ci-ai'`;

/** Columns whose texts Snowflake compares without regard to case or accents: `=` does, and HASH does not. */
export const COLLATION_CASES: readonly VerificationCase[] = [
  {
    what: 'equal texts are equal under a collation',
    columns: `ID NUMBER, V ${BLIND_TO_CASE}`,
    before: [`1, 'Ann'`, `2, NULL`],
    after: [`1, 'Ann'`, `2, NULL`],
    expected: { status: 'passed', reads: 2 },
  },
  {
    what: 'a capital letter is a change, though the collation does not see it',
    columns: `ID NUMBER, V ${BLIND_TO_CASE}, W NUMBER`,
    before: [`1, 'Ann', 1`, `2, 'Bo', 1`],
    after: [`1, 'ANN', 1`, `2, 'Bo', 1`],
    expected: { status: 'warned', counts: { matched: 2, changed: 1, missing: 0 }, columns: ['V 1 0 0'] },
  },
  {
    what: 'an accent is a change, though the collation does not see it',
    columns: `ID NUMBER, V ${BLIND_TO_ACCENTS}`,
    before: [`1, 'Zürich'`, `2, 'Bern'`],
    after: [`1, 'Zurich'`, `2, 'Bern'`],
    expected: { status: 'warned', counts: { changed: 1 }, columns: ['V 1 0 0'] },
  },
  {
    what: 'ids that differ by case are two ids under any collation',
    columns: `ID ${BLIND_TO_CASE}, V NUMBER`,
    before: [`'Ab', 1`, `'aB', 2`, `'x', 3`],
    after: [`'Ab', 1`, `'x', 3`],
    expected: {
      status: 'failed',
      counts: { matched: 2, missing: 1, extra: 0, changed: 0, duplicateKeys: { baseline: 0, upcoming: 0 } },
      samples: { missing: [['aB']] },
    },
  },
  {
    what: 'the rows of one id are counted apart from those of the same letters in other case',
    columns: `A ${BLIND_TO_CASE}, B NUMBER, V NUMBER`,
    node: keyedBy('a', 'b'),
    before: [`'x', 1, 1`, `'X', 1, 2`, `NULL, 1, 3`],
    after: [`'x', 1, 1`, `'X', 1, 9`, `NULL, 1, 3`],
    expected: { status: 'warned', counts: { form: 'group', missing: 0, extra: 0, changed: 1 } },
  },
  {
    what: 'without a key a capital letter is another row',
    node: KEYLESS,
    columns: `V ${BLIND_TO_CASE}`,
    before: [`'a'`, `'b'`],
    after: [`'A'`, `'b'`],
    expected: { status: 'warned', counts: { missing: 1, extra: 1 } },
  },
  {
    what: 'a collation that came is told, and equal texts stay equal',
    columns: 'ID NUMBER, V VARCHAR',
    newColumns: `ID NUMBER, V ${BLIND_TO_CASE}`,
    before: [`1, 'Ann'`, `2, 'ann'`],
    after: [`1, 'Ann'`, `2, 'ann'`],
    expected: {
      status: 'warned',
      columns: [],
      findings: ['warn: collation changed: V: none -> en-ci. Comparisons and sort order come out differently.'],
    },
  },
  {
    what: 'a collation that went from the id is told, and a lost id is found',
    columns: `ID ${BLIND_TO_CASE}, V NUMBER`,
    newColumns: 'ID VARCHAR, V NUMBER',
    before: [`'a', 1`, `'A', 2`],
    after: [`'a', 1`],
    expected: { status: 'failed', counts: { matched: 1, missing: 1, extra: 0 }, samples: { missing: [['A']] } },
  },
];
