import { columnsOf } from '../fingerprint.js';
import { PRODUCTION_BRANCH } from '../example-repository.js';
import { lastLines } from '../packaged-action.js';
import { type Merged, type World, mergeChange, runForMerge } from '../world.js';

const REVENUE_AFTER_DISCOUNT = { name: 'revenue-after-discount', title: 'Show revenue after discounts' };

/**
 * A change that only production can prove wrong. Finance booked revenue before discounts, outside dbt; the check compares its
 * books with what dashboards read, and dashboards read analytics.public by that name. In blue it would have looked at the
 * version that is live: no build can fail it.
 */
export async function changeThatFailsAfterTheSwitch(world: World, bad: Merged): Promise<void> {
  const { story, warehouse, repository } = world;
  story.act(
    'A change that fails after the switch',
    'Revenue is to be shown after discounts. No id is lost and every dbt test passes, so it is switched in. Then the verify script compares analytics.public, by that name, with what finance has booked, and finds another sum.',
  );
  const live = await repository.tip(PRODUCTION_BRANCH);
  const merged = await mergeChange(world, { ...REVENUE_AFTER_DISCOUNT, reverts: bad.commit });
  const step = await runForMerge(world, merged, { mode: 'deploy', 'verify-sql': 'verify/booked_revenue.sql' });
  const verdict = step.outputs['verdict'] ?? '';
  story.check(
    verdict === 'passed' || verdict === 'warned',
    `Verification by ids lets it through (verdict: ${verdict})`,
    lastLines(step),
  );
  const [row] = await warehouse.query(`
    select count(*) as days, count_if(b.revenue = s.revenue) as equal_days
    from analytics.finance.booked_revenue as b
    join (select occurred_on, sum(revenue) as revenue from analytics.public.product_event_2 group by occurred_on) as s
      on s.occurred_on = b.day`);
  const tip = await repository.tip(PRODUCTION_BRANCH);
  const columns = await columnsOf(warehouse, 'public', 'product_event_1');
  story.keep(
    'rolledBackByItself',
    step.exitCode !== 0 &&
      step.outputs['state'] === 'rolled back' &&
      Number(row?.['DAYS']) > 0 &&
      row?.['DAYS'] === row?.['EQUAL_DAYS'] &&
      tip === live &&
      columns.includes('PRICE'),
    `Rolled back by itself, after ${step.seconds.toFixed(0)} s in all: public shows what finance booked on all ${String(row?.['DAYS'])} days, ${PRODUCTION_BRANCH} stays at ${tip.slice(0, 7)}`,
    `${JSON.stringify(row)}, ${PRODUCTION_BRANCH} ${tip} (was ${live}). ${lastLines(step)}`,
  );
  story.quote(step.errors.join('\n'));
}
