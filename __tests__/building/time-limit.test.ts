import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { OutOfTime, TimeLimit } from '../../src/building/time-limit.js';
import { systemClock } from '../../src/clock.js';
import type { NodeListener } from '../../src/dbt/dbt.js';
import type { Tools } from '../../src/tools.js';
import { RecordingLog } from '../support/recording-log.js';

const MINUTE = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A build with a limit, and dbt's nodes by their names. */
class Build {
  readonly log = new RecordingLog();
  readonly job = new AbortController();
  readonly limit: TimeLimit;
  readonly signal: AbortSignal;
  readonly nodes: NodeListener;

  constructor(minutes: number | undefined, known: Readonly<Record<string, number>> = {}) {
    this.limit = TimeLimit.begin({ clock: systemClock, log: this.log }, minutes);
    this.signal = this.limit.over({ signal: this.job.signal } as Tools).signal;
    this.nodes = this.limit.follow(new Map(Object.entries(known)));
  }

  async takes(name: string, minutes: number, isGood = true): Promise<void> {
    this.nodes.started(name);
    await pass(minutes);
    this.nodes.ended(name, { isGood, seconds: minutes * 60 });
  }
}

async function pass(minutes: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(minutes * MINUTE);
}

test('without a limit a build is only cut short with its job', async () => {
  const build = new Build(undefined);
  await build.takes('events', 10_000);
  build.nodes.started('sessions');
  await pass(10_000);
  expect(build.signal.aborted).toBe(false);
  build.job.abort(new Error('cancelled'));
  expect(build.signal.reason).toEqual(new Error('cancelled'));
});

describe('dbt is stopped at a border', () => {
  test('once all that runs would end after the limit, by the longest so far', async () => {
    const build = new Build(100);
    await build.takes('events', 40);
    await build.takes('sessions', 30);
    build.nodes.started('orders');
    await pass(0.2);
    expect(build.signal.reason).toBeInstanceOf(OutOfTime);
    expect(build.log.lines.join()).toContain('Too little time is left to finish orders: dbt is stopped here.');
  });

  test('by the time that the model took when it was last built, which may be more', async () => {
    const build = new Build(100, { orders: 95 * 60 });
    await build.takes('events', 10);
    build.nodes.started('orders');
    await pass(0.2);
    expect(build.signal.aborted).toBe(true);
  });

  test('or less', async () => {
    const build = new Build(100, { orders: 60 });
    await build.takes('events', 60);
    build.nodes.started('orders');
    await pass(2);
    expect(build.signal.aborted).toBe(false);
  });

  test('never while something runs that can be finished', async () => {
    const build = new Build(100, { sessions: 85 * 60 });
    build.nodes.started('sessions');
    await build.takes('events', 40);
    await build.takes('visits', 40);
    build.nodes.started('orders');
    await pass(6);
    expect(build.signal.aborted).toBe(false);
    build.nodes.ended('sessions', { isGood: true, seconds: 86 * 60 });
    await pass(0.2);
    expect(build.signal.aborted).toBe(true);
  });

  test('never in the moment between the end of a short model and the start of the next', async () => {
    const build = new Build(100, { huge: 500 * 60, small: 60, smaller: 30 });
    await build.takes('events', 1);
    build.nodes.started('huge');
    await build.takes('small', 1);
    await pass(0.05);
    await build.takes('smaller', 0.5);
    expect(build.signal.aborted).toBe(false);
    await pass(0.1);
    expect(build.signal.aborted).toBe(true);
  });
});

test('a model that is longer than a whole run gets one', async () => {
  const build = new Build(100, { huge: 500 * 60 });
  build.nodes.started('huge');
  await pass(98);
  expect(build.signal.aborted).toBe(false);
  await pass(1);
  expect(build.signal.reason).toBeInstanceOf(OutOfTime);
});

test('a node that failed is no sign of how long one takes', async () => {
  const build = new Build(100);
  await build.takes('events', 60, false);
  build.nodes.started('orders');
  await pass(10);
  expect(build.signal.aborted).toBe(false);
});

test.each([
  [100, 99],
  [2, 1.5],
])('of %d minutes the last part is for what comes after dbt: it ends after %d', async (minutes, dbts) => {
  const build = new Build(minutes);
  await pass(dbts - 0.1);
  expect(build.limit.isOver).toBe(false);
  await pass(0.2);
  expect(build.limit.isOver).toBe(true);
});
