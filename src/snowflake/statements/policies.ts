import { quoteName, quoteRelation } from '../identifiers.js';
import type { RelationName } from '../identifiers.js';
import type { Statement } from '../warehouse.js';

/** Masks a column of a table. Fails where the column has a mask already. https://docs.snowflake.com/en/sql-reference/sql/alter-table-column */
export function setMaskingPolicy(table: RelationName, column: string, policy: RelationName): Statement {
  return {
    name: 'setMaskingPolicy',
    sql: `ALTER TABLE ${quoteRelation(table)} MODIFY COLUMN ${quoteName(column)} SET MASKING POLICY ${quoteRelation(policy)}`,
  };
}

/**
 * Hides rows of a table. Fails where it has a row access policy already.
 * @param columns that the policy is given, in its order
 */
export function addRowAccessPolicy(table: RelationName, policy: RelationName, columns: readonly string[]): Statement {
  return {
    name: 'addRowAccessPolicy',
    sql: `ALTER TABLE ${quoteRelation(table)} ADD ROW ACCESS POLICY ${quoteRelation(policy)} ON (${columns.map(quoteName).join(', ')})`,
  };
}
