import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { raceRollbacks, type RollbackGround, rollbackGround, rollbackRaces } from './support/rollback-race.js';
import { HOURS, roundsOf, tryEach } from './support/rounds.js';

describe('a rollback is asked for while another is under way', () => {
  let ground: RollbackGround;

  beforeAll(async () => {
    ground = await rollbackGround();
  }, HOURS);

  afterAll(() => {
    ground.live.dispose();
    ground.waiting.dispose();
  });

  test.each(['a rollback', 'an automatic rollback'] as const)(
    '%s: the same end, whoever is faster',
    async (held) => {
      const races = await rollbackRaces(ground, held);
      // Twenty at least, else each statement.
      expect(races.length).toBeGreaterThanOrEqual(20);
      const { wrong } = await tryEach(
        races.slice(0, roundsOf(races.length)),
        ({ nth, text }) => `${held}, held at statement ${String(nth)}, ${text}`,
        (race) => raceRollbacks(ground, race),
      );
      expect(wrong).toEqual([]);
    },
    HOURS,
  );
});
