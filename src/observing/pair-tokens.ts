import type { Tokens } from '../deployment/record.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import { takeInventory } from './inventory.js';
import type { Inventory } from './inventory.js';
import { movedTables, readTokens } from './tokens.js';

/** Tokens of all tables of blue, under the names that production gives them. */
export async function upcomingTokens(warehouse: Warehouse, pairs: readonly SchemaPair[]): Promise<Tokens> {
  return tokensOfAll(pairs, async (pair) => {
    const upcoming = upcomingSchema(pair);
    const { tables } = await takeInventory(warehouse, upcoming);
    return readTokens(warehouse, upcoming, [...tables.keys()], productionSchema(pair));
  });
}

/** Tokens of several pairs as one: they are keyed by full names. One pair after the other, since what is read may be staged first. */
export async function tokensOfAll<T>(pairs: readonly T[], of: (pair: T) => Promise<Tokens>): Promise<Tokens> {
  const tokens: Record<string, string> = {};
  for (const pair of pairs) Object.assign(tokens, await of(pair));
  return tokens;
}

/** For people: with their schema where there are several. */
export function namesOfMoved(moved: readonly MovedTable[], pairs: readonly unknown[]): readonly string[] {
  return moved.map(({ pair, name }) => (pairs.length === 1 ? name : `${pair.production}.${name}`));
}

/** A table, by the pair in whose production it stands. */
export interface MovedTable {
  readonly pair: SchemaPair;
  readonly name: string;
}

/** Tables of production whose token is not what was read earlier: by stored name, in the order of the pairs. */
export async function movedInProduction(
  warehouse: Warehouse,
  pairs: readonly SchemaPair[],
  earlier: Tokens,
): Promise<readonly MovedTable[]> {
  const moved: MovedTable[] = [];
  for (const pair of pairs) {
    const inventory = await takeInventory(warehouse, productionSchema(pair));
    moved.push(...(await movedAmong(warehouse, pair, inventory, earlier)));
  }
  return moved;
}

/** The same of one pair whose production was looked at already. */
export async function movedAmong(
  warehouse: Warehouse,
  pair: SchemaPair,
  { tables }: Inventory,
  earlier: Tokens,
): Promise<readonly MovedTable[]> {
  const production = productionSchema(pair);
  const now = await readTokens(warehouse, production, [...tables.keys()]);
  return movedTables(production, earlier, now, tables.keys()).map((name) => ({ pair, name }));
}
