import { quoteLiteral, quoteName, quoteRelation } from '../identifiers.js';
import type { RelationName } from '../identifiers.js';
import type { Statement } from '../warehouse.js';

/**
 * Sets a tag on a table. Replaces the value that the tag has there.
 * https://docs.snowflake.com/en/sql-reference/sql/alter-table
 */
export function setTag(table: RelationName, tag: RelationName, value: string): Statement {
  return {
    name: 'setTag',
    sql: `ALTER TABLE ${quoteRelation(table)} SET TAG ${quoteRelation(tag)} = ${quoteLiteral(value)}`,
  };
}

/**
 * Sets a tag on a column of a table. Replaces the value that the tag has there.
 * https://docs.snowflake.com/en/sql-reference/sql/alter-table-column
 */
export function setColumnTag(table: RelationName, column: string, tag: RelationName, value: string): Statement {
  const sql = `ALTER TABLE ${quoteRelation(table)} MODIFY COLUMN ${quoteName(column)} SET TAG ${quoteRelation(tag)} = ${quoteLiteral(value)}`;
  return { name: 'setColumnTag', sql };
}
