import { quoteLiteral, quoteName, quoteRelation } from '../../snowflake/identifiers.js';
import type { RelationName } from '../../snowflake/identifiers.js';
import type { Statement } from '../../snowflake/warehouse.js';

/** Relations that one statement asks for: each is two calls of table functions. */
export const RELATIONS_IN_ONE_STATEMENT = 100;

/**
 * The tags that were set on these tables and views themselves (COLUMN_NAME is NULL) and on their columns, by hand or by propagation,
 * which does not come again to a table that was made from one without the tag. What they inherit is left out, since a table made
 * anew inherits it as well, and so are Snowflake's own tags, on which no policy can hang: its classification sets them.
 * https://docs.snowflake.com/en/sql-reference/functions/tag_references,
 * https://docs.snowflake.com/en/sql-reference/functions/tag_references_all_columns,
 * https://docs.snowflake.com/en/user-guide/tag-based-masking-policies
 */
export function tagReferences(relations: readonly RelationName[]): Statement {
  if (relations.length === 0) throw new RangeError('There is nothing to ask for.');
  const calls = relations.flatMap((relation) => {
    // Both functions take the domain TABLE for views, too.
    const given = `(${quoteLiteral(quoteRelation(relation))}, 'TABLE')`;
    const schema = `${quoteName(relation.database)}.INFORMATION_SCHEMA`;
    return [
      `SELECT * FROM TABLE(${schema}.TAG_REFERENCES${given}) WHERE "LEVEL" = 'TABLE'`,
      `SELECT * FROM TABLE(${schema}.TAG_REFERENCES_ALL_COLUMNS${given}) WHERE "LEVEL" = 'COLUMN'`,
    ];
  });
  // NULL: how it was set is not on record, which is so of tags that are older than propagation.
  const direct = `COALESCE("APPLY_METHOD", 'MANUAL') <> 'INHERITED' AND "TAG_DATABASE" <> 'SNOWFLAKE'`;
  return { name: 'tagReferences', sql: `SELECT * FROM (\n${calls.join('\nUNION ALL\n')}\n) AS "r"\nWHERE ${direct}` };
}
