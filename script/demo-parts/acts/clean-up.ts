import { columnsOf, publicSchemas } from '../fingerprint.js';
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
    'The weekly job drops former versions, here of any age. It keeps the newest snapshot and the one that a rollback of what is live would bring back, and a copy that somebody made by hand: its marker names another schema.',
  );
  const snapshots = (await publicSchemas(warehouse)).filter((name) => name.startsWith('PUBLIC_SNAPSHOT_'));
  await warehouse.query(`create schema analytics.${COPY_BY_HAND} clone analytics.${snapshots[0] ?? ''}`);
  const before = await publicSchemas(warehouse);
  const step = await runByHand(world, PRODUCTION_BRANCH, { mode: 'cleanup', 'older-than': '0', keep: '1' });
  const after = await publicSchemas(warehouse);
  story.table([['schema', 'after'], ...before.map((name) => [name, after.includes(name) ? 'kept' : 'dropped'])]);
  const [oldest = '', newest = ''] = [snapshots[0], snapshots.at(-1)];
  const needed = ['PUBLIC', 'PUBLIC_DEPLOYMENTS', newest, COPY_BY_HAND];
  story.keep(
    'cleanedUp',
    step.exitCode === 0 &&
      oldest !== newest &&
      !after.includes(oldest) &&
      needed.every((name) => after.includes(name)) &&
      !after.some((name) => name.startsWith('PUBLIC_FAILED_')),
    `${before.length - after.length} schemas dropped; what is live, what a rollback needs and the copy made by hand are there`,
    `Before: ${before.join(', ')}. After: ${after.join(', ')}. ${lastLines(step)}`,
  );
  await keepRollbackTarget(world);
}

/** What a rollback would bring back must be there still: the former production of what is live. */
async function keepRollbackTarget(world: World): Promise<void> {
  const columns = await Promise.all(
    (await publicSchemas(world.warehouse))
      .filter((name) => name.startsWith('PUBLIC_SNAPSHOT_') && name !== COPY_BY_HAND)
      .map((name) => columnsOf(world.warehouse, name, 'product_event_1')),
  );
  world.story.check(
    columns.some((names) => !names.includes('PRICE')),
    'Among the snapshots is still the version before price, which a rollback of what is live would bring back',
    'No snapshot holds product_event_1 without PRICE.',
  );
}
