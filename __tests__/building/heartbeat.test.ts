import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { isAlive, withHeartbeat } from '../../src/building/heartbeat.js';
import { SnowflakeError } from '../../src/snowflake/warehouse.js';
import { D1, D2, PAIR, marker, ours } from '../deployment/support/schemas.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';
import { StandingSchemas } from '../support/standing-schemas.js';

const MINUTE = 60_000;

describe('a build is alive', () => {
  const now = new Date('2026-11-22T16:00:00Z');
  const self = { run: '99', attempt: 1 };
  const minutesAgo = (minutes: number): string => new Date(now.getTime() - minutes * MINUTE).toISOString();

  test.each<readonly [string, Parameters<typeof marker>[0], typeof self, boolean]>([
    ['its heart beat a moment ago', { heartbeat: minutesAgo(0.5), startedAt: minutesAgo(300) }, self, true],
    ['almost silent for too long', { heartbeat: minutesAgo(9.99) }, self, true],
    ['silent for exactly as long', { heartbeat: minutesAgo(10) }, self, false],
    ['silent for hours', { heartbeat: minutesAgo(300) }, self, false],
    ['no beat yet, just started', { heartbeat: null, startedAt: minutesAgo(1) }, self, true],
    ['it said that it stopped', { heartbeat: minutesAgo(0), stopped: minutesAgo(0) }, self, false],
    ['no beat ever', { heartbeat: null, startedAt: minutesAgo(11) }, self, false],
    ["another runner's clock is ahead", { heartbeat: minutesAgo(-5) }, self, true],
    [
      'an earlier attempt of this run',
      { heartbeat: minutesAgo(0), run: '99', attempt: 1 },
      { run: '99', attempt: 2 },
      false,
    ],
    [
      'another job of this attempt',
      { heartbeat: minutesAgo(0), run: '99', attempt: 2 },
      { run: '99', attempt: 2 },
      true,
    ],
    [
      'a later attempt of this run',
      { heartbeat: minutesAgo(0), run: '99', attempt: 3 },
      { run: '99', attempt: 2 },
      true,
    ],
    [
      'an earlier attempt of another run',
      { heartbeat: minutesAgo(0), run: '98', attempt: 1 },
      { run: '99', attempt: 2 },
      true,
    ],
  ])('%s', (_what, changes, who, alive) => {
    expect(isAlive(marker(changes), now, 10, who)).toBe(alive);
  });
});

describe('the heartbeat of a build', () => {
  const MARK = marker({ deployment: D2, parent: D1, phase: 'building' }, 'PUBLIC_UPCOMING');

  interface World {
    readonly warehouse: StandingSchemas;
    readonly log: RecordingLog;
    readonly clock: SettableClock;
  }

  function world(deployment = D2): World {
    const rows = [ours('PUBLIC'), ours('PUBLIC_UPCOMING', { deployment, parent: D1, phase: 'building' })];
    return { warehouse: new StandingSchemas(rows), log: new RecordingLog(), clock: new SettableClock() };
  }

  /** Work that takes so many minutes; then it ends as told. */
  function lasting(minutes: number, end: () => string = () => 'built'): () => Promise<string> {
    return () => new Promise((resolve) => setTimeout(resolve, minutes * MINUTE)).then(end);
  }

  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  test('is written each minute with the words kept, and not after the work', async () => {
    const tools = world();
    const done = withHeartbeat(tools, PAIR, 'the shop', MARK, lasting(2.5));
    await jest.advanceTimersByTimeAsync(2.5 * MINUTE);
    await expect(done).resolves.toBe('built');
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(tools.warehouse.names).toEqual(['showSchemas', 'commentOnSchema', 'showSchemas', 'commentOnSchema']);
    expect(tools.warehouse.commentOf('PUBLIC_UPCOMING')).toMatchObject({
      words: 'the shop',
      marker: { ...MARK, heartbeat: '2026-11-22T15:30:45.000Z' },
    });
  });

  test('does not write on a schema that another run took over', async () => {
    const tools = world('20261122_160000_CCCCCCC');
    const done = withHeartbeat(tools, PAIR, '', MARK, lasting(1.5));
    await jest.advanceTimersByTimeAsync(2 * MINUTE);
    await done;
    expect(tools.warehouse.names).toEqual(['showSchemas']);
  });

  test('that fails is only logged, and beats again', async () => {
    const tools = world();
    let asked = 0;
    tools.warehouse.before = (statement) => {
      asked += 1;
      return asked === 1 ? new SnowflakeError('no connection', { code: '250001', statement }) : undefined;
    };
    const done = withHeartbeat(tools, PAIR, '', MARK, lasting(2.5));
    await jest.advanceTimersByTimeAsync(3 * MINUTE);
    await expect(done).resolves.toBe('built');
    expect(tools.log.lines).toEqual(['debug: Heartbeat failed: no connection']);
    expect(tools.warehouse.names).toContain('commentOnSchema');
  });

  test('stops when the work fails, whose error goes on', async () => {
    const tools = world();
    const failing = lasting(1.5, () => {
      throw new Error('dbt failed');
    });
    const done = withHeartbeat(tools, PAIR, '', MARK, failing).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(5 * MINUTE);
    expect(await done).toEqual(new Error('dbt failed'));
    expect(tools.warehouse.names).toEqual(['showSchemas', 'commentOnSchema']);
  });

  test('that is on its way is waited for: it would write an old marker over that of the next step', async () => {
    const tools = world();
    const slow = { ...tools, warehouse: slowed(tools.warehouse, 3.2 * MINUTE) };
    let ended = false;
    const done = withHeartbeat(slow, PAIR, '', MARK, lasting(2.5)).then(() => (ended = true));
    await jest.advanceTimersByTimeAsync(3 * MINUTE);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(20 * MINUTE);
    await done;
    const written = tools.warehouse.names.length;
    await jest.advanceTimersByTimeAsync(20 * MINUTE);
    expect(tools.warehouse.names).toHaveLength(written);
  });

  test('of a slow warehouse do not pile up, and none outlives the work', async () => {
    const tools = world();
    let under = 0;
    let most = 0;
    let left = 0;
    const slow = {
      ...tools,
      warehouse: slowed(tools.warehouse, 3.2 * MINUTE, (change) => {
        under += change;
        most = Math.max(most, under);
      }),
    };
    const done = withHeartbeat(slow, PAIR, '', MARK, lasting(10)).then(() => (left = under));
    await jest.advanceTimersByTimeAsync(40 * MINUTE);
    await done;
    expect({ most, left }).toEqual({ most: 1, left: 0 });
  });
});

/** The same warehouse, whose every answer takes this long. */
function slowed(
  warehouse: StandingSchemas,
  milliseconds: number,
  count: (change: 1 | -1) => void = () => undefined,
): Pick<StandingSchemas, 'execute' | 'cancelLeftovers' | 'cancelTagged' | 'close'> {
  return {
    execute: async (statement) => {
      count(1);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      count(-1);
      return warehouse.execute(statement);
    },
    cancelLeftovers: () => warehouse.cancelLeftovers(),
    cancelTagged: () => warehouse.cancelTagged(),
    close: () => warehouse.close(),
  };
}
