import { publicSchemas } from '../fingerprint.js';
import { PRODUCTION_BRANCH } from '../example-repository.js';
import { lastLines } from '../packaged-action.js';
import { type World, runByHand } from '../world.js';

/** The name looks like one of ours, but a person made it. */
const COPY_BY_HAND = 'PUBLIC_SNAPSHOT_2026_01_01_000000';

/** The weekly job, told to count every age as old. */
export async function cleanUp(world: World): Promise<void> {
  const { story, warehouse } = world;
  story.act(
    'Cleanup',
    'The weekly job drops former versions, here of any age. It keeps the newest snapshot, which a rollback needs, and a copy that somebody made by hand: its marker names another schema.',
  );
  const snapshots = (await publicSchemas(warehouse)).filter((name) => name.startsWith('PUBLIC_SNAPSHOT_'));
  await warehouse.query(`create schema analytics.${COPY_BY_HAND} clone analytics.${snapshots[0] ?? ''}`);
  const before = await publicSchemas(warehouse);
  const step = await runByHand(world, PRODUCTION_BRANCH, { mode: 'cleanup', 'older-than': '0', keep: '1' });
  const after = await publicSchemas(warehouse);
  story.table([['schema', 'after'], ...before.map((name) => [name, after.includes(name) ? 'kept' : 'dropped'])]);
  const newest = snapshots.at(-1) ?? '';
  story.keep(
    'cleanedUp',
    step.exitCode === 0 &&
      after.includes('PUBLIC') &&
      after.includes(newest) &&
      after.includes(COPY_BY_HAND) &&
      after.filter((name) => name.startsWith('PUBLIC_SNAPSHOT_')).length === 2 &&
      !after.some((name) => name.startsWith('PUBLIC_FAILED_')),
    `${before.length - after.length} schemas dropped; production, the newest snapshot and the copy made by hand are there`,
    `Before: ${before.join(', ')}. After: ${after.join(', ')}. ${lastLines(step)}`,
  );
}
