import { describe, expect, test } from '@jest/globals';
import { executeConfirmed } from '../../src/observing/confirmed.js';
import { renameSchema } from '../../src/snowflake/statements/schemas.js';
import { SnowflakeError, UnknownOutcomeError } from '../../src/snowflake/warehouse.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { RecordingLog } from '../support/recording-log.js';
import { RecordingWarehouse } from '../support/recording-warehouse.js';
import { SettableClock } from '../support/settable-clock.js';

const STATEMENT = renameSchema({ database: 'D', schema: 'A' }, { database: 'D', schema: 'B' });
const LOST = new UnknownOutcomeError(STATEMENT, new Error('socket hang up'));
const REFUSED = new SnowflakeError('Schema B already exists.', { code: '002002', statement: STATEMENT });
const UNREACHABLE = new SnowflakeError('Could not connect.', { code: '250001', statement: STATEMENT });

interface Outcome {
  readonly result: readonly Row[] | Error;
  readonly readBacks: number;
  readonly executed: number;
  readonly clock: SettableClock;
  readonly lines: readonly string[];
}

/** `readBack` is given which look it is, from 1. */
async function run(answer: readonly Row[] | Error, readBack: (look: number) => boolean | Error): Promise<Outcome> {
  const warehouse = new RecordingWarehouse(() => answer);
  const log = new RecordingLog();
  const clock = new SettableClock();
  let readBacks = 0;
  const result = await executeConfirmed({ warehouse, log, clock }, STATEMENT, () => {
    readBacks += 1;
    const found = readBack(readBacks);
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  return { result, readBacks, executed: warehouse.statements.length, clock, lines: log.lines };
}

describe('answered', () => {
  test('the rows are handed on and nothing is read back', async () => {
    const { result, readBacks } = await run([{ status: 'done' }], () => false);
    expect(result).toEqual([{ status: 'done' }]);
    expect(readBacks).toBe(0);
  });
});

describe('the reply was lost', () => {
  test('and the effect is there at once', async () => {
    const { result, readBacks, lines, clock } = await run(LOST, () => true);
    expect(result).toEqual([]);
    expect(readBacks).toBe(1);
    expect(clock.sleeps).toEqual([]);
    expect(lines).toEqual(['info: renameSchema: the answer was lost or refused, but its effect is there. Going on.']);
  });

  test('and the statement takes a while: it is looked for again, and never sent twice', async () => {
    const { result, readBacks, executed, clock } = await run(LOST, (look) => look === 4);
    expect(result).toEqual([]);
    expect(readBacks).toBe(4);
    expect(executed).toBe(1);
    expect(clock.sleeps).toEqual([2000, 2000, 2000]);
  });

  test('and the effect never shows: it fails with what happened, after a bounded time', async () => {
    const { result, clock } = await run(LOST, () => false);
    expect(result).toBe(LOST);
    expect(clock.sleeps.reduce((a, b) => a + b, 0)).toBe(28_000);
  });

  test.each([LOST, UNREACHABLE])('and the connection is still down while reading back (%s)', async (down) => {
    const { result, readBacks } = await run(LOST, (look) => (look < 3 ? down : true));
    expect(result).toEqual([]);
    expect(readBacks).toBe(3);
  });

  test('and the connection stays down: what is told is the lost statement, not the look for it', async () => {
    const { result, lines } = await run(LOST, () => UNREACHABLE);
    expect(result).toBe(LOST);
    expect(lines.join()).toContain('Could not connect.');
  });

  test('and the job is cancelled meanwhile: it stops at once', async () => {
    const cancelled = new Error('cancelled');
    const { result, readBacks } = await run(LOST, () => cancelled);
    expect(result).toBe(cancelled);
    expect(readBacks).toBe(1);
  });
});

describe('refused', () => {
  test('because it was done already', async () => {
    const { result, readBacks } = await run(REFUSED, () => true);
    expect(result).toEqual([]);
    expect(readBacks).toBe(1);
  });

  test('really: it fails at once', async () => {
    const { result, readBacks, clock } = await run(REFUSED, () => false);
    expect(result).toBe(REFUSED);
    expect(readBacks).toBe(1);
    expect(clock.sleeps).toEqual([]);
  });

  test('and it cannot be read back: the refusal is told', async () => {
    const { result } = await run(REFUSED, () => UNREACHABLE);
    expect(result).toBe(REFUSED);
  });
});
