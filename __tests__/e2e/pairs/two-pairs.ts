/** The shop with a custom schema: incremental models and views in both, views of each that read from the other. */
import { Shop } from '../support/shop.js';
import type { Changes } from '../support/shop-project.js';

/** `PUBLIC_MARKETING` beside `PUBLIC`, by dbt's own generate_schema_name. */
export const MARKETING: Changes = {
  'dbt_project.yml': (text) =>
    text.replace('      +materialized: view', '      +materialized: view\n      +schema: marketing'),
  'models/reports/loyalty.sql': [
    "{{ config(materialized='incremental', unique_key='customer_id') }}",
    'select customer_id, orders, last_order_id',
    "from {{ ref('customers') }}",
    '{% if is_incremental() %}',
    'where last_order_id > (select coalesce(max(last_order_id), 0) from {{ this }})',
    '{% endif %}',
    '',
  ].join('\n'),
  'models/loyal_views.sql': [
    "{{ config(materialized='view') }}",
    "select l.customer_id, l.orders, b.orders as of_best from {{ ref('loyalty') }} l",
    "left join {{ ref('best_customers') }} b on b.customer_id = l.customer_id",
    '',
  ].join('\n'),
};

/** A change beside the main schema. */
export const LOYALTY_TWICE: Changes = {
  'models/reports/loyalty.sql': (text) =>
    text.replace('last_order_id\nfrom', 'last_order_id, orders * 2 as twice\nfrom'),
};

/** Opens a shop whose production has both schemas, with `rows` orders. */
export async function openTwoPairs(
  rows = 40,
  open: (rows: number) => Promise<Shop> = (count) => Shop.open(count),
): Promise<Shop> {
  const shop = await open(0);
  await shop.project.hotfix('A custom schema for marketing', MARKETING);
  await shop.project.mergeProduction();
  await shop.hour(rows);
  return shop;
}

/** Orders as each schema tells them: the table, the incremental model beside it, and views across. */
export function totals(shop: Shop): Promise<readonly (string | null)[]> {
  return Promise.all([
    shop.value('select count(*) from PUBLIC.ORDERS'),
    shop.value('select sum(orders) from PUBLIC_MARKETING.LOYALTY'),
    shop.value('select sum(orders) from PUBLIC_MARKETING.DAILY_ORDERS'),
    shop.value('select sum(orders) from PUBLIC.LOYAL_VIEWS'),
  ]);
}

/** Views of both productions that read from an upcoming schema. */
export async function viewsOfBlue(shop: Shop): Promise<readonly string[]> {
  const views = await shop.admin.query(`show views in database ${shop.warehouse.database}`);
  return views
    .filter((row) => ['PUBLIC', 'PUBLIC_MARKETING'].includes(String(row['schema_name'])))
    .filter((row) => (String(row['text']).split(/\bas\s*\(/i)[1] ?? '').includes('UPCOMING'))
    .map((row) => String(row['name']));
}
