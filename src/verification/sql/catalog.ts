import { quoteRelation, quoteSchema } from '../../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../../snowflake/identifiers.js';
import type { Statement } from '../../snowflake/warehouse.js';

/** SHOW answers with at most this many rows and does not say that there were more. */
export const SHOW_LIMIT = 10_000;

/**
 * Columns of all tables and views of a schema; needs no running warehouse, unlike INFORMATION_SCHEMA.
 * https://docs.snowflake.com/en/sql-reference/sql/show-columns
 */
export function showColumnsOfSchema(schema: SchemaName): Statement {
  return { name: 'showColumnsOfSchema', sql: `SHOW COLUMNS IN SCHEMA ${quoteSchema(schema)}` };
}

/** Columns of one table or view. */
export function showColumnsOfRelation(relation: RelationName): Statement {
  return { name: 'showColumnsOfRelation', sql: `SHOW COLUMNS IN TABLE ${quoteRelation(relation)}` };
}

/** Tables of a schema with their row counts, from metadata. https://docs.snowflake.com/en/sql-reference/sql/show-tables */
export function showTablesOfSchema(schema: SchemaName): Statement {
  return { name: 'showTablesOfSchema', sql: `SHOW TABLES IN SCHEMA ${quoteSchema(schema)}` };
}

/** Declared primary keys of a schema. They are not enforced. https://docs.snowflake.com/en/sql-reference/sql/show-primary-keys */
export function showPrimaryKeysOfSchema(schema: SchemaName): Statement {
  return { name: 'showPrimaryKeysOfSchema', sql: `SHOW PRIMARY KEYS IN SCHEMA ${quoteSchema(schema)}` };
}

/** Views of a schema. https://docs.snowflake.com/en/sql-reference/sql/show-views */
export function showViewsOfSchema(schema: SchemaName): Statement {
  return { name: 'showViewsOfSchema', sql: `SHOW VIEWS IN SCHEMA ${quoteSchema(schema)}` };
}
