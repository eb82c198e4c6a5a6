import { quoteLiteral, quoteName, quoteRelation, quoteSchema } from '../identifiers.js';
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

/** A privilege that objects of a kind get when they are made; the kind as SHOW prints it, e.g. `TABLE`. */
export interface FutureGrant extends Grant {
  readonly on: string;
}

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

/**
 * What is granted on the tables and views of schemas of one database, or on those of one name in them. Only objects that this role
 * has a privilege on are listed: https://docs.snowflake.com/en/sql-reference/info-schema/table_privileges
 */
export function tablePrivileges(schemas: readonly [SchemaName, ...SchemaName[]], object?: string): Statement {
  const names = schemas.map(({ schema }) => quoteLiteral(schema)).join(', ');
  return {
    name: 'tablePrivileges',
    sql:
      'SELECT TABLE_SCHEMA AS "schema", TABLE_NAME AS "name", PRIVILEGE_TYPE AS "privilege", GRANTED_TO AS "to", GRANTEE AS "grantee", ' +
      `IS_GRANTABLE AS "grantable" FROM ${quoteName(schemas[0].database)}.INFORMATION_SCHEMA.TABLE_PRIVILEGES ` +
      `WHERE TABLE_SCHEMA IN (${names})${object === undefined ? '' : ` AND TABLE_NAME = ${quoteLiteral(object)}`}`,
  };
}

/** One of the roles that live in a database, if there is any. https://docs.snowflake.com/en/sql-reference/sql/show-database-roles */
export function showDatabaseRoles(database: string): Statement {
  return { name: 'showDatabaseRoles', sql: `SHOW DATABASE ROLES IN DATABASE ${quoteName(database)} LIMIT 1` };
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

/** Takes from a table or view a grant that its namesake does not have. https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege */
export function revokeOnObject(grant: Grant, kind: ObjectKind, object: RelationName): Statement {
  return {
    name: 'revokeOnObject',
    sql: `REVOKE ${privilegeSql(grant)} ON ${kind} ${quoteRelation(object)} FROM ${granteeSql(grant.grantee)}`,
  };
}

/** The same for what will be made in a schema; needs MANAGE GRANTS, in a managed access schema its owner. */
export function grantOnFuture(grant: FutureGrant, schema: SchemaName): Statement {
  return { name: 'grantOnFuture', sql: grantSql(grant, futureSql(grant, schema)) };
}

/** Takes back what objects made later in a schema would get. */
export function revokeOnFuture(grant: FutureGrant, schema: SchemaName): Statement {
  return {
    name: 'revokeOnFuture',
    sql: `REVOKE ${privilegeSql(grant)} ON ${futureSql(grant, schema)} FROM ${granteeSql(grant.grantee)}`,
  };
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
  const option = grant.grantOption ? ' WITH GRANT OPTION' : '';
  return `GRANT ${privilegeSql(grant)} ON ${on} TO ${granteeSql(grant.grantee)}${option}`;
}

function privilegeSql({ privilege }: Grant): string {
  if (!PRIVILEGE.test(privilege)) throw new RangeError(`Not a privilege: ${privilege}`);
  return privilege;
}

/** SHOW prints kinds in the singular with underscores (`EXTERNAL_TABLE`), GRANT takes them in the plural with blanks. */
function futureSql({ on }: FutureGrant, schema: SchemaName): string {
  const kind = on.replaceAll('_', ' ');
  if (!PRIVILEGE.test(kind)) throw new RangeError(`Not a kind of objects: ${on}`);
  return `FUTURE ${kind.replace(/Y$/, 'IE')}S IN SCHEMA ${quoteSchema(schema)}`;
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
