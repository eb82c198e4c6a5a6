import { DEPLOY_USER } from '../example-warehouse.js';
import { PRODUCTION_BRANCH } from '../example-repository.js';
import { runDbt } from '../hourly-schedule.js';
import { figure } from '../story.js';
import { type World, hourlyParts, keepHour } from '../world.js';

/** The situation before: a dbt project in production, loaded every hour, read by dashboards. */
export async function production(world: World): Promise<void> {
  const { story, warehouse, repository } = world;
  story.act(
    'Production',
    `A dbt repository with the branches prod and pre-prod, a warehouse in which prod runs every hour into analytics.public, and roles that read it. ${DEPLOY_USER} logs in with a key pair and owns analytics.public, nothing else.`,
  );
  await warehouse.fillHistory(world.historyRows);
  const [raw] = await warehouse.query(
    'select count(*) as deliveries, count(distinct event_id) as events from analytics.raw.events',
  );
  story.tell(
    `analytics.raw.events: ${figure(Number(raw?.['DELIVERIES']))} deliveries of ${figure(Number(raw?.['EVENTS']))} events of 90 days (some arrive twice)`,
  );
  const commit = await repository.tip(PRODUCTION_BRANCH);
  await runDbt(hourlyParts(world), commit, ['build']);
  await warehouse.runFile('not-by-dbt.sql');
  story.tell(
    `dbt build of ${PRODUCTION_BRANCH} (${commit.slice(0, 7)}): 2 event streams, sessions, 3 views, a dbt snapshot, a seed, tests`,
  );
  await keepHour(world, 'hourlyBefore', 'before any deployment');
}
