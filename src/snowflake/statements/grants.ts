import { quoteName, quoteRelation, quoteSchema } from '../identifiers.js';
import type { RelationName, SchemaName } from '../identifiers.js';
import type { Statement } from '../warehouse.js';

/** To whom a privilege is granted; names as stored. A database role carries its database. */
export type Grantee =
  | { readonly kind: 'ROLE'; readonly name: string }
  | { readonly kind: 'DATABASE_ROLE'; readonly database: string; readonly name: string }
  | { readonly kind: 'USER'; readonly name: string };

/** One privilege that SHOW GRANTS lists on an object. */
export interface Grant {
  readonly privilege: string;
  readonly grantee: Grantee;
  readonly grantOption: boolean;
}

export type ObjectKind = 'TABLE' | 'VIEW';

// Privileges are written unquoted; only words that Snowflake itself printed in SHOW GRANTS may pass. Those on classes have dots
// and underscores: https://docs.snowflake.com/en/sql-reference/sql/grant-privilege
const PRIVILEGE = /^[A-Z][A-Z_.]*(?: [A-Z][A-Z_.]*)*$/;

/** What is granted on a schema, and to whom. */
export function showGrantsOnSchema(schema: SchemaName): Statement {
  return { name: 'showGrantsOnSchema', sql: `SHOW GRANTS ON SCHEMA ${quoteSchema(schema)}` };
}

/** What Snowflake will grant by itself on objects made later in a schema. */
export function showFutureGrants(schema: SchemaName): Statement {
  return { name: 'showFutureGrants', sql: `SHOW FUTURE GRANTS IN SCHEMA ${quoteSchema(schema)}` };
}

/** What is granted on a table or view, and to whom. */
export function showGrantsOnObject(kind: ObjectKind, object: RelationName): Statement {
  return { name: 'showGrantsOnObject', sql: `SHOW GRANTS ON ${kind} ${quoteRelation(object)}` };
}

/** Every privilege of a role on a database, for the preflight. */
export function showGrantsOnDatabase(database: string): Statement {
  return { name: 'showGrantsOnDatabase', sql: `SHOW GRANTS ON DATABASE ${quoteName(database)}` };
}

/** Gives a schema a grant that another one has. https://docs.snowflake.com/en/sql-reference/sql/grant-privilege */
export function grantOnSchema(grant: Grant, schema: SchemaName): Statement {
  return { name: 'grantOnSchema', sql: grantSql(grant, `SCHEMA ${quoteSchema(schema)}`) };
}

/** Gives a table or view a grant that its namesake has. https://docs.snowflake.com/en/sql-reference/sql/grant-privilege */
export function grantOnObject(grant: Grant, kind: ObjectKind, object: RelationName): Statement {
  return { name: 'grantOnObject', sql: grantSql(grant, `${kind} ${quoteRelation(object)}`) };
}

/**
 * Gives a staged schema to the role that owns production. COPY CURRENT GRANTS: the schema keeps what was granted on it.
 * https://docs.snowflake.com/en/sql-reference/sql/grant-ownership
 */
export function grantOwnershipOfSchema(schema: SchemaName, owner: Grantee): Statement {
  return {
    name: 'grantOwnershipOfSchema',
    sql: `GRANT OWNERSHIP ON SCHEMA ${quoteSchema(schema)} TO ${granteeSql(owner)} COPY CURRENT GRANTS`,
  };
}

function grantSql(grant: Grant, on: string): string {
  if (!PRIVILEGE.test(grant.privilege)) throw new RangeError(`Not a privilege: ${grant.privilege}`);
  const option = grant.grantOption ? ' WITH GRANT OPTION' : '';
  return `GRANT ${grant.privilege} ON ${on} TO ${granteeSql(grant.grantee)}${option}`;
}

function granteeSql(grantee: Grantee): string {
  switch (grantee.kind) {
    case 'ROLE':
      return `ROLE ${quoteName(grantee.name)}`;
    case 'DATABASE_ROLE':
      return `DATABASE ROLE ${quoteName(grantee.database)}.${quoteName(grantee.name)}`;
    case 'USER':
      return `USER ${quoteName(grantee.name)}`;
  }
}
