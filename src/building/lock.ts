import { formatComment, namesSchema } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { failedSchema, upcomingSchema } from '../deployment/schema-names.js';
import type { Marked, SchemaSeen } from '../deployment/state.js';
import { ActionableError, messageOf } from '../errors.js';
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

const OWNER_SHOWS_AFTER_MS = 2_000;

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
    const owner = await ownerInWords(tools, pair);
    const why =
      owner === undefined
        ? 'was created by somebody else, and this role cannot see by whom, so this deployment did not start. Nothing was changed. Ask who owns it'
        : `was created a moment ago by ${owner}, so this deployment did not start. Nothing was changed. Wait for the other`;
    throw new ActionableError(`${displayName(upcoming)} ${why}; mode "status" says what can be seen.`, {
      cause: error,
    });
  }
}

/** Whose lock it is; that it cannot be read is no reason to hide that the lock is taken. */
async function ownerInWords({ warehouse, log }: LockTools, pair: SchemaPair): Promise<string | undefined> {
  try {
    const marker = (await observe(warehouse, pair)).upcoming?.comment.marker;
    if (marker === undefined) return undefined;
    return `run ${marker.run} (attempt ${marker.attempt}) for deployment ${marker.deployment} of commit ${marker.commit.slice(0, 7)}`;
  } catch (error) {
    log.debug(`Whose ${displayName(upcomingSchema(pair))} is could not be read: ${messageOf(error)}`);
    return undefined;
  }
}

/** The deployment that holds the lock, and the run that works on it: another may have taken the deployment up since. */
export type Owner = Pick<Marker, 'deployment' | 'run' | 'attempt'>;

/** Whether the upcoming schema is this owner's. Read before each step that writes to it. */
export async function holdsLock(tools: LockTools, pair: SchemaPair, owner: Owner): Promise<boolean> {
  const { upcoming } = await observe(tools.warehouse, pair);
  const marker = upcoming?.comment.marker;
  if (upcoming === undefined || marker === undefined || !namesSchema(marker, upcoming.name)) return false;
  return isSameOwner(marker, owner);
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
  await assertStillStands(tools, pair, upcoming);
  try {
    await executeConfirmed(tools, renameSchema(upcoming.seen.name, target), async () => {
      const { failed } = await observe(tools.warehouse, pair);
      return failed.some(
        (seen) => seen.name.schema === target.schema && seen.comment.marker?.deployment === upcoming.marker.deployment,
      );
    });
  } catch (error) {
    if (!isMissingObject(error) && !isNameTaken(error)) throw error;
    throw await takenOverByAnother(tools, pair, upcoming.marker.deployment, error);
  }
  await assertWasMeant(tools, pair, upcoming, target);
  await giveUp(tools, pair, target, upcoming, reason);
  tools.log.info(
    `Put ${displayName(upcoming.seen.name)} of deployment ${upcoming.marker.deployment} aside as ${displayName(target)}: ${reason}.`,
  );
}

/**
 * Planning takes minutes, and a RENAME goes by the name alone: what stands there now must still be what was to be put aside.
 * @throws ActionableError when another run took its place, or brought it live
 */
export async function assertStillStands(tools: LockTools, pair: SchemaPair, { marker }: Marked): Promise<void> {
  const { upcoming, production } = await observe(tools.warehouse, pair);
  const now = upcoming?.comment.marker;
  if (now !== undefined && isSameOwner(now, marker) && production?.comment.marker?.deployment !== marker.deployment)
    return;
  throw await takenOverByAnother(tools, pair, marker.deployment, undefined);
}

/**
 * The same after the RENAME, for what happened between it and the look before: what was not meant gets its name back.
 * @throws ActionableError when another run was faster
 */
export async function assertWasMeant(
  tools: LockTools,
  pair: SchemaPair,
  { marker }: Marked,
  renamed: SchemaName,
): Promise<void> {
  const { failed, production } = await observe(tools.warehouse, pair);
  const moved = failed.find(({ name }) => name.schema === renamed.schema)?.comment.marker;
  const isLive = production?.comment.marker?.deployment === marker.deployment;
  if (moved === undefined || (isSameOwner(moved, marker) && !isLive)) return;
  await tools.warehouse.execute(renameSchema(renamed, upcomingSchema(pair)));
  throw await takenOverByAnother(tools, pair, marker.deployment, undefined);
}

function isSameOwner(one: Owner, other: Owner): boolean {
  return one.deployment === other.deployment && one.run === other.run && one.attempt === other.attempt;
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

export async function takenOverByAnother(
  tools: LockTools,
  pair: SchemaPair,
  deployment: string,
  cause: unknown,
): Promise<ActionableError> {
  let owner = await ownerInWords(tools, pair);
  if (owner === undefined) {
    // Between putting the old one aside and taking the lock the other has nothing that could be read.
    await tools.clock.sleep(OWNER_SHOWS_AFTER_MS);
    owner = await ownerInWords(tools, pair);
  }
  const now = owner === undefined ? '' : ` The lock is now that of ${owner}.`;
  return new ActionableError(
    `Another run took over deployment ${deployment} a moment ago.${now} Nothing was changed by this run; wait for the other.`,
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
