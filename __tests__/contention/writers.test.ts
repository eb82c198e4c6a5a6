import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HOURS, roundsOf, tryEach } from './support/rounds.js';
import {
  gapsOf,
  spread,
  type WriterGround,
  type WriterKind,
  type WriterMode,
  writeInGap,
  writerGround,
} from './support/writers.js';

let ground: WriterGround;

beforeAll(async () => {
  ground = await writerGround();
}, HOURS);

afterAll(() => {
  ground.swap.dispose();
  ground.rollback.dispose();
});

const CASES: readonly (readonly [WriterKind, WriterMode])[] = [
  ['insert and merge', 'rollback'],
  ['insert and merge', 'swap'],
  ['dbt run', 'rollback'],
  ['dbt run', 'swap'],
];

test.each(CASES)(
  '%s at each gap of a %s: nothing is lost without a word, nothing is double',
  async (kind, mode) => {
    const gaps = await gapsOf(ground, mode, kind);
    expect(gaps.length).toBeGreaterThan(20);
    const chosen = spread(gaps, roundsOf(gaps.length));
    const { wrong } = await tryEach(
      chosen,
      ({ nth, text }) => `${kind}, ${mode}, after statement ${String(nth)}, ${text}`,
      (gap) => writeInGap(ground, gap),
    );
    process.stderr.write(
      `${kind}, ${mode}: ${chosen.length} of ${gaps.length} gaps tried, ${wrong.length} went wrong\n`,
    );
    expect(wrong).toEqual([]);
  },
  HOURS,
);
