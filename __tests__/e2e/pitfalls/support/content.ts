/** What a schema holds, down to the rows: two that are told alike are alike. */
import type { Shop } from '../../support/shop.js';

/** Relation name -> its columns in their order, number of rows, and one number made of all rows. */
export type Content = Readonly<Record<string, string>>;

/** @param schema stored name, as in `PUBLIC` */
export async function contentOf(shop: Shop, schema: string): Promise<Content> {
  const place = `${shop.warehouse.database}."${schema}"`;
  const relations = [
    ...(await shop.admin.query(`show tables in schema ${place}`)),
    ...(await shop.admin.query(`show views in schema ${place}`)),
  ].map((row) => String(row['name']));
  const told = await Promise.all(
    relations.sort().map(async (name): Promise<[string, string]> => {
      const columns = await shop.admin.column(`describe table ${place}."${name}"`);
      const rows = await shop.admin.value(`select count(*) || ' rows, ' || hash_agg(*) from ${place}."${name}"`);
      return [name, `${columns.join(', ')}: ${rows ?? ''}`];
    }),
  );
  return Object.fromEntries(told);
}

/** Statements of the deploying user since a position of the log that match, as they were sent. */
export async function sent(shop: Shop, position: number, pattern: RegExp): Promise<readonly string[]> {
  const statements = await shop.server.log(position);
  const own = statements.filter(({ user }) => user === shop.warehouse.deployUser);
  return own.map(({ text }) => text).filter((text) => pattern.test(text));
}
