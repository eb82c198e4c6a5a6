/** What can be seen of every object of a schema: if none of it moved, nobody touched the schema. */
import type { ExampleWarehouse } from './example-warehouse.js';

/** One line an object: name, when it was made, and for tables the token that moves when its data change. */
export async function fingerprint(warehouse: ExampleWarehouse, schema: string): Promise<readonly string[]> {
  const objects = await warehouse.query(`show objects in schema analytics.${schema}`);
  const lines = objects.map(async (object) => {
    const name = String(object['name']);
    const made =
      object['created_on'] instanceof Date ? object['created_on'].toISOString() : String(object['created_on']);
    if (object['kind'] !== 'TABLE') return `${name} ${made}`;
    const [row] = await warehouse.query(
      `select system$last_change_commit_time('analytics.${schema}.${name}') as token`,
    );
    return `${name} ${made} ${String(row?.['TOKEN'])}`;
  });
  return (await Promise.all(lines)).sort();
}

/** Stored names of the columns of a table or view. */
export async function columnsOf(
  warehouse: ExampleWarehouse,
  schema: string,
  relation: string,
): Promise<readonly string[]> {
  const rows = await warehouse.query(`describe table analytics.${schema}.${relation}`);
  return rows.map((row) => String(row['name']));
}

/** Names of the database's schemas that start with PUBLIC. */
export async function publicSchemas(warehouse: ExampleWarehouse): Promise<readonly string[]> {
  const rows = await warehouse.query("show schemas in database analytics starts with 'PUBLIC'");
  return rows.map((row) => String(row['name'])).sort();
}
