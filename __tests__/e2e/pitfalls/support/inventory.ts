/** All that stands in a schema beside its rows: what a clone may forget. */
import type { Shop } from '../../support/shop.js';

const LISTED = ['streams', 'tasks', 'pipes', 'stages', 'dynamic tables', 'alerts', 'masking policies'] as const;

/** One line for each object, and one for the options of the schema, sorted. @param schema stored name, as in `PUBLIC` */
export async function inventoryOf(shop: Shop, schema: string): Promise<readonly string[]> {
  const { database } = shop.warehouse;
  const place = `${database}."${schema}"`;
  const schemas = await shop.admin.query(`show schemas in database ${database} starts with '${schema}'`);
  const options = schemas.find((row) => row['name'] === schema);
  const tables = await shop.admin.query(`show tables in schema ${place}`);
  const views = await shop.admin.query(`show views in schema ${place}`);
  const others = await Promise.all(
    LISTED.map(async (kind) => {
      const rows = await shop.admin.query(`show ${kind} in schema ${place}`);
      return rows.map((row) => `${kind.replace(/ies$/, 'y').replace(/s$/, '')} ${String(row['name'])}`);
    }),
  );
  return [
    `options ${String(options?.['options'])}, retention ${String(options?.['retention_time'])}`,
    ...tables.map((row) => `${String(row['kind'])} ${String(row['name'])}, retention ${String(row['retention_time'])}`),
    ...views.map((row) => `view ${String(row['name'])}`),
    ...others.flat(),
  ].sort();
}
