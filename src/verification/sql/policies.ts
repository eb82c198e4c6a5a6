import { quoteLiteral, quoteName, quoteRelation } from '../../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../../snowflake/identifiers.js';
import { roleColumns } from '../../snowflake/statements/checks.js';
import type { Statement } from '../../snowflake/warehouse.js';

/** The kinds of policies that hide something from readers, as `SHOW … POLICIES` and `GRANT APPLY … POLICY` write them. */
export const POLICY_KINDS = ['MASKING', 'ROW ACCESS'] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];

/** Policies that one statement asks for: each is a call of a table function. */
export const POLICIES_IN_ONE_STATEMENT = 100;

/**
 * The policies of a kind that this role may apply or owns. https://docs.snowflake.com/en/sql-reference/sql/show-masking-policies,
 * https://docs.snowflake.com/en/sql-reference/sql/show-row-access-policies
 */
export function showPolicies(kind: PolicyKind): Statement {
  return { name: 'showPolicies', sql: `SHOW ${kind} POLICIES IN ACCOUNT` };
}

/** Who holds global privileges such as APPLY MASKING POLICY. https://docs.snowflake.com/en/sql-reference/sql/show-grants */
export function showGrantsOnAccount(): Statement {
  return { name: 'showGrantsOnAccount', sql: 'SHOW GRANTS ON ACCOUNT' };
}

/** This session's role, and whether it is or inherits each of these (stored names), as columns r0 and so on. */
export function currentRoleAmong(roles: readonly string[]): Statement {
  const columns = ['CURRENT_ROLE() AS "role"', ...roleColumns(roles)];
  return { name: 'currentRoleAmong', sql: `SELECT ${columns.join(', ')}` };
}

/**
 * Where these policies are set in these schemas: one row for each column, or for each table and view as a whole. Asked by
 * policy, since an account has few policies and a deployment many tables. Asked in any database, it answers for all of them.
 * https://docs.snowflake.com/en/sql-reference/functions/policy_references
 */
export function policyReferences(policies: readonly RelationName[], schemas: readonly SchemaName[]): Statement {
  const [first] = schemas;
  if (first === undefined || policies.length === 0) throw new RangeError('There is nothing to ask for.');
  const call = `${quoteName(first.database)}.INFORMATION_SCHEMA.POLICY_REFERENCES`;
  const calls = policies.map(
    (policy) => `SELECT * FROM TABLE(${call}(POLICY_NAME => ${quoteLiteral(quoteRelation(policy))}))`,
  );
  const inSchemas = schemas.map(
    ({ database, schema }) =>
      `("REF_DATABASE_NAME" = ${quoteLiteral(database)} AND "REF_SCHEMA_NAME" = ${quoteLiteral(schema)})`,
  );
  const sql = `SELECT * FROM (\n${calls.join('\nUNION ALL\n')}\n) AS "r"\nWHERE ${inSchemas.join('\nOR ')}`;
  return { name: 'policyReferences', sql };
}
