import { quoteLiteral, quoteName, quoteSchema } from '../identifiers.js';
import type { SchemaName } from '../identifiers.js';
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

/**
 * The switch: all SWAPs, then all RENAMEs, as one request, so that a runner that dies cannot stop between them. Each DDL
 * commits by itself; sent twice by mistake, the first SWAP fails because the staged name is gone.
 * https://docs.snowflake.com/en/sql-reference/sql/alter-schema, https://docs.snowflake.com/en/sql-reference/sql/execute-immediate
 */
export function swapAndKeep(exchanges: readonly Exchange[]): Statement {
  const swaps = exchanges.map(
    ({ live, staged }) => `ALTER SCHEMA ${quoteSchema(live)} SWAP WITH ${quoteSchema(staged)};`,
  );
  const renames = exchanges.map(
    ({ staged, keepAs }) => `ALTER SCHEMA ${quoteSchema(staged)} RENAME TO ${quoteSchema(keepAs)};`,
  );
  const block = ['BEGIN', ...swaps, ...renames, 'END;'].join('\n');
  // A literal, not $$…$$: a quoted name may contain $$.
  return { name: 'swapAndKeep', sql: `EXECUTE IMMEDIATE ${quoteLiteral(block)}` };
}
