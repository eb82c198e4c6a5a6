import { describe, expect, test } from '@jest/globals';
import type { State } from '../../src/deployment/state.js';
import { lookUntilCalm } from '../../src/modes/look-until-calm.js';
import type { Situation } from '../../src/modes/situation.js';
import { RecordingLog } from '../support/recording-log.js';
import { SettableClock } from '../support/settable-clock.js';

const PAIR = { database: 'ANALYTICS', production: 'PUBLIC', upcoming: 'PUBLIC_UPCOMING' };

/** The states are seen one after the other; the last one stays. */
async function wait(minutes: number, states: readonly State['kind'][], cancelAtLook = Infinity) {
  const clock = new SettableClock();
  const cancellation = new AbortController();
  let looks = 0;
  const look = (): Promise<Situation> => {
    const kind = states[Math.min(looks, states.length - 1)];
    looks += 1;
    if (looks === cancelAtLook) cancellation.abort();
    return Promise.resolve({ pair: PAIR, observed: {}, state: { kind } } as Situation);
  };
  const log = new RecordingLog();
  const { state } = await lookUntilCalm({ clock, log, signal: cancellation.signal }, minutes, look);
  return { state: state.kind, looks, seconds: clock.sleeps.reduce((sum, each) => sum + each, 0) / 1000, log };
}

describe('waiting while versions are exchanged', () => {
  test.each<State['kind']>(['done', 'idle', 'building', 'waiting', 'blocked', 'rolled back'])(
    'there is nothing to wait for when the state is "%s"',
    async (kind) => {
      expect(await wait(30, [kind])).toMatchObject({ state: kind, looks: 1, seconds: 0 });
    },
  );

  test('the wait ends with the switch', async () => {
    const { log, ...end } = await wait(30, ['staged', 'swapped, not renamed', 'swapped', 'done']);
    expect(end).toEqual({ state: 'done', looks: 4, seconds: 60 });
    expect(log.lines[0]).toContain('30 more minutes');
  });

  test('it looks a last time when the wait is over, and says that it is busy still', async () => {
    expect(await wait(1, ['swapped'])).toMatchObject({ state: 'swapped', looks: 4, seconds: 60 });
  });

  test('it does not wait unless it is told to', async () => {
    expect(await wait(0, ['rolling back', 'rolled back'])).toMatchObject({
      state: 'rolling back',
      looks: 1,
      seconds: 0,
    });
  });

  test('a cancelled job waits no longer', async () => {
    expect(await wait(30, ['swapped'], 2)).toMatchObject({ state: 'swapped', looks: 2 });
  });
});
