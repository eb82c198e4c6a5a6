import type { Tokens } from '../deployment/record.js';
import { quoteRelation } from '../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import { changeTokens } from '../snowflake/statements/objects.js';
import { optionalText } from '../snowflake/rows.js';
import type { Warehouse } from '../snowflake/warehouse.js';

// Far below Snowflake's limit of 1 MB of SQL text with the longest names; a larger schema is read in several SELECTs.
const TABLES_PER_SELECT = 500;

/**
 * Reads the change token of every named table of `schema`, keyed by the name the table has (or will have) in `production`:
 * so tokens of a release can be compared with those of production after the swap.
 */
export async function readTokens(
  warehouse: Warehouse,
  schema: SchemaName,
  tables: readonly string[],
  production: SchemaName = schema,
): Promise<Tokens> {
  const tokens: Record<string, string> = {};
  for (let start = 0; start < tables.length; start += TABLES_PER_SELECT) {
    const names = tables.slice(start, start + TABLES_PER_SELECT);
    const relations = names.map((name): RelationName => ({ ...schema, name }));
    const [row] = await warehouse.execute(changeTokens(relations));
    if (row === undefined) throw new Error('Snowflake answered a SELECT of change tokens without a row.');
    names.forEach((name, index) => {
      // A table without a token (never written to) has the constant token "none".
      tokens[quoteRelation({ ...production, name })] = optionalText(row, `t${index}`) ?? 'none';
    });
  }
  return tokens;
}

/** Names of tables of `schema` whose token differs from, or is absent in, what was read earlier. */
export function movedTables(schema: SchemaName, earlier: Tokens, now: Tokens, tables: Iterable<string>): string[] {
  return [...tables].filter((name) => {
    const key = quoteRelation({ ...schema, name });
    return earlier[key] === undefined || earlier[key] !== now[key];
  });
}
