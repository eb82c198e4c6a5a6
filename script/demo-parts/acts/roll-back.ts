import { columnsOf } from '../fingerprint.js';
import { PRODUCTION_BRANCH } from '../example-repository.js';
import { lastLines } from '../packaged-action.js';
import { figure } from '../story.js';
import { type Merged, type World, keepHour, runByHand } from '../world.js';

/** A rollback by hand, hours after the switch: old version back, what other writers did since is kept. */
export async function rollBack(world: World, merged: Merged): Promise<void> {
  const { story, warehouse, repository } = world;
  story.act(
    'A rollback by hand',
    'Somebody starts the rollback workflow. The former version of what was rebuilt comes back in one statement; tables that the deployment did not rebuild keep the rows that they received since.',
  );
  const before = await untouchedTables(world);
  const step = await runByHand(world, PRODUCTION_BRANCH, { mode: 'rollback', reason: 'Shown by the demo' });
  story.check(
    step.exitCode === 0,
    `Rolled back in ${step.seconds.toFixed(0)} s; the state is now "${step.outputs['state'] ?? ''}"`,
    lastLines(step),
  );
  const after = await untouchedTables(world);
  const columns = await columnsOf(warehouse, 'public', 'product_event_1');
  story.keep(
    'rollbackKeepsRows',
    !columns.includes('PRICE') &&
      before.notes === 1 &&
      after.notes === 1 &&
      before.history > 500 &&
      after.history === before.history,
    `product_event_1 is the old version again; the note written since the switch and all ${figure(after.history)} rows of customers_history are there`,
    `Before ${JSON.stringify(before)}, after ${JSON.stringify(after)}; columns ${columns.join(', ')}`,
  );
  const tip = await repository.tip(PRODUCTION_BRANCH);
  story.check(
    tip !== merged.commit,
    `${PRODUCTION_BRANCH} was put back to ${tip.slice(0, 7)}`,
    'It still points to the commit that was rolled back.',
  );
  await keepHour(world, 'hourlyAfterRollback', 'after the rollback');
}

async function untouchedTables(world: World): Promise<{ readonly notes: number; readonly history: number }> {
  const [row] = await world.warehouse.query(`
    select (select count(*) from analytics.public.dashboard_notes) as notes,
      (select count(*) from analytics.public.customers_history) as history`);
  return { notes: Number(row?.['NOTES']), history: Number(row?.['HISTORY']) };
}
