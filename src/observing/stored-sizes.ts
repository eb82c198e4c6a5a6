import type { Plan, StoredSize } from '../selection/plan.js';
import { quoteRelation, quoteSchema } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { optionalText, text } from '../snowflake/rows.js';
import { isMissingObject } from '../snowflake/warehouse.js';
import type { Row, Warehouse } from '../snowflake/warehouse.js';
import { listTables } from './inventory.js';

/**
 * The plan with what production holds of each model that will be rebuilt, so that the price is known before it is paid: one SHOW
 * TABLES a schema, which needs no running warehouse. What SHOW does not tell stays unknown.
 */
export async function withStoredSizes(warehouse: Warehouse, plan: Plan): Promise<Plan> {
  const schemas = new Map<string, SchemaName>();
  for (const { production } of plan.rebuilt) {
    if (production === undefined) continue;
    const schema = { database: production.database, schema: production.schema };
    schemas.set(quoteSchema(schema), schema);
  }
  const listed = await Promise.all([...schemas.values()].map((schema) => sizesIn(warehouse, schema)));
  const sizes = new Map(listed.flat());
  const rebuilt = plan.rebuilt.map((node) => {
    const stored = node.production === undefined ? undefined : sizes.get(quoteRelation(node.production));
    return stored === undefined ? node : { ...node, stored };
  });
  return { ...plan, rebuilt };
}

/** Bytes of all tables of a schema. Those that a clone shares with its source count for both. */
export async function bytesIn(warehouse: Warehouse, schema: SchemaName): Promise<number> {
  return (await sizesIn(warehouse, schema)).reduce((sum, [, { bytes }]) => sum + bytes, 0);
}

async function sizesIn(warehouse: Warehouse, schema: SchemaName): Promise<readonly (readonly [string, StoredSize])[]> {
  const rows = await tablesOf(warehouse, schema);
  return rows.flatMap((row) => {
    const size = sizeOf(row);
    return size === undefined ? [] : [[quoteRelation({ ...schema, name: text(row, 'name') }), size] as const];
  });
}

/** None when the schema does not exist yet, or this role may not see it: a plan is worth having all the same. */
async function tablesOf(warehouse: Warehouse, schema: SchemaName): Promise<readonly Row[]> {
  try {
    return await listTables(warehouse, schema);
  } catch (error) {
    if (isMissingObject(error)) return [];
    throw error;
  }
}

/** External tables, for one, have neither rows nor bytes: https://docs.snowflake.com/en/sql-reference/sql/show-tables */
function sizeOf(row: Row): StoredSize | undefined {
  const rows = optionalText(row, 'rows');
  const bytes = optionalText(row, 'bytes');
  return rows === undefined || bytes === undefined ? undefined : { rows: Number(rows), bytes: Number(bytes) };
}
