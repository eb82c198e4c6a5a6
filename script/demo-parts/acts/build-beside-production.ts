import { columnsOf, fingerprint } from '../fingerprint.js';
import { Hold } from '../hold.js';
import { readReport } from '../report.js';
import { lastLines } from '../packaged-action.js';
import { figure } from '../story.js';
import { type Merged, type World, commentOf, keepHour, mergeChange, runForMerge } from '../world.js';

const ADD_PRICE = { name: 'add-price', title: 'Add price to product_event_1' };

/** A merge to pre-prod: plan, build in blue, verification, comment; production stays as it is, and its schedule goes on. */
export async function buildBesideProduction(world: World): Promise<Merged> {
  const { story, warehouse } = world;
  story.act(
    'A merge builds the next version beside production',
    'The change adds a column that is computed from the payload, so all history of product_event_1 must be rebuilt. The action clones public to public_upcoming and rebuilds there what the change touches.',
  );
  const merged = await mergeChange(world, ADD_PRICE);
  const before = await fingerprint(warehouse, 'public');
  const hold = await Hold.set(world.snowflake, 'create or replace .*public_upcoming\\.sessions\\b', 'before');
  const build = runForMerge(world, merged, { mode: 'build' });
  await hold.reached(build);
  await keepUntouched(world, before);
  await keepHour(world, 'hourlyDuringBuild', 'while the new version is being built');
  await hold.release();
  const step = await build;
  story.check(
    step.exitCode === 0,
    `Build and verification ended in ${step.seconds.toFixed(0)} s, verdict: ${step.outputs['verdict'] ?? 'none'}`,
    lastLines(step),
  );
  showPlan(world, step.report);
  keepComment(world, merged, step.outputs['deployment-id'] ?? '');
  return merged;
}

async function keepUntouched(world: World, before: readonly string[]): Promise<void> {
  const { story, warehouse } = world;
  story.tell('The build is held in the middle of its full refresh, to look around:');
  const blue = await columnsOf(warehouse, 'public_upcoming', 'product_event_1');
  const green = await columnsOf(warehouse, 'public', 'product_event_1');
  const after = await fingerprint(warehouse, 'public');
  story.keep(
    'productionUntouched',
    blue.includes('PRICE') && !green.includes('PRICE') && before.join('\n') === after.join('\n'),
    `public_upcoming.product_event_1 has PRICE; the ${figure(after.length)} objects of public are exactly what they were`,
    `Blue: ${blue.join(', ')}. Production before:\n${before.join('\n')}\nnow:\n${after.join('\n')}`,
  );
}

function showPlan(world: World, report: string | undefined): void {
  const { plan } = readReport(report);
  world.story.table([
    ['rebuilt', 'as', 'reason'],
    ...plan.rebuilt.map((node) => [node.name, node.materialized, node.reasons.map((reason) => reason.text).join('; ')]),
  ]);
  const names = plan.rebuilt.map((node) => node.name);
  world.story.keep(
    'planWithReasons',
    names.includes('product_event_1') &&
      names.includes('sessions') &&
      !names.includes('product_event_2') &&
      plan.rebuilt.every((node) => node.reasons.length > 0),
    `The plan: ${plan.rebuilt.length} models, each with its reason; product_event_2 is left alone`,
    `Plan: ${JSON.stringify(plan.rebuilt)}`,
  );
}

function keepComment(world: World, merged: Merged, deployment: string): void {
  const { story } = world;
  const body = commentOf(world, merged);
  story.keep(
    'commentPosted',
    deployment !== '' && body.includes('product_event_1'),
    `One comment on pull request #${merged.pullRequest}, as posted (without its folded parts):`,
    `Comments: ${world.github.comments(merged.pullRequest).length}. ${body.slice(0, 400)}`,
  );
  story.quote(body.split('<details>')[0] ?? '');
  story.tell(`All of it: ${world.stage.reports}`);
}
