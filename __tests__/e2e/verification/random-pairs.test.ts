import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectedOf } from './support/oracle.js';
import type { Expected } from './support/oracle.js';
import { model } from '../../verification/support/manifest.js';
import { randomNumbers } from '../../support/random-numbers.js';
import { literals, randomPair } from './support/random-tables.js';
import type { Pair } from './support/random-tables.js';
import { TwoSchemas } from './support/two-schemas.js';
import type { ModelVerdict } from '../../../src/verification/verdict.js';

/** More by `RANDOM_PAIRS=1000`; the seed of a failing pair is its number. */
const PAIRS = Number(process.env['RANDOM_PAIRS'] ?? 40);
const BATCH = 50;

let sides: TwoSchemas;
beforeAll(async () => {
  sides = await TwoSchemas.start('RANDOM_PAIRS');
}, 60_000);
afterAll(() => sides.stop(), 60_000);

async function create(name: string, pair: Pair): Promise<void> {
  const kinds = [
    ...pair.keyKinds.map((kind, i) => `K${i} ${kind}`),
    ...pair.valueKinds.map((kind, i) => `V${i} ${kind}`),
  ];
  const rows = (side: 'baseline' | 'upcoming'): string[] => pair[side].rows.map((row) => literals(row, pair));
  await sides.table('BASE', name, kinds.join(', '), rows('baseline'));
  await sides.table('BLUE', name, kinds.join(', '), rows('upcoming'));
}

function found({ comparison, findings }: ModelVerdict): Expected {
  if (comparison === undefined) throw new Error(findings.map((finding) => finding.text).join('\n'));
  const { matched, missing, extra, changed, nullKeys, duplicateKeys, columns } = comparison;
  const differing = columns.filter((column) => column.changed > 0);
  return {
    ...{ matched, missing, extra, changed, nullKeys, duplicateKeys },
    columns: new Map(
      differing.map(({ column, changed: rows, toNull, fromNull }) => [
        Number(column.slice(1)),
        { changed: rows, toNull, fromNull },
      ]),
    ),
  };
}

/** An identical pair is known by its fingerprint: keys were not paired, rows not told from keys. */
function expectedFor(pair: Pair, verdict: ModelVerdict): Expected {
  const floats = new Set(pair.valueKinds.flatMap((kind, index) => (kind === 'FLOAT' ? [index] : [])));
  const expected = expectedOf(pair.baseline, pair.upcoming, floats);
  if (verdict.comparison?.form !== 'fingerprint') return expected;
  return { ...expected, matched: pair.baseline.rows.length, duplicateKeys: { baseline: 0, upcoming: 0 } };
}

test(
  `counts of ${PAIRS} random pairs of tables are those of an oracle without SQL`,
  async () => {
    const forms = new Map<string, number>();
    for (let first = 0; first < PAIRS; first += BATCH) {
      const seeds = Array.from({ length: Math.min(BATCH, PAIRS - first) }, (_, index) => first + index);
      const pairs = seeds.map((seed) => randomPair(randomNumbers(seed)));
      await Promise.all(pairs.map((pair, index) => create(`PAIR_${index}`, pair)));
      const nodes = pairs.map((pair, index) =>
        model(`pair_${index}`, { config: { unique_key: pair.keyKinds.map((_, part) => `k${part}`) } }),
      );
      const verdicts = await sides.verifyAll(nodes);
      verdicts.forEach((verdict, index) => {
        const pair = pairs[index];
        if (pair === undefined) throw new Error('More verdicts than pairs.');
        const form = verdict.comparison?.form ?? verdict.status;
        forms.set(form, (forms.get(form) ?? 0) + 1);
        expect({ seed: seeds[index], form, ...found(verdict) }).toEqual({
          seed: seeds[index],
          form,
          ...expectedFor(pair, verdict),
        });
      });
    }
    // Each road was taken; otherwise the test would prove less than it says.
    expect([...forms.keys()].sort()).toEqual(['fingerprint', 'group', 'join']);
  },
  60_000 + PAIRS * 1000,
);
