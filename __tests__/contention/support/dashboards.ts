/** A shop with all that readers may read of it: tables, rebuilt views with either kind of grants, a carried view, a join. */
import { Checkpoint, openOnDisk } from '../../e2e/support/checkpoint.js';
import type { Login } from '../../e2e/support/local-snowflake.js';
import type { Shop } from '../../e2e/support/shop.js';
import { ADD_PRICE, type Changes } from '../../e2e/support/shop-project.js';
import { Reader, type Seen, type Version, type Watched, watchedBy } from './reader.js';

export const ROWS = 20;
const PASSWORD = 'reads';

/** Before the deployment: a view that no change touches, and one that is read by nobody but those to whom it was granted itself. */
export const VIEWS: Changes = {
  'models/reports/page_report.sql': "select page_id, count(*) as views from {{ ref('page_views') }} group by page_id\n",
  'models/reports/best_customers.sql': (text) => `{{ config(copy_grants=true) }}\n${text}`,
};

/** One more column in each of two tables and two views. */
export const NEW_VERSION: Changes = {
  ...ADD_PRICE,
  'models/customers.sql': (text) =>
    text.replace('count(*) as orders,', 'count(*) as orders,\n    sum(price) as spent,'),
  'models/reports/daily_orders.sql': (text) =>
    text.replace('count(*) as orders', 'count(*) as orders,\n    sum(price) as revenue'),
  'models/reports/best_customers.sql': (text) => text.replace('    orders\n', '    orders,\n    spent\n'),
};

/** Production is old and whole; the new version is built, verified, and waits. The caller disposes it. */
export async function dashboardsBeforeSwap(): Promise<Checkpoint> {
  const shop = await openOnDisk(0);
  await mergeNewVersion(shop);
  await shop.succeeds('build');
  return Checkpoint.take(shop);
}

/** Fills an empty shop as readers want it, and merges the new version. */
export async function mergeNewVersion(shop: Shop): Promise<void> {
  await shop.project.hotfix('Report on pages', VIEWS);
  await shop.project.mergeProduction();
  await shop.hour(ROWS);
  await grantOneView(shop);
  await shop.merge('Add prices', NEW_VERSION);
}

/** A role that reads one view, by a grant on this view alone. */
async function grantOneView(shop: Shop): Promise<void> {
  const { admin, warehouse } = shop;
  const { database } = warehouse;
  const role = oneViewRole(shop);
  await admin.run(
    `create role ${role}`,
    `grant usage on warehouse SHOP_WAREHOUSE to role ${role}`,
    `grant usage on database ${database} to role ${role}`,
    `grant usage on schema ${database}.PUBLIC to role ${role}`,
    `grant select on view ${database}.PUBLIC.BEST_CUSTOMERS to role ${role}`,
    `create user ${role} password = '${PASSWORD}' default_role = ${role}`,
    `grant role ${role} to user ${role}`,
  );
}

function oneViewRole(shop: Shop): string {
  return `ONE_VIEW_${shop.warehouse.database}`;
}

/**
 * What readers look at.
 * @param place database and schema, as SQL
 * @param login of a role that future grants give all
 * @param direct of a role that has one view, by a grant on this view
 */
export function watchedAt(place: string, login: Login, direct: Login): readonly Watched[] {
  const from = (name: string): string => `${place}.${name}`;
  return [
    { name: 'table', login, sql: `select * from ${from('ORDERS')} limit 1`, newColumns: ['PRICE'] },
    {
      name: 'view, future grants',
      login,
      sql: `select * from ${from('DAILY_ORDERS')} limit 1`,
      newColumns: ['REVENUE'],
    },
    {
      name: 'view, direct grant',
      login: direct,
      sql: `select * from ${from('BEST_CUSTOMERS')} limit 1`,
      newColumns: ['SPENT'],
    },
    { name: 'carried view', login, sql: `select * from ${from('PAGE_REPORT')} limit 1`, newColumns: [] },
    {
      name: 'join of tables',
      login,
      sql: `select * from ${from('ORDERS')} o join ${from('CUSTOMERS')} c on c.customer_id = o.customer_id limit 1`,
      newColumns: ['PRICE', 'SPENT'],
    },
    {
      name: 'join of a table and a view',
      login,
      sql: `select * from ${from('ORDERS')} o join ${from('DAILY_ORDERS')} d on d.day = cast(o.ordered_at as date) limit 1`,
      newColumns: ['PRICE', 'REVENUE'],
    },
  ];
}

/** The readers, at work; the caller stops them. */
export function readersOf(shop: Shop): Promise<readonly Reader[]> {
  const { readerLogin, database } = shop.warehouse;
  const role = oneViewRole(shop);
  const direct: Login = { ...readerLogin, username: role, password: PASSWORD, role };
  const watched = watchedAt(`${database}.PUBLIC`, readerLogin, direct);
  return Promise.all(watched.map((each) => Reader.start(shop.server, each)));
}

/** Who needs USAGE of the schema. */
export function rolesThatRead(shop: Shop): readonly string[] {
  return [shop.warehouse.readerRole, oneViewRole(shop)];
}

/** Swaps and rolls back while all readers read. @throws Error when one of them saw what nobody may see */
export async function switchAndBack(
  shop: Shop,
  rollBack: (shop: Shop) => Promise<unknown> = () => shop.succeeds('rollback'),
): Promise<readonly Seen[]> {
  const readers = await readersOf(shop);
  try {
    const forth = await watchedBy(readers, 'new', () => shop.succeeds('swap'));
    const back = await watchedBy(readers, 'old', () => rollBack(shop));
    const faults = [...faultsOf(forth, 'new', 'swap'), ...faultsOf(back, 'old', 'rollback')];
    if (faults.length > 0) throw new Error(faults.join('\n'));
    return [...forth, ...back];
  } finally {
    await Promise.all(readers.map((each) => each.stop()));
  }
}

function faultsOf(seen: readonly Seen[], to: Version, during: string): readonly string[] {
  return seen.flatMap(({ name, reads, errors, stale, mixed, last }) => {
    const arrived = last === to || last === 'only one';
    if (errors.length + stale + mixed === 0 && arrived && reads > 2) return [];
    const told = errors.length === 0 ? '' : `, the first error: ${errors[0] ?? ''}`;
    return [
      `${during}, ${name}: ${reads} reads, ${errors.length} errors, ${stale} old after new, ${mixed} mixed, the last ${last}${told}`,
    ];
  });
}

/** In one line. */
export function summed(seen: readonly Seen[]): string {
  const reads = seen.reduce((sum, each) => sum + each.reads, 0);
  const errors = seen.reduce((sum, each) => sum + each.errors.length, 0);
  const stale = seen.reduce((sum, each) => sum + each.stale, 0);
  const mixed = seen.reduce((sum, each) => sum + each.mixed, 0);
  return `${reads} reads, ${errors} errors, ${stale} old after new, ${mixed} mixed`;
}
