import { describe, expect, test } from '@jest/globals';
import type { Session } from '../../src/snowflake/session.js';
import { SessionPool } from '../../src/snowflake/session-pool.js';

interface Trial {
  readonly pool: SessionPool;
  readonly opened: string[];
  readonly closed: string[];
  readonly down: Set<string>;
}

/** A pool of sessions named 1, 2, …; the openings listed in `failing` fail. */
function trial(bound: number, failing: readonly number[] = []): Trial {
  const opened: string[] = [];
  const closed: string[] = [];
  const down = new Set<string>();
  let attempt = 0;
  const open = async (): Promise<Session> => {
    attempt += 1;
    await Promise.resolve();
    if (failing.includes(attempt)) throw new Error(`Login ${attempt} failed.`);
    const id = String(attempt);
    opened.push(id);
    const close = (): Promise<void> => {
      closed.push(id);
      return Promise.resolve();
    };
    return { id, run: () => Promise.resolve([]), isUp: () => !down.has(id), close };
  };
  return { pool: new SessionPool(open, bound), opened, closed, down };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('the pool', () => {
  test('uses an idle session again', async () => {
    const { pool, opened } = trial(3);
    await pool.use(pause);
    await pool.use(pause);
    expect(opened).toEqual(['1']);
  });

  test('keeps to its bound, and everybody gets a turn, in order', async () => {
    const { pool, opened } = trial(2);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const work = (index: number) => async (): Promise<void> => {
      order.push(index);
      running += 1;
      most = Math.max(most, running);
      await pause();
      running -= 1;
    };
    await Promise.all([0, 1, 2, 3, 4, 5, 6].map((index) => pool.use(work(index))));
    expect({ order, most, sessions: opened.length }).toEqual({ order: [0, 1, 2, 3, 4, 5, 6], most: 2, sessions: 2 });
  });

  test('replaces a session that went down or was discarded, and logs it out only at the end', async () => {
    const { pool, opened, closed, down } = trial(1);
    await pool.use(pause);
    down.add('1');
    await pool.use((session) => {
      expect(session.id).toBe('2');
      pool.discard(session);
      return pause();
    });
    expect(await pool.use((session) => Promise.resolve(session.id))).toBe('3');
    expect({ opened, closed }).toEqual({ opened: ['1', '2', '3'], closed: [] });
    await pool.closeAll();
    expect(closed.sort()).toEqual(['1', '2', '3']);
  });

  test('hands a place on when a login or the work fails', async () => {
    const { pool, opened } = trial(1, [1]);
    const first = pool.use(pause);
    const second = pool.use(() => Promise.reject(new Error('The work failed.')));
    const third = pool.use((session) => Promise.resolve(session.id));
    await expect(first).rejects.toThrow('Login 1 failed.');
    await expect(second).rejects.toThrow('The work failed.');
    expect(await third).toBe('2');
    expect(opened).toEqual(['2']);
  });
});
