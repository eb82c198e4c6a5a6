import { ActionableError, messageOf } from '../errors.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import { isTrue, optionalText, text } from '../snowflake/rows.js';
import {
  grantOnObject,
  grantOnSchema,
  revokeOnObject,
  showGrantsOnObject,
  showGrantsOnSchema,
} from '../snowflake/statements/grants.js';
import type { Grant, Grantee, ObjectKind } from '../snowflake/statements/grants.js';
import { SnowflakeError } from '../snowflake/warehouse.js';
import type { Row, Statement, Warehouse } from '../snowflake/warehouse.js';

/**
 * Gives `target` the schema-level grants of `source` that it lacks. Grants belong to the object and travel with it in a swap,
 * and a clone does not copy those of the schema itself: https://docs.snowflake.com/en/user-guide/object-clone
 *
 * @param state what is live, and what to do next: the end of the message when a grant is refused
 * @throws ActionableError when the source is granted to a share, which a swap would break for its consumers, and when a grant is refused
 */
export async function copySchemaGrants(
  warehouse: Warehouse,
  source: SchemaName,
  target: SchemaName,
  state: string,
): Promise<readonly Grant[]> {
  const wanted = directGrants(await warehouse.execute(showGrantsOnSchema(source)), source);
  const present = directGrants(await warehouse.execute(showGrantsOnSchema(target)), target);
  const missing = missingGrants(wanted, present);
  for (const grant of missing) await carryOut(warehouse, grantOnSchema(grant, target), grant, target, state);
  return missing;
}

/**
 * Makes the grants of an object what they are meant to be: dbt makes a new table without them, and administrators go on granting and
 * revoking after a clone.
 *
 * @param wanted what the namesake has, or the object itself had before dbt made it anew
 * @param isForeign of grants that are not wanted: whether to take it back
 * @param state what is live, and what to do next: the end of the message when a grant is refused
 * @returns what was granted and what was taken back
 * @throws ActionableError with role and object when one cannot be given or taken back
 */
export async function matchObjectGrants(
  warehouse: Warehouse,
  kind: ObjectKind,
  wanted: readonly Grant[],
  target: RelationName,
  isForeign: (grant: Grant) => boolean,
  state: string,
): Promise<{ readonly given: readonly Grant[]; readonly takenBack: readonly Grant[] }> {
  const present = await readObjectGrants(warehouse, kind, target);
  const takenBack = missingGrants(present, wanted).filter(isForeign);
  for (const grant of takenBack) await carryOut(warehouse, revokeOnObject(grant, kind, target), grant, target, state);
  const kept = present.filter((grant) => !takenBack.includes(grant));
  const given = missingGrants(wanted, kept);
  for (const grant of given) await carryOut(warehouse, grantOnObject(grant, kind, target), grant, target, state);
  if (takenBack.length > 0) await refuseLeftover(warehouse, kind, takenBack, target, state);
  return { given, takenBack };
}

/** REVOKE passes without an error over what another role granted: https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege */
async function refuseLeftover(
  warehouse: Warehouse,
  kind: ObjectKind,
  takenBack: readonly Grant[],
  target: RelationName,
  state: string,
): Promise<void> {
  const left = new Set((await readObjectGrants(warehouse, kind, target)).map(key));
  const held = takenBack.find((grant) => left.has(key(grant)));
  if (held === undefined) return;
  throw new ActionableError(
    `${granteeText(held.grantee)} would have ${held.privilege} on ${displayName(target)}, which it does not have in production, and this role ` +
      `cannot take it back, since another one gave it. ${state}`,
  );
}

/** What the server refuses is told with the role that would lose or gain access, and the object. */
async function carryOut(
  warehouse: Warehouse,
  statement: Statement,
  grant: Grant,
  target: SchemaName | RelationName,
  state: string,
): Promise<void> {
  try {
    await warehouse.execute(statement);
  } catch (error) {
    if (!(error instanceof SnowflakeError)) throw error;
    throw new ActionableError(
      `${granteeText(grant.grantee)} would not be able to do what it can in production: its ${grant.privilege} could not be made the same on ` +
        `${displayName(target)} (${messageOf(error)}; ${statement.sql}). ${state}`,
      { cause: error },
    );
  }
}

function granteeText(grantee: Grantee): string {
  const { kind, name } = grantee;
  const words = { ROLE: 'Role', USER: 'User', DATABASE_ROLE: 'Database role' } as const;
  return `${words[kind]} ${kind === 'DATABASE_ROLE' ? `${grantee.database}.` : ''}${name}`;
}

export async function readObjectGrants(
  warehouse: Warehouse,
  kind: ObjectKind,
  object: RelationName,
): Promise<readonly Grant[]> {
  return directGrants(await warehouse.execute(showGrantsOnObject(kind, object)), object);
}

/** Grants in `wanted` that `present` does not cover; a grant with grant option covers the same one without. */
export function missingGrants(wanted: readonly Grant[], present: readonly Grant[]): readonly Grant[] {
  const covered = new Set(
    present.flatMap((grant) =>
      grant.grantOption ? [key(grant), key({ ...grant, grantOption: false })] : [key(grant)],
    ),
  );
  return wanted.filter((grant) => !covered.has(key(grant)));
}

function key(grant: Grant): string {
  return JSON.stringify([grant.privilege, grant.grantee, grant.grantOption]);
}

/** OWNERSHIP is not granted but transferred, and inherited rows sit on the database, which both schemas share. */
function directGrants(rows: readonly Row[], on: SchemaName | RelationName): Grant[] {
  return rows
    .filter((row) => text(row, 'privilege') !== 'OWNERSHIP' && !isTrue(optionalText(row, 'is_inherited')))
    .map((row) => ({
      privilege: text(row, 'privilege'),
      grantee: granteeOf(row, on),
      grantOption: isTrue(optionalText(row, 'grant_option')),
    }));
}

/** @throws ActionableError for a kind of grantee that a swap would cut off */
export function granteeOf(row: Row, on: SchemaName | RelationName, column = 'granted_to'): Grantee {
  const kind = text(row, column);
  const name = text(row, 'grantee_name');
  switch (kind) {
    case 'ROLE':
      return { kind, name };
    case 'USER':
      return { kind, name };
    case 'DATABASE_ROLE': {
      // SHOW GRANTS prints database roles with or without their database; without, it is that of the object.
      const dot = name.lastIndexOf('.');
      return dot < 0
        ? { kind, database: on.database, name }
        : { kind, database: name.slice(0, dot), name: name.slice(dot + 1) };
    }
    default:
      throw new ActionableError(
        `${displayName(on)} is granted to ${kind} ${name}. A swap would break it for its consumers, so nothing was changed. ` +
          `Move what is shared to a schema that is not deployed blue/green.`,
      );
  }
}
