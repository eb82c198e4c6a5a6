import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Checkpoint, openOnDisk } from '../e2e/support/checkpoint.js';
import { ADD_SECTION } from '../e2e/support/shop-project.js';
import { type LockRace, lockRaces, lockRacesFrom } from './support/lock-race.js';
import { HOURS, roundsOf, tryEach } from './support/rounds.js';

/** dbt is cancelled at this statement, and the build given up. */
const DBT_AT_WORK = { matching: 'create.*table.*PUBLIC_UPCOMING\\.page_views' };

describe('two deployments started together', () => {
  let merged: Checkpoint;
  let blocked: Checkpoint;

  beforeAll(async () => {
    const shop = await openOnDisk(10);
    await shop.merge('Say what orders are', { 'models/orders.sql': (text) => `-- One row an order.\n${text}` });
    await shop.merge('Add section to page views', ADD_SECTION);
    merged = await Checkpoint.take(shop);
    const cutShort = await merged.open();
    await cutShort.cancelled('build', DBT_AT_WORK, { rebuild: 'everything' });
    blocked = await Checkpoint.take(cutShort);
  }, HOURS);

  afterAll(() => {
    merged.dispose();
    blocked.dispose();
  });

  async function race(from: Checkpoint, rounds: number, before: LockRace['before']): Promise<void> {
    const { wrong } = await tryEach(
      lockRaces(rounds, before),
      ({ commits, order }) => `${before}, ${commits}, let go: ${order}`,
      (each) => lockRacesFrom(from, each),
    );
    expect(wrong).toEqual([]);
  }

  test('exactly one takes the lock', () => race(merged, roundsOf(50), 'nothing'), HOURS);

  test('exactly one takes over what a build left behind', () => race(blocked, roundsOf(12), 'a blocked build'), HOURS);
});
