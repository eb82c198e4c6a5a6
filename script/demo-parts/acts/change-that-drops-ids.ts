import { fingerprint } from '../fingerprint.js';
import { lastLines } from '../packaged-action.js';
import { figure } from '../story.js';
import { type Merged, type World, commentOf, mergeChange, runForMerge } from '../world.js';

const JOIN_DROPS_IDS = { name: 'join-drops-ids', title: 'Simplify the sessions join' };

/** A change whose dbt tests all pass, but which loses rows: the comparison of ids finds it before anybody reads it. */
export async function changeThatDropsIds(world: World): Promise<Merged> {
  const { story, warehouse } = world;
  story.act(
    'A change that loses rows',
    'The full join of both streams becomes an inner join. Every dbt test passes: the sessions that are there are fine. Those without an order are gone.',
  );
  const merged = await mergeChange(world, JOIN_DROPS_IDS);
  const before = await fingerprint(warehouse, 'public');
  const step = await runForMerge(world, merged, { mode: 'build' });
  const comment = commentOf(world, merged);
  story.check(
    step.exitCode !== 0 && step.outputs['verdict'] === 'failed',
    `The build is red after ${step.seconds.toFixed(0)} s, verdict: ${step.outputs['verdict'] ?? 'none'}`,
    lastLines(step),
  );
  story.quote(blockersIn(comment));
  await keepNamedIds(world, comment);
  const swap = await runForMerge(world, merged, { mode: 'swap' });
  const after = await fingerprint(warehouse, 'public');
  story.check(
    swap.exitCode !== 0 && before.join() === after.join(),
    'A swap is refused; production is exactly what it was',
    lastLines(swap),
  );
  return merged;
}

/** The ids that the comment names must really be in production and really be missing in blue. */
async function keepNamedIds(world: World, comment: string): Promise<void> {
  const named = [...new Set(comment.match(/ses_\d{9}/g) ?? [])];
  const list = named.map((id) => `'${id}'`).join(', ') || "''";
  const [row] = await world.warehouse.query(`
    select
      (select count(*) from analytics.public.sessions where session_id in (${list})) as live,
      (select count(*) from analytics.public_upcoming.sessions where session_id in (${list})) as upcoming,
      (select count(*) from analytics.public.sessions where session_id not in (
        select session_id from analytics.public_upcoming.sessions)) as missing`);
  const missing = Number(row?.['MISSING']);
  world.story.keep(
    'badChangeBlocked',
    named.length > 0 &&
      Number(row?.['LIVE']) === named.length &&
      Number(row?.['UPCOMING']) === 0 &&
      comment.includes(figure(missing)),
    `The comment counts ${figure(missing)} missing sessions and names ${named.length} of them, for example ${named[0] ?? '?'}`,
    `Named ${named.join(', ')}; found ${JSON.stringify(row)}`,
  );
}

/** The head of the comment, up to its first details. */
function blockersIn(comment: string): string {
  return comment
    .split('\n')
    .filter((line) => !line.startsWith('<!--'))
    .slice(0, 14)
    .join('\n');
}
