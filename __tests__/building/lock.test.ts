import { describe, expect, test } from '@jest/globals';
import { assertLock, holdsLock, takeLock, writeMarker } from '../../src/building/lock.js';
import type { SchemaSeen } from '../../src/deployment/state.js';
import { UnknownOutcomeError } from '../../src/snowflake/warehouse.js';
import type { Row } from '../../src/snowflake/warehouse.js';
import { D1, D2, PAIR, copyOf, marker, observed, ours, schemaRow } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';
import { StandingSchemas } from '../support/standing-schemas.js';

const MINE = marker({ deployment: D2, parent: D1, phase: 'building' }, 'PUBLIC_UPCOMING');
const PRODUCTION = schemaRow('PUBLIC', 'the shop');

function world(rows: readonly Row[]): { warehouse: StandingSchemas; log: RecordingLog; clock: SettableClock } {
  return { warehouse: new StandingSchemas(rows), log: new RecordingLog(), clock: new SettableClock() };
}

async function production(): Promise<SchemaSeen> {
  const seen = (await observed([PRODUCTION])).production;
  if (seen === undefined) throw new Error('no production');
  return seen;
}

describe('taking the lock', () => {
  test("clones production with a person's words and the marker", async () => {
    const tools = world([PRODUCTION]);
    await takeLock(tools, PAIR, await production(), MINE);
    expect(tools.warehouse.commentOf('PUBLIC_UPCOMING')).toEqual({
      words: 'the shop',
      marker: MINE,
      unreadable: undefined,
    });
    expect(tools.warehouse.commentOf('PUBLIC').marker).toBeUndefined();
  });

  test('fails when somebody was faster, and theirs stays', async () => {
    const theirs = ours('PUBLIC_UPCOMING', { deployment: D1 });
    const tools = world([PRODUCTION, theirs]);
    await expect(takeLock(tools, PAIR, await production(), MINE)).rejects.toThrow(
      new RegExp(`created a moment ago by run 77 \\(attempt 1\\) for deployment ${D1} of commit \\w{7},.*"status"`),
    );
    expect(tools.warehouse.markerOf('PUBLIC_UPCOMING')?.deployment).toBe(D1);
  });

  test('whose reply was lost is held when the schema is ours', async () => {
    const tools = world([PRODUCTION]);
    tools.warehouse.after = (statement) =>
      statement.name === 'cloneSchema' ? new UnknownOutcomeError(statement, new Error('reset')) : undefined;
    await takeLock(tools, PAIR, await production(), MINE);
    expect(await holdsLock(tools, PAIR, MINE)).toBe(true);
  });
});

describe('holding it', () => {
  test.each<readonly [string, readonly Row[], boolean]>([
    ['ours', [ours('PUBLIC_UPCOMING', { deployment: D2 })], true],
    ['ours, taken up by another run', [ours('PUBLIC_UPCOMING', { deployment: D2, run: '78' })], false],
    ['ours, taken up by another attempt', [ours('PUBLIC_UPCOMING', { deployment: D2, attempt: 2 })], false],
    ['of another deployment', [ours('PUBLIC_UPCOMING', { deployment: D1 })], false],
    ['a copy of ours', [copyOf('PUBLIC_FAILED_2026_11_22_153045', 'PUBLIC_UPCOMING', { deployment: D2 })], false],
    ['without a marker', [schemaRow('PUBLIC_UPCOMING', '')], false],
    ['gone', [], false],
  ])('%s', async (_what, rows, holds) => {
    const tools = world([PRODUCTION, ...rows]);
    expect(await holdsLock(tools, PAIR, MINE)).toBe(holds);
    const asserted = assertLock(tools, PAIR, MINE);
    if (holds) await expect(asserted).resolves.toBeUndefined();
    else await expect(asserted).rejects.toThrow(`no longer belongs to this run of deployment ${D2}`);
  });

  test('a marker is written beside the words', async () => {
    const tools = world([PRODUCTION, ours('PUBLIC_UPCOMING', { deployment: D2 })]);
    await writeMarker(tools, PAIR, 'the shop', { ...MINE, phase: 'verified' });
    expect(tools.warehouse.commentOf('PUBLIC_UPCOMING')).toMatchObject({
      words: 'the shop',
      marker: { phase: 'verified' },
    });
  });
});
