import { ActionableError } from '../errors.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import { isTrue, optionalText, text } from '../snowflake/rows.js';
import {
  grantOnObject,
  grantOnSchema,
  showGrantsOnObject,
  showGrantsOnSchema,
} from '../snowflake/statements/grants.js';
import type { Grant, Grantee, ObjectKind } from '../snowflake/statements/grants.js';
import type { Row, Warehouse } from '../snowflake/warehouse.js';

/**
 * Gives `target` the schema-level grants of `source` that it lacks. Grants belong to the object and travel with it in a swap,
 * and a clone does not copy those of the schema itself: https://docs.snowflake.com/en/user-guide/object-clone
 *
 * @throws ActionableError when the source is granted to a share, which a swap would break for its consumers.
 */
export async function copySchemaGrants(
  warehouse: Warehouse,
  source: SchemaName,
  target: SchemaName,
): Promise<readonly Grant[]> {
  const wanted = directGrants(await warehouse.execute(showGrantsOnSchema(source)), source);
  const present = directGrants(await warehouse.execute(showGrantsOnSchema(target)), target);
  const missing = missingGrants(wanted, present);
  for (const grant of missing) await warehouse.execute(grantOnSchema(grant, target));
  return missing;
}

/** Gives each object the grants that its namesake has and it lacks: a full refresh makes a new table without them. */
export async function copyObjectGrants(
  warehouse: Warehouse,
  kind: ObjectKind,
  source: RelationName,
  target: RelationName,
): Promise<readonly Grant[]> {
  const wanted = await readObjectGrants(warehouse, kind, source);
  return restoreObjectGrants(warehouse, kind, wanted, target);
}

export async function readObjectGrants(
  warehouse: Warehouse,
  kind: ObjectKind,
  object: RelationName,
): Promise<readonly Grant[]> {
  return directGrants(await warehouse.execute(showGrantsOnObject(kind, object)), object);
}

/** Grants to `target` what is in `wanted` and missing there; returns what was missing. */
export async function restoreObjectGrants(
  warehouse: Warehouse,
  kind: ObjectKind,
  wanted: readonly Grant[],
  target: RelationName,
): Promise<readonly Grant[]> {
  const missing = missingGrants(wanted, await readObjectGrants(warehouse, kind, target));
  for (const grant of missing) await warehouse.execute(grantOnObject(grant, kind, target));
  return missing;
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

function granteeOf(row: Row, on: SchemaName | RelationName): Grantee {
  const kind = text(row, 'granted_to');
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
