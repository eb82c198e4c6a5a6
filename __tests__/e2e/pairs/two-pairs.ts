/** The shop with a custom schema: incremental models and views in both, views of each that read from the other. */
import { Shop } from '../support/shop.js';
import type { LocalSnowflake } from '../support/local-snowflake.js';
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

/** Opens a shop whose production has both schemas, with `rows` orders. */
export async function openTwoPairs(rows = 40, server?: LocalSnowflake): Promise<Shop> {
  const shop = server === undefined ? await Shop.open(0) : await Shop.open(0, {}, server);
  await shop.project.hotfix('A custom schema for marketing', MARKETING);
  await shop.project.mergeProduction();
  await shop.hour(rows);
  return shop;
}
