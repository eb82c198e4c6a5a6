import { productionSchema } from '../deployment/schema-names.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { observe } from '../observing/observe.js';
import type { BuildInputs } from '../inputs.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { commentOnSchema, createSchemaIfNotExists } from '../snowflake/statements/schemas.js';
import { copyFutureGrants } from '../switching/future-grants.js';
import { copySchemaGrants } from '../switching/grants.js';
import type { Tools } from '../tools.js';

export type NewSchemaGrants = BuildInputs['newSchemaGrants'];

/** Its comment until its grants are given: a run that dies in between leaves it to the next one. */
const GRANTS_PENDING = 'Made by a deployment that has not given its grants yet.';

/** Whether this schema is there, and no run has died before it was done with it. */
export function isMade(production: SchemaSeen | undefined): production is SchemaSeen {
  return production !== undefined && !isHalfMade(production);
}

function isHalfMade({ comment }: SchemaSeen): boolean {
  return comment.words === GRANTS_PENDING;
}

/** Comment of a schema when it is made. */
export function firstComment(grants: NewSchemaGrants): string {
  return grants === 'as-main' ? GRANTS_PENDING : '';
}

/**
 * Makes the production schema of a pair that nobody has built yet, empty, or finishes one that is half made.
 * @param main the production schema whose grants it may get
 * @throws ActionableError when a grant is refused: the next run goes on with what is made
 */
export async function makeProduction(
  tools: Pick<Tools, 'warehouse' | 'log'>,
  pair: SchemaPair,
  main: SchemaName,
  grants: NewSchemaGrants,
): Promise<SchemaSeen> {
  const name = productionSchema(pair);
  await tools.warehouse.execute(createSchemaIfNotExists(name, firstComment(grants)));
  const { production: made } = await observe(tools.warehouse, pair);
  if (made === undefined)
    throw new ActionableError(`${displayName(name)} was made and is not there any more. Production was not touched.`);
  if (grants === 'none') tellUngranted(tools, main, name);
  // Without that comment it is somebody else's, who was faster: its grants are theirs.
  if (!isHalfMade(made)) return made;
  if (grants === 'as-main') await grantAsMain(tools, main, name);
  await tools.warehouse.execute(commentOnSchema(name, ''));
  return { ...made, comment: { ...made.comment, words: '' } };
}

async function grantAsMain(
  { warehouse, log }: Pick<Tools, 'warehouse' | 'log'>,
  main: SchemaName,
  name: SchemaName,
): Promise<void> {
  const state =
    `Production was not touched; ${displayName(name)} is empty. Mend that privilege, then run again, or leave out the input ` +
    '"new-schema-grants".';
  await copySchemaGrants(warehouse, main, name, state);
  const refused = await copyFutureGrants(warehouse, main, name);
  if (refused.length > 0) {
    throw new ActionableError(
      `What ${displayName(main)} grants on its future objects could not be granted in ${displayName(name)}, so nobody could read what is ` +
        `built there. Production was not touched; ${displayName(name)} is empty. Run as an administrator, then run again:\n${refused.join('\n')}`,
    );
  }
  log.info(
    `${displayName(name)} did not exist before this deployment: it was made, empty, with the grants of ${displayName(main)}, on the schema and on what is made in it.`,
  );
}

function tellUngranted({ log }: Pick<Tools, 'log'>, main: SchemaName, name: SchemaName): void {
  log.warning(
    `${displayName(name)} did not exist before this deployment: it was made, empty and without grants. Grant USAGE on it, and SELECT on its future tables ` +
      `and views, to those who read ${displayName(main)} before you swap, or they will not see it. With the input ` +
      '"new-schema-grants: as-main" this is done for each new schema.',
  );
}
