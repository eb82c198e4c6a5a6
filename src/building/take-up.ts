import { formatComment, namesSchema } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import type { DeploymentRecord } from '../deployment/record.js';
import { queryTag } from '../deployment/run-identity.js';
import { failedSchema, upcomingSchema } from '../deployment/schema-names.js';
import { sidePairs } from '../deployment/side-pairs.js';
import type { Marked } from '../deployment/state.js';
import { ActionableError, messageOf } from '../errors.js';
import { plural } from '../figures.js';
import type { History } from '../history/history.js';
import { executeAsTheOnlyOne } from '../observing/confirmed.js';
import { observe } from '../observing/observe.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import type { BuildInputs } from '../inputs.js';
import { commentOnSchema, renameSchema } from '../snowflake/statements/schemas.js';
import { isMissingObject, isNameTaken } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';
import { assertStillStands, assertWasMeant, giveUp, takenOverByAnother } from './lock.js';
import { sidesStand } from './side-schemas.js';
import type { PlanMade } from './plan-deployment.js';
import type { LockDecision } from './settle-lock.js';

/** A deployment whose full refresh another run began: it is this run's now, and its record says what is rebuilt already. */
export interface TakenUp {
  readonly record: DeploymentRecord;
  readonly marker: Marker;
}

/**
 * Takes up a build of the same commit that died or was cut short (`resume: failed`: or broke in dbt): what it has rebuilt stays.
 * Only where nothing is different: the same plan, the same live version, a full refresh that had begun, and nothing of the old run
 * still at work. A build that was judged is never taken up: rows may be mended in the sources since, and only a new one reads them.
 *
 * @param by fingerprint of what dbt would build with (`builtBy`)
 * @returns undefined when the build has to start anew
 * @throws ActionableError when another run was faster
 */
export async function takeUp(
  tools: Tools,
  pair: SchemaPair,
  history: History,
  decision: LockDecision,
  resume: BuildInputs['resume'],
  made: Pick<PlanMade, 'plan' | 'parent'>,
  by: string,
): Promise<TakenUp | undefined> {
  if (decision.kind !== 'put aside' || !decision.isUnfinished) return undefined;
  const { seen, marker } = decision.upcoming;
  if (!namesSchema(marker, seen.name)) return undefined;
  const record = await history.read(marker.deployment);
  if (record?.rebuilt === undefined || !BROKEN_OFF[resume].has(record.phase) || record.verdict !== undefined)
    return undefined;
  if (record.rebuilt.by !== by || !isSameWork(marker, record, made)) return undefined;
  if (!(await sidesStand(tools, sidePairs(made.plan, pair), marker.deployment))) return undefined;
  if (await mayBeAtWork(tools, marker)) return undefined;
  const claimed = await claimBuild(tools, pair, decision.upcoming);
  await history.update(marker.deployment, { PHASE: 'building', FINISHED_AT: null, RUN: tools.run.url });
  const all = made.plan.rebuilt.length;
  tools.log.info(
    `Deployment ${marker.deployment} of this commit was begun by run ${marker.run} and is taken up: ${record.rebuilt.nodes.length} of ` +
      `${plural(all, 'node')} are rebuilt already.`,
  );
  return { record: { ...record, phase: 'building' }, marker: claimed };
}

/** A statement that a dead client left behind could replace a table after it was built anew. */
async function mayBeAtWork({ warehouse, log }: Tools, marker: Marker): Promise<boolean> {
  try {
    return (await warehouse.cancelTagged(queryTag(marker))) > 0;
  } catch (error) {
    log.info(`Whether run ${marker.run} left statements running could not be seen: ${messageOf(error)}`);
    return true;
  }
}

/**
 * Phases of the record in which a build was broken off: `stopped` is written at the time limit, `build failed` when it breaks,
 * `blocked` when dbt fails.
 */
const BROKEN_OFF: Readonly<Record<BuildInputs['resume'], ReadonlySet<string>>> = {
  never: new Set(),
  dead: new Set(['building', 'stopped', 'build failed']),
  failed: new Set(['building', 'stopped', 'build failed', 'blocked']),
};

function isSameWork(marker: Marker, record: DeploymentRecord, made: Pick<PlanMade, 'plan' | 'parent'>): boolean {
  const { plan, parent } = made;
  const isSameCode = marker.commit === plan.head && record.base === plan.base;
  return isSameCode && record.parent === parent && workOf(record.plan) === workOf(plan);
}

/** What is rebuilt and how; reasons and sizes may read otherwise today. */
function workOf({ rebuilt }: Plan): string {
  return JSON.stringify(rebuilt.map(({ uniqueId, treatment }) => [uniqueId, treatment]));
}

/**
 * Makes the build this run's, by a RENAME to the name of a failed version and back: of several runs only one can do the first.
 * @throws ActionableError when another run was faster
 */
async function claimBuild(tools: Tools, pair: SchemaPair, upcoming: Marked): Promise<Marker> {
  const { seen, marker } = upcoming;
  const parked = failedSchema(pair, tools.clock.now());
  const { stopped: _, ...begun } = marker;
  const claimed: Marker = {
    ...begun,
    phase: 'building',
    verdict: null,
    run: tools.run.run,
    attempt: tools.run.attempt,
    heartbeat: tools.clock.now().toISOString(),
  };
  await assertStillStands(tools, pair, upcoming);
  try {
    await renameAsTheOnlyOne(tools, pair, seen.name, parked, marker);
  } catch (error) {
    if (!isMissingObject(error) && !isNameTaken(error)) throw error;
    throw await takenOverByAnother(tools, pair, marker.deployment, error);
  }
  await assertWasMeant(tools, pair, upcoming, parked);
  try {
    // It names the schema that it will have again: so that nothing is left to do once it has.
    await tools.warehouse.execute(commentOnSchema(parked, formatComment(seen.comment.words, claimed)));
    await renameAsTheOnlyOne(tools, pair, parked, upcomingSchema(pair), claimed);
  } catch (error) {
    if (isMissingObject(error)) throw await takenOverByAnother(tools, pair, marker.deployment, error);
    if (!isNameTaken(error)) throw error;
    // To a build that looked between the two, nothing stood here.
    await giveUp(tools, pair, parked, { seen, marker: claimed }, 'another build began while it was taken up');
    throw new ActionableError(
      `Another build began while deployment ${marker.deployment} was taken up. What that had rebuilt is put aside as ` +
        `${displayName(parked)}; production was not touched. Wait for the other build.`,
      { cause: error },
    );
  }
  tools.log.debug(`${displayName(seen.name)} is this run's.`);
  return claimed;
}

async function renameAsTheOnlyOne(
  tools: Tools,
  pair: SchemaPair,
  from: SchemaName,
  to: SchemaName,
  { deployment }: Marker,
): Promise<void> {
  await executeAsTheOnlyOne(tools, renameSchema(from, to), async () => {
    const { failed, upcoming } = await observe(tools.warehouse, pair);
    return [...failed, ...(upcoming === undefined ? [] : [upcoming])].some(
      ({ name, comment }) => name.schema === to.schema && comment.marker?.deployment === deployment,
    );
  });
}
