import { columnsOf } from '../fingerprint.js';
import { lastLines } from '../packaged-action.js';
import { type Merged, type World, runForMerge } from '../world.js';

/** The same commit once more, in one step; a commit that was rolled back needs an explicit yes. */
export async function deployAgain(world: World, merged: Merged): Promise<void> {
  const { story, warehouse } = world;
  story.act(
    'The same change again',
    'Build and swap in one step (mode: deploy). The commit was rolled back before, so the action wants to be told that this is meant (accept-rejected).',
  );
  const step = await runForMerge(world, merged, { mode: 'deploy', 'accept-rejected': 'true' });
  const columns = await columnsOf(warehouse, 'public', 'product_event_1');
  story.keep(
    'deployedAgain',
    step.exitCode === 0 && columns.includes('PRICE'),
    `Deployed in ${step.seconds.toFixed(0)} s: public.product_event_1 has PRICE, the state is "${step.outputs['state'] ?? ''}"`,
    lastLines(step),
  );
}
