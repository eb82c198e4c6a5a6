/** Only a share of the ids is compared: the same ones on both sides, and never said to be all. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ManifestNode } from '../../../src/dbt/manifest.js';
import type { ModelVerdict } from '../../../src/verification/verdict.js';
import { model } from '../../verification/support/manifest.js';
import { TwoSchemas } from './support/two-schemas.js';

const IDS = 400;

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('SAMPLES');
}, 60_000);
afterAll(() => sides.stop());

function sampled(settings: object, config: Readonly<Record<string, unknown>> = { unique_key: 'id' }): ManifestNode {
  return model('sampled', { config, meta: { blue_green: { sample: '25%', ...settings } } });
}

/** `SAMPLED` with the ids 0 to 399; blue is what the query makes of them. */
async function blueHas(query: string): Promise<void> {
  const ids = `SELECT SEQ4()::NUMBER AS ID, 'a' AS V FROM TABLE(GENERATOR(ROWCOUNT => ${IDS}))`;
  await sides.run(`CREATE OR REPLACE TABLE SAMPLES.BASE.SAMPLED AS ${ids}`);
  await sides.run(`CREATE OR REPLACE TABLE SAMPLES.BLUE.SAMPLED AS ${query}`);
}

function texts({ findings }: ModelVerdict): readonly string[] {
  return findings.map(({ severity, text }) => `${severity}: ${text}`);
}

test('equal versions are equal in the sample, which says how little it is', async () => {
  await blueHas('SELECT * FROM SAMPLES.BASE.SAMPLED');
  const verdict = await sides.verify(sampled({}));
  const seen = verdict.comparison?.baselineRows ?? 0;
  expect(verdict).toMatchObject({
    status: 'warned',
    partial: ['sampled'],
    comparison: { form: 'fingerprint', identical: true },
  });
  // A quarter, give or take what a hash gives or takes.
  expect(seen).toBeGreaterThan(IDS / 8);
  expect(seen).toBeLessThan(IDS / 2);
  expect(texts(verdict)).toEqual([
    `info: ${IDS - seen} rows of the baseline and ${IDS - seen} rows of blue lie outside the sample and were not compared.`,
    'warn: sampled: only 25 % of the ids were compared, the same on both sides. What happened to the others does not show.',
  ]);
  expect((await sides.verify(sampled({}))).comparison).toEqual(verdict.comparison);
});

test('lost, new and changed ids of the sample are found, each as what it is', async () => {
  await blueHas(
    `SELECT ID, IFF(ID >= 300, 'b', V) AS V FROM SAMPLES.BASE.SAMPLED WHERE ID >= 200 UNION ALL SELECT ID + 1000, 'a' FROM SAMPLES.BASE.SAMPLED`,
  );
  const { status, comparison } = await sides.verify(sampled({}));
  expect(status).toBe('failed');
  const { matched = 0, missing = 0, extra = 0, changed = 0, baselineRows, samples } = comparison ?? {};
  expect(missing + matched).toBe(baselineRows);
  for (const found of [missing, extra, changed]) expect(found).toBeGreaterThan(0);
  expect(samples?.missing.every(([id]) => Number(id) < 200)).toBe(true);
  expect(samples?.changed.every(([id]) => Number(id) >= 300)).toBe(true);
});

test('an id whose type changed is in the sample of both sides or of none', async () => {
  await blueHas('SELECT ID::VARCHAR AS ID, V FROM SAMPLES.BASE.SAMPLED');
  expect((await sides.verify(sampled({}))).comparison).toMatchObject({ missing: 0, extra: 0, changed: 0 });
});

test('without a key rows are sampled', async () => {
  await blueHas('SELECT * FROM SAMPLES.BASE.SAMPLED');
  const verdict = await sides.verify(sampled({}, {}));
  expect(verdict).toMatchObject({ status: 'warned', key: { source: 'keyless' }, comparison: { identical: true } });
  expect(texts(verdict)[1]).toMatch(/^warn: sampled: only 25 % of the rows were compared/);
});

test('with a condition of the project both hold; late rows are compared by the condition alone', async () => {
  await blueHas('SELECT * FROM SAMPLES.BASE.SAMPLED');
  const verdict = await sides.verify(sampled({ where: 'id < 100' }));
  expect(verdict.comparison?.baselineRows).toBeLessThan(50);
  expect(texts(verdict)[0]).toMatch(/ lie outside where and window and the sample and were not compared\.$/);
  expect(verdict.conditions?.where).toBe('(\nid < 100\n)');
});

test('a sample that holds no row of the baseline breaks the check', async () => {
  await blueHas('SELECT * FROM SAMPLES.BASE.SAMPLED');
  const verdict = await sides.verify(sampled({ sample: '0.01%', where: 'id < 3' }));
  expect(verdict.status).toBe('errored');
  expect(texts(verdict)[0]).toMatch(/no row of the baseline lies within where and window and the sample/);
});
