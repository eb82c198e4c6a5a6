import { quoteLiteral, quoteName, quoteSchema } from '../identifiers.js';
import type { SchemaName } from '../identifiers.js';
import { CHANGED_MEANWHILE } from '../warehouse.js';
import type { Statement } from '../warehouse.js';

/** Options of a schema that a clone must repeat: CLONE alone makes a permanent schema without managed access. */
export interface SchemaOptions {
  readonly transient: boolean;
  readonly managedAccess: boolean;
}

/**
 * All schemas of a database whose name starts with `prefix`. STARTS WITH is literal and case-sensitive, where LIKE would
 * ignore case and take `_` for any character: https://docs.snowflake.com/en/sql-reference/sql/show-schemas
 */
export function showSchemas(database: string, prefix: string): Statement {
  return {
    name: 'showSchemas',
    sql: `SHOW SCHEMAS IN DATABASE ${quoteName(database)} STARTS WITH ${quoteLiteral(prefix)}`,
  };
}

/**
 * Zero-copy clone of a schema. Fails with 002002 when the name is taken: that is what makes it a lock.
 * https://docs.snowflake.com/en/sql-reference/sql/create-clone
 */
export function cloneSchema(
  target: SchemaName,
  source: SchemaName,
  options: SchemaOptions,
  comment: string,
): Statement {
  const kind = options.transient ? 'TRANSIENT SCHEMA' : 'SCHEMA';
  const managed = options.managedAccess ? ' WITH MANAGED ACCESS' : '';
  return {
    name: 'cloneSchema',
    sql: `CREATE ${kind} ${quoteSchema(target)} CLONE ${quoteSchema(source)}${managed} COMMENT = ${quoteLiteral(comment)}`,
  };
}

/** A schema for what can be made again: the baseline, and what dbt stores of failed tests. Fails when the name is taken. */
export function createTransientSchema(target: SchemaName, comment: string): Statement {
  return {
    name: 'createTransientSchema',
    sql: `CREATE TRANSIENT SCHEMA ${quoteSchema(target)} COMMENT = ${quoteLiteral(comment)}`,
  };
}

/** The schema of the deployment history, unless it is there. */
export function createSchemaIfNotExists(target: SchemaName, comment: string): Statement {
  return {
    name: 'createSchemaIfNotExists',
    sql: `CREATE SCHEMA IF NOT EXISTS ${quoteSchema(target)} COMMENT = ${quoteLiteral(comment)}`,
  };
}

/** Writes a marker, and what people wrote beside it, into a comment. */
export function commentOnSchema(target: SchemaName, comment: string): Statement {
  return {
    name: 'commentOnSchema',
    sql: `COMMENT ON SCHEMA ${quoteSchema(target)} IS ${quoteLiteral(comment)}`,
  };
}

/** Gives a schema another name. Fails when the new name is taken, so that of two who rename the same schema only one can win. */
export function renameSchema(from: SchemaName, to: SchemaName): Statement {
  return { name: 'renameSchema', sql: `ALTER SCHEMA ${quoteSchema(from)} RENAME TO ${quoteSchema(to)}` };
}

/** Drops a schema with everything in it; recoverable by UNDROP SCHEMA for the retention time. */
export function dropSchema(target: SchemaName): Statement {
  return { name: 'dropSchema', sql: `DROP SCHEMA ${quoteSchema(target)}` };
}

/** One exchange of a live schema with a staged one, and the name under which the former live one is kept. */
export interface Exchange {
  readonly live: SchemaName;
  readonly staged: SchemaName;
  readonly keepAs: SchemaName;
}

/** A schema whose comment must hold these texts: markers tell what a schema contains, and a statement goes by the name alone. */
export interface Standing {
  readonly schema: SchemaName;
  readonly commentHolds: readonly string[];
}

/**
 * Writes comments, in one request, as long as what is replaced is what the run saw: of several runs that change the same schemas the
 * slower one fails, and nothing is written.
 */
export function commentWhile(
  standing: readonly Standing[],
  comments: readonly { readonly schema: SchemaName; readonly comment: string }[],
): Statement {
  const writes = comments.map(
    ({ schema, comment }) => `COMMENT ON SCHEMA ${quoteSchema(schema)} IS ${quoteLiteral(comment)}`,
  );
  return { name: 'commentWhile', sql: block([...standing.map(stillStands), ...writes]) };
}

/**
 * Drops a schema as long as it is what the run saw: another run may have exchanged it with production since, and a DROP goes by the
 * name alone. Recoverable as by `dropSchema`.
 */
export function dropSchemaWhile(standing: Standing): Statement {
  return {
    name: 'dropSchemaWhile',
    sql: block([stillStands(standing), `DROP SCHEMA ${quoteSchema(standing.schema)}`]),
  };
}

/**
 * The switch: all SWAPs, then all RENAMEs, as one request, so that a runner that dies cannot stop between them. Each DDL
 * commits by itself; sent twice by mistake, the first SWAP fails because the staged name is gone. A SWAP goes by names, so what
 * must still stand under them is looked at first; where another run was faster the block ends there.
 * https://docs.snowflake.com/en/sql-reference/sql/alter-schema, https://docs.snowflake.com/en/sql-reference/sql/execute-immediate
 */
export function swapAndKeep(exchanges: readonly Exchange[], standing: readonly Standing[] = []): Statement {
  const swaps = exchanges.map(
    ({ live, staged }) => `ALTER SCHEMA ${quoteSchema(live)} SWAP WITH ${quoteSchema(staged)}`,
  );
  const renames = exchanges.map(
    ({ staged, keepAs }) => `ALTER SCHEMA ${quoteSchema(staged)} RENAME TO ${quoteSchema(keepAs)}`,
  );
  return { name: 'swapAndKeep', sql: block([...standing.map(stillStands), ...swaps, ...renames]) };
}

/** A literal, not $$…$$: a quoted name may contain $$. */
function block(statements: readonly string[]): string {
  const text = ['BEGIN', ...statements.map((statement) => `${statement};`), 'END;'].join('\n');
  return `EXECUTE IMMEDIATE ${quoteLiteral(text)}`;
}

/**
 * A text that is no number cannot be cast to one: that is what ends the block, without variables and exceptions of Snowflake Scripting.
 * https://docs.snowflake.com/en/sql-reference/info-schema/schemata
 */
function stillStands({ schema, commentHolds }: Standing): string {
  const holds = commentHolds.map((text) => `CONTAINS(COMMENT, ${quoteLiteral(text)})`).join(' AND ');
  return (
    `SELECT CAST(MAX(IFF(${holds}, '1', ${quoteLiteral(CHANGED_MEANWHILE)})) AS NUMBER) ` +
    `FROM ${quoteName(schema.database)}.INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME = ${quoteLiteral(schema.schema)}`
  );
}
