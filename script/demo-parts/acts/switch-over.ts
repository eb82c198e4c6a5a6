import { columnsOf, publicSchemas } from '../fingerprint.js';
import { DASHBOARD, FINANCE } from '../example-warehouse.js';
import { PRODUCTION_BRANCH } from '../example-repository.js';
import { Hold } from '../hold.js';
import { Reader, type ReaderReport, WATCHED } from '../readers.js';
import { lastLines } from '../packaged-action.js';
import { figure } from '../story.js';
import { type Merged, type World, keepHour, runForMerge } from '../world.js';

/** The switch, with the schedule and dashboards running through it at the worst moments. */
export async function switchOver(world: World, merged: Merged): Promise<void> {
  const { story, snowflake } = world;
  story.act(
    'The switch',
    'Dashboards poll a table and a view. The schedule runs at the two worst moments: just before the swap, so that the new version lacks rows again, and between the swap and the re-pointing of views. It does not wait although status says busy.',
  );
  const readers = await Promise.all(WATCHED.map((watched) => Reader.start(snowflake, watched)));
  const beforeSwap = await Hold.set(world.snowflake, 'create schema .*public_release_.* clone', 'before');
  const swap = runForMerge(world, merged, { mode: 'swap' });
  await beforeSwap.reached(swap);
  await keepHour(world, 'hourlyBeforeSwap', 'just before the swap');
  const afterSwap = await Hold.set(world.snowflake, 'rename to .*public_snapshot_', 'after');
  await beforeSwap.release();
  await afterSwap.reached(swap);
  await keepHour(world, 'hourlyBetween', 'between swap and re-point');
  await afterSwap.release();
  const step = await swap;
  const reports = await Promise.all(readers.map((reader) => reader.stop()));
  story.check(
    step.exitCode === 0,
    `Switched in ${step.seconds.toFixed(0)} s; the state is now "${step.outputs['state'] ?? ''}"`,
    lastLines(step),
  );
  keepReaders(world, reports);
  await keepPrice(world, merged);
  await keepGrants(world);
}

function keepReaders(world: World, reports: readonly ReaderReport[]): void {
  const { story } = world;
  story.table([
    ['reader (role BI_READER)', 'reads', 'errors', 'old after new', 'fewer rows', 'slowest ms'],
    ...reports.map((report) => [
      report.relation,
      figure(report.reads),
      figure(report.errors.length),
      figure(report.oldAfterNew),
      figure(report.fewer),
      figure(report.slowest),
    ]),
  ]);
  const seen = reports.every((report) => report.sawOld && report.sawNew);
  story.keep(
    'readersNoErrors',
    seen && reports.every((report) => report.errors.length === 0),
    'Both readers saw the old and the new version, and no error',
    reports.map((report) => `${report.relation}: ${report.errors.slice(0, 3).join(' | ')}`).join('\n'),
  );
  story.keep(
    'readersNoOldAfterNew',
    reports.every((report) => report.oldAfterNew === 0 && report.fewer === 0),
    'Neither saw the old version after the new one, nor fewer rows than before',
    JSON.stringify(reports),
  );
}

async function keepPrice(world: World, merged: Merged): Promise<void> {
  const { story, warehouse } = world;
  const [row] = await warehouse.query(`
    select count(*) as live_rows, count(price) as priced, sum(price) as live_sum,
      (select sum(payload:price::number(12, 2)) from (
        select * from analytics.raw.events where event_name = 'product_event_1'
        qualify row_number() over (partition by event_id order by received_at) = 1
      )) as source_sum
    from analytics.public.product_event_1`);
  const rows = Number(row?.['LIVE_ROWS']);
  story.keep(
    'priceForAllHistory',
    rows > 0 && Number(row?.['PRICED']) === rows && Number(row?.['LIVE_SUM']) === Number(row?.['SOURCE_SUM']),
    `price is filled in all ${figure(rows)} rows of public.product_event_1 and adds up to the source`,
    JSON.stringify(row),
  );
  const tip = await world.repository.tip(PRODUCTION_BRANCH);
  story.check(
    tip === merged.commit,
    `${PRODUCTION_BRANCH} was fast-forwarded to ${merged.commit.slice(0, 7)}: schedules run the code that fits`,
    `It points to ${tip}.`,
  );
  const schemas = await publicSchemas(warehouse);
  const views = await warehouse.query("select get_ddl('view', 'analytics.public.product_performance') as text");
  story.check(
    schemas.filter((name) => name.startsWith('PUBLIC_SNAPSHOT_')).length === 1 &&
      !schemas.includes('PUBLIC_UPCOMING') &&
      !/public_upcoming/i.test(String(views[0]?.['TEXT'])) &&
      (await columnsOf(warehouse, 'public', 'product_performance')).includes('BASKET_VALUE'),
    `The former production is kept as ${schemas.find((name) => name.startsWith('PUBLIC_SNAPSHOT_')) ?? '?'}; no view names public_upcoming, which is gone`,
    `Schemas: ${schemas.join(', ')}. View: ${JSON.stringify(views)}`,
  );
}

async function keepGrants(world: World): Promise<void> {
  const { story, snowflake } = world;
  const dashboard = await snowflake.connect(DASHBOARD);
  const finance = await snowflake.connect(FINANCE);
  const relations = [
    'product_event_1',
    'product_event_2',
    'sessions',
    'products',
    'customers_history',
    'dashboard_notes',
    'product_performance',
    'sessions_by_day',
    'current_customers',
  ];
  let read = 0;
  for (const relation of relations) {
    await dashboard.query(`select count(*) from public.${relation}`);
    read += 1;
  }
  await finance.query('select sum(revenue) from public.product_event_2');
  const refused = await finance.query('select count(*) from public.sessions').then(
    () => false,
    () => true,
  );
  // What a dashboard writes itself, after the switch: the rollback must not lose it.
  await dashboard.query("insert into public.dashboard_notes values (1, 'written after the switch')");
  await Promise.all([dashboard.close(), finance.close()]);
  story.keep(
    'grantsKept',
    read === relations.length && refused,
    `BI_READER reads ${read} relations by future grants; FINANCE_READER reads the one that it was granted by hand, no other`,
    'FINANCE_READER could read sessions, which nobody granted.',
  );
}
