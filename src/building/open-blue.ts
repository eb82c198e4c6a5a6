import { newMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { rebuiltNames } from '../deployment/rebuilt.js';
import type { DeploymentRecord, Tokens } from '../deployment/record.js';
import { deploymentId, upcomingSchema } from '../deployment/schema-names.js';
import { isSamePair, markerOn, switchedPairs } from '../deployment/side-pairs.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { Timeline } from '../deployment/timeline.js';
import { ActionableError, messageOf } from '../errors.js';
import type { History } from '../history/history.js';
import type { BuildInputs, CommonInputs } from '../inputs.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import { differenceInNames, takeInventory } from '../observing/inventory.js';
import type { Inventory } from '../observing/inventory.js';
import { serverTime } from '../observing/server-time.js';
import { tokensOfAll } from '../observing/pair-tokens.js';
import { readTokens } from '../observing/tokens.js';
import type { Tools } from '../tools.js';
import { auditSchemas, openAuditSchemas } from './audit-schemas.js';
import { makeBaseline } from './baseline.js';
import type { Code } from '../running/code.js';
import { takeLock } from './lock.js';
import type { PlanMade } from './plan-deployment.js';
import type { TimeLimit } from './time-limit.js';
import { givingUp } from './give-up.js';
import { openSides } from './side-schemas.js';
import type { SideFound } from './side-schemas.js';

/** One build, from the plan to the verdict. */
export interface BuildJob {
  readonly tools: Tools;
  readonly inputs: CommonInputs & BuildInputs;
  readonly pair: SchemaPair;
  readonly production: SchemaSeen;
  /** Of production, before the clone. */
  readonly inventory: Inventory;
  /** The pairs that are built beside the main one, as they were found. */
  readonly sides: readonly SideFound[];
  readonly history: History;
  readonly timeline: Timeline;
  readonly made: PlanMade;
  readonly code: Code;
  readonly limit: TimeLimit;
}

/**
 * Makes blue: the lock by the clone of the main pair, the record that later steps read, and the clones of the other pairs.
 * @throws ActionableError when the lock is taken
 */
export async function openBlue(job: BuildJob): Promise<{ readonly record: DeploymentRecord; readonly marker: Marker }> {
  const { tools, pair, production, history } = job;
  const record = await draftRecord(job);
  await history.prepare();
  // The last thing before the clone: what was committed in between is later for Time Travel, and late rows are looked for.
  const clonedAt = await serverTime(tools.warehouse);
  const marker = newMarker(
    {
      repository: record.repository,
      deployment: record.deployment,
      parent: record.parent,
      commit: record.commit,
      base: record.base,
      phase: 'building',
      run: tools.run.run,
      attempt: tools.run.attempt,
      startedAt: record.startedAt,
      clonedAt: clonedAt.toISOString(),
    },
    upcomingSchema(pair),
  );
  await takeLock(tools, pair, production, marker);
  await history.begin(record, { run: tools.run.url, actor: tools.run.actor });
  await givingUp(tools, history, pair, production.comment.words, marker, () =>
    openSides(tools, pair, marker, job.sides, job.inputs.newSchemaGrants),
  );
  return { record, marker };
}

/**
 * Checks that the clone is complete, keeps the baseline, and makes room for failing rows that tests store.
 * @throws ActionableError when the clone lacks what production has
 */
export async function fillBlue(
  { tools, pair: main, inventory: ofMain, sides, made }: BuildJob,
  { plan, tokensAtClone }: DeploymentRecord,
  marker: Marker,
): Promise<void> {
  const switched = switchedPairs(plan, main);
  for (const { pair, inventory } of [{ pair: main, inventory: ofMain }, ...sides]) {
    const cloned = await takeInventory(tools.warehouse, upcomingSchema(pair));
    refuseIncompleteClone(inventory, cloned, pair);
    if (!switched.some((each) => isSamePair(each, pair))) continue;
    const own = markerOn(marker, main, pair, upcomingSchema(pair));
    await makeBaseline(tools, { pair, marker: own, tokensAtClone }, cloned, rebuiltNames(plan, pair));
  }
  await openAuditSchemas(tools, marker, auditSchemas(plan, made.upcoming, main));
}

async function draftRecord(job: BuildJob): Promise<DeploymentRecord> {
  const { tools, made } = job;
  const tokensAtClone = await tokensOf(job);
  const now = tools.clock.now();
  const pullRequests = await tools.github.pullRequestsOf(await merged(tools, made.plan));
  return {
    deployment: deploymentId(now, made.plan.head),
    repository: tools.run.repository,
    commit: made.plan.head,
    base: made.plan.base,
    parent: made.parent,
    phase: 'building',
    startedAt: now.toISOString(),
    pullRequests: pullRequests.map(({ number }) => number),
    snapshot: undefined,
    rejected: undefined,
    plan: made.plan,
    tokensAtClone,
    rebuilt: undefined,
    tokensAtSwap: undefined,
    tokensOfRelease: undefined,
    tokensOfUpcoming: undefined,
    verdict: undefined,
  };
}

/** Tokens are read before the clone: a change between the two then counts as moved, never as known. */
function tokensOf({ tools, production, inventory, sides }: BuildJob): Promise<Tokens> {
  return tokensOfAll([{ production, inventory }, ...sides], async (each) =>
    each.production === undefined
      ? {}
      : readTokens(tools.warehouse, each.production.name, [...each.inventory.tables.keys()]),
  );
}

/** What the deployment brings, newest first. A live commit that nobody has any more leaves the newest. */
async function merged(tools: Tools, { base, head }: Plan): Promise<readonly string[]> {
  try {
    const mainline = await tools.git.mainlineBetween(base, head);
    return mainline.length === 0 ? [head] : mainline;
  } catch (error) {
    tools.log.debug(`The commits since ${base} could not be listed: ${messageOf(error)}`);
    return [head];
  }
}

/** A clone leaves out, without an error, what the cloning role may not read: https://docs.snowflake.com/en/sql-reference/sql/create-clone */
function refuseIncompleteClone(before: Inventory, cloned: Inventory, pair: SchemaPair): void {
  const { onlyA } = differenceInNames(before, cloned);
  if (onlyA.length === 0) return;
  throw new ActionableError(
    `The clone ${displayName(upcomingSchema(pair))} lacks ${onlyA.join(', ')}, which production has: the deploy role may not read them, ` +
      'or they were dropped meanwhile. Grant SELECT on them (or ownership), then build again; production was not touched.',
  );
}
