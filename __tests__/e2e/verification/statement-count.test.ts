import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { VerificationCase } from './cases/case.js';
import { TwoSchemas } from './support/two-schemas.js';
import { CaseSchemas } from './support/verified-cases.js';
import type { VerifiedDeployment } from './support/verified-cases.js';

const MODELS = 500;
/**
 * What is asked once for a deployment, however many models it has: three about production, two about the baseline, five about
 * schemas, four about policies.
 */
const HANDFUL = 14;
/** Of so many tables one statement asks for the tags. */
const TABLES_IN_ONE = 100;
const SAME: VerificationCase = {
  what: 'a small table that did not change',
  before: [`1, 'a'`, `2, NULL`],
  after: [],
  expected: { status: 'passed' },
};

let sides: TwoSchemas;
let deployment: VerifiedDeployment;
beforeAll(async () => {
  sides = await TwoSchemas.start('STATEMENT_COUNT');
  const cases = Array.from({ length: MODELS }, () => SAME);
  deployment = await new CaseSchemas(sides, 'STATEMENT_COUNT', 'LIVE').verifyCopies(cases);
}, 240_000);
afterAll(() => sides.stop(), 60_000);

test(`${MODELS} identical tables pass with two reads each`, () => {
  expect(deployment.results).toHaveLength(MODELS);
  const passed = deployment.results.filter(({ verdict, reads }) => verdict.status === 'passed' && reads === 2);
  expect(passed).toHaveLength(MODELS);
});

test('one statement reads both sides of a table, a handful asks the rest, and one for each hundred tables', () => {
  const queries = deployment.statements.filter(({ text }) => text.includes('HASH_AGG'));
  expect(queries.every(({ tables_read }) => tables_read.length === 2)).toBe(true);
  expect(queries).toHaveLength(MODELS);
  expect(deployment.statements.length).toBeLessThanOrEqual(MODELS + HANDFUL + MODELS / TABLES_IN_ONE);
});

test('what comes back is one row for each side', () => {
  const rows = deployment.statements.filter(({ text }) => text.includes('HASH_AGG')).map((each) => each.rows);
  expect(new Set(rows)).toEqual(new Set([2]));
});
