import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Checkpoint } from '../../e2e/support/checkpoint.js';
import { type Hit, killedThenAgain, killedThenRollback, refused, replyLost, tryEveryPoint } from './hits.js';
import type { Story } from './stories.js';

/** Hundreds of runs of real dbt. */
const HOURS = 4 * 3_600_000;

const HITS: Readonly<Record<string, Hit>> = {
  'killed, then the same mode again': killedThenAgain,
  'killed, then rollback': killedThenRollback,
  'reply lost': replyLost,
  'statement refused once': refused,
};

/** One test for each kind of hit; it prints each point as it was tried. */
export function describeEveryStatement(story: Story): void {
  describe(`${story.mode}, hit at each statement that changes the warehouse`, () => {
    let before: Checkpoint;

    beforeAll(async () => {
      before = await story.before();
    }, HOURS);

    afterAll(() => {
      before.dispose();
    });

    test.each(Object.entries(HITS))(
      '%s',
      async (_, hit) => {
        const { points, wrong } = await tryEveryPoint(story, before, hit);
        expect(points.length).toBeGreaterThan(0);
        expect(wrong).toEqual([]);
      },
      HOURS,
    );
  });
}
