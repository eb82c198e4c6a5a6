import { formatComment, namesSchema } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { failedSchema, upcomingSchema } from '../deployment/schema-names.js';
import type { Marked, SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { cloneSchema, commentOnSchema, dropSchema, renameSchema } from '../snowflake/statements/schemas.js';
import { isMissingObject, isNameTaken } from '../snowflake/warehouse.js';
import type { SchemaPair } from '../selection/plan.js';
import { executeConfirmed } from '../observing/confirmed.js';
import { observe, observeSides } from '../observing/observe.js';
import type { Tools } from '../tools.js';
import { markGivenUp } from './given-up.js';
import { putSidesAside } from './side-schemas.js';

type LockTools = Pick<Tools, 'warehouse' | 'log' | 'clock'>;

/**
 * Takes the lock: clones production to the upcoming schema, which fails if it exists.
 * @throws ActionableError when somebody else was faster; nothing of theirs is touched.
 */
export async function takeLock(
  tools: LockTools,
  pair: SchemaPair,
  production: SchemaSeen,
  marker: Marker,
): Promise<void> {
  const upcoming = upcomingSchema(pair);
  const comment = formatComment(production.comment.words, marker);
  try {
    await executeConfirmed(tools, cloneSchema(upcoming, production.name, production.options, comment), () =>
      holdsLock(tools, pair, marker),
    );
  } catch (error) {
    if (!isNameTaken(error)) throw error;
    throw new ActionableError(
      `${displayName(upcoming)} was created by somebody else a moment ago, so this deployment did not start. ` +
        `Nothing was changed. See mode "status" for whose it is.`,
      { cause: error },
    );
  }
}

/** The deployment that holds the lock, and the run that works on it: another may have taken the deployment up since. */
export type Owner = Pick<Marker, 'deployment' | 'run' | 'attempt'>;

/** Whether the upcoming schema is this owner's. Read before each step that writes to it. */
export async function holdsLock(tools: LockTools, pair: SchemaPair, owner: Owner): Promise<boolean> {
  const { upcoming } = await observe(tools.warehouse, pair);
  const marker = upcoming?.comment.marker;
  if (upcoming === undefined || marker === undefined || !namesSchema(marker, upcoming.name)) return false;
  return marker.deployment === owner.deployment && marker.run === owner.run && marker.attempt === owner.attempt;
}

/** @throws ActionableError when another run took the deployment over. */
export async function assertLock(tools: LockTools, pair: SchemaPair, owner: Owner): Promise<void> {
  if (await holdsLock(tools, pair, owner)) return;
  throw new ActionableError(
    `${displayName(upcomingSchema(pair))} no longer belongs to this run of deployment ${owner.deployment}: another took over. ` +
      `This run stops without writing anything more; production was not touched.`,
  );
}

/** Writes a new marker on the upcoming schema, keeping a person's words. */
export async function writeMarker(tools: LockTools, pair: SchemaPair, words: string, marker: Marker): Promise<void> {
  await tools.warehouse.execute(commentOnSchema(upcomingSchema(pair), formatComment(words, marker)));
}

/**
 * Puts an abandoned, blocked or outdated upcoming schema aside under a failed name, so that a new build can take the lock. Only
 * one of several runs can rename it; the others get a clear error. The baseline of that deployment and what its tests stored are dropped.
 */
export async function putAside(tools: LockTools, pair: SchemaPair, upcoming: Marked, reason: string): Promise<void> {
  const target = failedSchema(pair, tools.clock.now());
  try {
    await executeConfirmed(tools, renameSchema(upcoming.seen.name, target), async () => {
      const { failed } = await observe(tools.warehouse, pair);
      return failed.some(
        (seen) => seen.name.schema === target.schema && seen.comment.marker?.deployment === upcoming.marker.deployment,
      );
    });
  } catch (error) {
    if (!isMissingObject(error) && !isNameTaken(error)) throw error;
    throw takenOverByAnother(upcoming.marker.deployment, error);
  }
  await giveUp(tools, pair, target, upcoming, reason);
  tools.log.info(
    `Put ${displayName(upcoming.seen.name)} of deployment ${upcoming.marker.deployment} aside as ${displayName(target)}: ${reason}.`,
  );
}

/** Marks what has a failed name already as given up, puts the schemas of the other pairs aside, and drops what only the build needed. */
export async function giveUp(
  tools: LockTools,
  pair: SchemaPair,
  failed: SchemaName,
  upcoming: Marked,
  reason: string,
): Promise<void> {
  const { deployment } = upcoming.marker;
  await markGivenUp(tools, failed, upcoming, reason);
  await putSidesAside(tools, pair, deployment, reason);
  await dropBeside(tools, pair, deployment);
}

export function takenOverByAnother(deployment: string, cause: unknown): ActionableError {
  return new ActionableError(
    `Another run took over deployment ${deployment} a moment ago. Nothing was changed by this run; wait for the other.`,
    { cause },
  );
}

/** Drops what stands beside the upcoming schema of a deployment, baseline and stored failures of tests; its marker must name it. */
export async function dropBeside(tools: LockTools, pair: SchemaPair, deployment: string): Promise<void> {
  const { baselines, audits } = await observe(tools.warehouse, pair);
  const sides = await observeSides(tools.warehouse, pair);
  for (const seen of [...baselines, ...sides.flatMap(({ observed }) => observed.baselines), ...audits]) {
    const { marker } = seen.comment;
    if (marker?.deployment === deployment && namesSchema(marker, seen.name)) {
      await tools.warehouse.execute(dropSchema(seen.name));
    }
  }
}
