import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Comparison, ModelVerdict } from '../../../src/verification/verdict.js';
import type { ExpectedVerdict, VerificationCase } from './cases/case.js';
import { COLLATION_CASES } from './cases/collation-cases.js';
import { DEPTH_CASES } from './cases/depth-cases.js';
import { KEY_CASES } from './cases/key-cases.js';
import { MOVED_CASES } from './cases/moved-cases.js';
import { RELATION_CASES } from './cases/relation-cases.js';
import { ROW_CASES } from './cases/row-cases.js';
import { VALUE_CASES } from './cases/value-cases.js';
import { TwoSchemas } from './support/two-schemas.js';
import { CaseSchemas } from './support/verified-cases.js';
import type { VerifiedCase } from './support/verified-cases.js';

const DATABASE = 'VERIFIED_CASES';
const MOVED = 'production that went on';
const GROUPS = {
  rows: ROW_CASES,
  keys: KEY_CASES,
  values: VALUE_CASES,
  collations: COLLATION_CASES,
  depths: DEPTH_CASES,
  relations: RELATION_CASES,
  [MOVED]: MOVED_CASES,
} as const;

let sides: TwoSchemas;
let verified: ReadonlyMap<VerificationCase, VerifiedCase>;
beforeAll(async () => {
  sides = await TwoSchemas.start(DATABASE);
  const { [MOVED]: moved, ...calm } = GROUPS;
  verified = new Map([
    ...(await verifiedIn('CALM', Object.values(calm).flat())),
    ...(await verifiedIn('MOVED', moved)),
  ]);
}, 120_000);
afterAll(() => sides.stop());

/** One deployment that rebuilt all of the cases' relations. */
async function verifiedIn(
  production: string,
  cases: readonly VerificationCase[],
): Promise<readonly (readonly [VerificationCase, VerifiedCase])[]> {
  const { results } = await new CaseSchemas(sides, DATABASE, production).verify(cases);
  return cases.map((given, position) => {
    const result = results[position];
    if (result === undefined) throw new Error(`No verdict on "${given.what}".`);
    return [given, result];
  });
}

function resultOf(given: VerificationCase): VerifiedCase {
  const result = verified.get(given);
  if (result === undefined) throw new Error(`"${given.what}" was not verified.`);
  return result;
}

function columnsOf(comparison: Comparison | undefined): readonly string[] {
  const changed = comparison?.columns.filter((column) => column.changed > 0) ?? [];
  return changed.map(({ column, changed: rows, toNull, fromNull }) => `${column} ${rows} ${toNull} ${fromNull}`);
}

/** Of the verdict, what the case says something about. */
function seen({ verdict, reads }: VerifiedCase, expected: ExpectedVerdict): unknown {
  const { comparison } = verdict;
  return {
    status: verdict.status,
    ...(expected.reads === undefined ? {} : { reads }),
    ...(expected.key === undefined ? {} : { key: verdict.key?.columns }),
    ...(expected.source === undefined ? {} : { source: verdict.key?.source }),
    ...(expected.counts === undefined ? {} : { counts: comparison }),
    ...(expected.columns === undefined ? {} : { columns: columnsOf(comparison) }),
    ...(expected.samples === undefined ? {} : { samples: inAnyOrder(comparison?.samples ?? {}) }),
    ...('partial' in expected ? { partial: verdict.partial } : {}),
    ...(expected.uncompared === undefined
      ? {}
      : { uncompared: verdict.uncompared.map((each) => `${each.column}: ${each.why}`) }),
  };
}

/** Sample keys come ordered by a hash, which the stand-in computes in its own way. */
function inAnyOrder(samples: Partial<Comparison['samples']>): unknown {
  return Object.fromEntries(
    Object.entries(samples).map(([name, keys]) => [name, keys.map((key) => JSON.stringify(key)).sort()]),
  );
}

function findings(verdict: ModelVerdict): readonly string[] {
  return verdict.findings.map(({ severity, text }) => `${severity}: ${text}`);
}

describe.each(Object.entries(GROUPS))('%s', (_, cases) => {
  test.each(cases.map((each) => [each.what, each] as const))('%s', (_what, given) => {
    const { expected } = given;
    const result = resultOf(given);
    const { findings: texts, samples, ...others } = expected;
    const wanted = { ...others, ...(samples === undefined ? {} : { samples: inAnyOrder(samples) }) };
    // The findings stand beside what was seen, so that a case that fails says why.
    expect({ ...(seen(result, expected) as object), texts: findings(result.verdict) }).toMatchObject(wanted);
    if (texts !== undefined) {
      expect(findings(result.verdict).map((text, index) => text.slice(0, texts[index]?.length ?? 0))).toEqual(texts);
    }
    // What the comparison says of itself is what the warehouse saw.
    expect(result.verdict.comparison?.tableReads ?? 0).toBe(result.reads);
  });
});

test('sample ids are at most ten of each class', () => {
  const most = ROW_CASES.find(({ what }) => what.startsWith('at most ten sample ids'));
  if (most === undefined) throw new Error('No such case.');
  expect(resultOf(most).verdict.comparison?.samples.missing).toHaveLength(10);
});

test('no comparison reads a table more than four times in all', () => {
  expect([...verified.values()].map(({ reads }) => reads).filter((reads) => ![0, 2, 4].includes(reads))).toEqual([]);
});
