import { ActionableError, messageOf } from '../errors.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { isTrue, optionalText, text } from '../snowflake/rows.js';
import { grantOnFuture, revokeOnFuture, showFutureGrants } from '../snowflake/statements/grants.js';
import type { FutureGrant, Grant, ObjectKind } from '../snowflake/statements/grants.js';
import { SnowflakeError } from '../snowflake/warehouse.js';
import type { Statement, Warehouse } from '../snowflake/warehouse.js';
import { granteeOf } from './grants.js';

/** What objects made later in a schema will be granted. */
export async function readFutureGrants(warehouse: Warehouse, schema: SchemaName): Promise<readonly FutureGrant[]> {
  const rows = await warehouse.execute(showFutureGrants(schema));
  return rows.map((row) => ({
    on: text(row, 'grant_on'),
    privilege: text(row, 'privilege'),
    grantee: granteeOf(row, schema, 'grant_to'),
    grantOption: isTrue(optionalText(row, 'grant_option')),
  }));
}

/** Whether a grant on an object of a kind is one that objects made anew get by themselves. */
export function givenByFuture(later: readonly FutureGrant[], kind: ObjectKind): (grant: Grant) => boolean {
  const known = new Set(
    later
      .filter(({ on }) => on === kind)
      .map(({ privilege, grantee, grantOption }) => JSON.stringify([privilege, grantee, grantOption])),
  );
  return ({ privilege, grantee, grantOption }) => known.has(JSON.stringify([privilege, grantee, grantOption]));
}

/**
 * Makes the future grants of `target`, which a clone has from when it was made, those that `source` has now. Giving or taking one
 * needs MANAGE GRANTS, which a role that deploys rarely has.
 *
 * @param standing the schema that `target` was cloned from: what an administrator changes there is in the next clone
 * @returns for each that could not be given or taken back one sentence, with the statement that mends it in `standing`
 */
export async function matchFutureGrants(
  warehouse: Warehouse,
  source: SchemaName,
  target: SchemaName,
  standing: SchemaName,
): Promise<readonly string[]> {
  const [wanted, present] = await Promise.all([
    readFutureGrants(warehouse, source),
    readFutureGrants(warehouse, target),
  ]);
  const differences = [
    ...lackingIn(present, wanted).map((grant) => [grant, grantOnFuture] as const),
    ...lackingIn(wanted, present).map((grant) => [grant, revokeOnFuture] as const),
  ];
  return carryOut(warehouse, differences, target, standing);
}

/**
 * Gives `target` the future grants of `source` that it lacks; what it has beyond stays.
 * @returns for each that could not be given one sentence, with the statement that gives it
 */
export async function copyFutureGrants(
  warehouse: Warehouse,
  source: SchemaName,
  target: SchemaName,
): Promise<readonly string[]> {
  const wanted = await readFutureGrants(warehouse, source);
  const present = await readFutureGrants(warehouse, target);
  const missing = lackingIn(present, wanted).map((grant) => [grant, grantOnFuture] as const);
  return carryOut(warehouse, missing, target, target);
}

type Change = readonly [FutureGrant, (grant: FutureGrant, schema: SchemaName) => Statement];

/** @returns for each that was refused one sentence, with the statement as it would be in `standing` */
async function carryOut(
  warehouse: Warehouse,
  changes: readonly Change[],
  target: SchemaName,
  standing: SchemaName,
): Promise<readonly string[]> {
  const refused: string[] = [];
  for (const [grant, statement] of changes) {
    const problem = await attempt(warehouse, statement(grant, target));
    if (problem !== undefined) refused.push(`${statement(grant, standing).sql}; -- ${problem.replaceAll(/\s+/g, ' ')}`);
  }
  return refused;
}

/** @throws ActionableError naming role and kind of objects; nothing was switched */
export function refuseLostFutureGrants(refused: readonly string[]): void {
  if (refused.length === 0) return;
  throw new ActionableError(
    'What objects made later will be granted was changed in production since the clone, and this role may not do the same beside it. ' +
      `Production was not touched. Run as an administrator, then run again:\n${refused.join('\n')}`,
  );
}

function lackingIn(present: readonly FutureGrant[], wanted: readonly FutureGrant[]): readonly FutureGrant[] {
  const known = new Set(present.map((grant) => JSON.stringify(grant)));
  return wanted.filter((grant) => !known.has(JSON.stringify(grant)));
}

async function attempt(warehouse: Warehouse, statement: Statement): Promise<string | undefined> {
  try {
    await warehouse.execute(statement);
    return undefined;
  } catch (error) {
    if (!(error instanceof SnowflakeError)) throw error;
    return messageOf(error);
  }
}
