import type { Tokens } from '../deployment/record.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import { takeInventory } from './inventory.js';
import { movedTables, readTokens } from './tokens.js';

/** Tokens of all tables of blue, under the names that production gives them. */
export async function upcomingTokens(warehouse: Warehouse, pairs: readonly SchemaPair[]): Promise<Tokens> {
  let tokens: Tokens = {};
  for (const pair of pairs) {
    const upcoming = upcomingSchema(pair);
    const { tables } = await takeInventory(warehouse, upcoming);
    const read = await readTokens(warehouse, upcoming, [...tables.keys()], productionSchema(pair));
    tokens = { ...tokens, ...read };
  }
  return tokens;
}

/** Tables of production whose token is not what was read earlier: by stored name, in the order of the pairs. */
export async function movedInProduction(
  warehouse: Warehouse,
  pairs: readonly SchemaPair[],
  earlier: Tokens,
): Promise<readonly { readonly pair: SchemaPair; readonly name: string }[]> {
  const moved: { readonly pair: SchemaPair; readonly name: string }[] = [];
  for (const pair of pairs) {
    const production = productionSchema(pair);
    const { tables } = await takeInventory(warehouse, production);
    const now = await readTokens(warehouse, production, [...tables.keys()]);
    moved.push(...movedTables(production, earlier, now, tables.keys()).map((name) => ({ pair, name })));
  }
  return moved;
}
