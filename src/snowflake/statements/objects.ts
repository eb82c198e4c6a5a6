import { quoteLiteral, quoteName, quoteRelation, quoteSchema } from '../identifiers.js';
import type { RelationName, SchemaName } from '../identifiers.js';
import type { Statement } from '../warehouse.js';

/** The most rows one SHOW returns; more are paged with FROM. https://docs.snowflake.com/en/sql-reference/sql/show-tables */
export const SHOW_PAGE = 10_000;

function page(after: string | undefined): string {
  const from = after === undefined ? '' : ` FROM ${quoteLiteral(after)}`;
  return ` LIMIT ${SHOW_PAGE}${from}`;
}

/** Tables of a schema with rows, bytes, clustering, kind (TABLE, TRANSIENT…), owner. No warehouse is needed. */
export function showTables(schema: SchemaName, after?: string): Statement {
  return { name: 'showTables', sql: `SHOW TABLES IN SCHEMA ${quoteSchema(schema)}${page(after)}` };
}

/** Views of a schema with their text (empty for a secure view of another owner). */
export function showViews(schema: SchemaName, after?: string): Statement {
  return { name: 'showViews', sql: `SHOW VIEWS IN SCHEMA ${quoteSchema(schema)}${page(after)}` };
}

/** Views of a whole database; when a full page comes back the answer is not complete (paging works within one schema only). */
export function showViewsOfDatabase(database: string): Statement {
  return { name: 'showViewsOfDatabase', sql: `SHOW VIEWS IN DATABASE ${quoteName(database)} LIMIT ${SHOW_PAGE}` };
}

/** All schemas of a database, with owner, options and comment. */
export function showAllSchemas(database: string): Statement {
  return { name: 'showAllSchemas', sql: `SHOW SCHEMAS IN DATABASE ${quoteName(database)}` };
}

/** Zero-copy clone of a table; a transient table can only be cloned as transient. https://docs.snowflake.com/en/sql-reference/sql/create-clone */
export function cloneTable(target: RelationName, source: RelationName, transient: boolean): Statement {
  const kind = transient ? 'TRANSIENT TABLE' : 'TABLE';
  return {
    name: 'cloneTable',
    sql: `CREATE ${kind} ${quoteRelation(target)} CLONE ${quoteRelation(source)}`,
  };
}

/**
 * Zero-copy clone of a table as it was at a moment; transient, and without what was committed later. Fails with 000707 where the
 * table's retention does not reach back so far, and where the table was made (or replaced) since; the columns are those of today.
 * The moment is a constant with its offset, so that no session's time zone changes it, and counts in milliseconds:
 * https://docs.snowflake.com/en/sql-reference/constructs/at-before
 */
export function cloneTableAsOf(target: RelationName, source: RelationName, moment: Date): Statement {
  const constant = quoteLiteral(moment.toISOString().replace('Z', '+00:00'));
  return {
    name: 'cloneTableAsOf',
    sql:
      `CREATE TRANSIENT TABLE ${quoteRelation(target)} CLONE ${quoteRelation(source)} ` +
      `AT (TIMESTAMP => ${constant}::TIMESTAMP_TZ)`,
  };
}

/**
 * Replaces a table by a clone in one step. COPY GRANTS keeps the grants of the table that is replaced, or takes those of the
 * source where there was none: https://docs.snowflake.com/en/sql-reference/sql/create-clone
 */
export function replaceTableByClone(target: RelationName, source: RelationName, transient: boolean): Statement {
  const kind = transient ? 'TRANSIENT TABLE' : 'TABLE';
  return {
    name: 'replaceTableByClone',
    sql: `CREATE OR REPLACE ${kind} ${quoteRelation(target)} CLONE ${quoteRelation(source)} COPY GRANTS`,
  };
}

/** Removes from the staged schema a table that production does not have any more. */
export function dropTable(target: RelationName): Statement {
  return { name: 'dropTable', sql: `DROP TABLE ${quoteRelation(target)}` };
}

/** Removes from the staged schema a view that production does not have any more. */
export function dropView(target: RelationName): Statement {
  return { name: 'dropView', sql: `DROP VIEW ${quoteRelation(target)}` };
}

/** Goes on with automatic clustering, which is suspended on every clone. https://docs.snowflake.com/en/user-guide/object-clone */
export function resumeClustering(table: RelationName): Statement {
  return { name: 'resumeClustering', sql: `ALTER TABLE ${quoteRelation(table)} RESUME RECLUSTER` };
}

/**
 * Change tokens of tables, as columns t0, t1… in the order given: one SELECT, so that all are read at one instant.
 * https://docs.snowflake.com/en/sql-reference/functions/system_last_change_commit_time
 */
export function changeTokens(tables: readonly RelationName[]): Statement {
  const columns = tables.map(
    (table, index) => `SYSTEM$LAST_CHANGE_COMMIT_TIME(${quoteLiteral(quoteRelation(table))}) AS "t${index}"`,
  );
  return { name: 'changeTokens', sql: `SELECT ${columns.join(', ')}` };
}

/**
 * Kinds of objects that do not follow a schema's name through a swap; each has its own SHOW. A clone lacks internal stages with their
 * files, and its alerts are suspended like its tasks. A sequence gives numbers in the clone again that production has drawn since, and
 * a table cloned by itself goes on drawing from the sequence of its source's schema. A table that is cloned by itself stays
 * bound to the policies of its source's schema, which is the former release after the swap and then cannot be dropped:
 * https://docs.snowflake.com/en/user-guide/object-clone, https://docs.snowflake.com/en/user-guide/security-column-intro
 */
export const UNSWAPPABLE_KINDS = [
  'STREAMS',
  'TASKS',
  'PIPES',
  'DYNAMIC TABLES',
  'MATERIALIZED VIEWS',
  'EXTERNAL TABLES',
  'STAGES',
  'ALERTS',
  'SEQUENCES',
  'MASKING POLICIES',
  'ROW ACCESS POLICIES',
] as const;

export type UnswappableKind = (typeof UNSWAPPABLE_KINDS)[number];

/** Objects of one such kind in a schema. */
export function showKind(kind: UnswappableKind, schema: SchemaName): Statement {
  return { name: 'showKind', sql: `SHOW ${kind} IN SCHEMA ${quoteSchema(schema)}` };
}

/** Streams of a whole database that this role may see, with `database_name`, `schema_name` and `name`; at most 10,000. */
export function showStreamsOfDatabase(database: string): Statement {
  return { name: 'showStreamsOfDatabase', sql: `SHOW STREAMS IN DATABASE ${quoteName(database)}` };
}
