import { deploymentInMarker, formatComment, moveMarker, restoredInMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { rebuiltNames } from '../deployment/rebuilt.js';
import type { Tokens } from '../deployment/record.js';
import { failedSchema, operationId, productionSchema, restoreSchema } from '../deployment/schema-names.js';
import { isSamePair, replacedMarker } from '../deployment/side-pairs.js';
import type { Marked, Observed, SchemaSeen } from '../deployment/state.js';
import type { Timeline } from '../deployment/timeline.js';
import { ActionableError } from '../errors.js';
import type { History } from '../history/history.js';
import { takeInventory } from '../observing/inventory.js';
import type { Inventory } from '../observing/inventory.js';
import { observe } from '../observing/observe.js';
import { movedInProduction, namesOfMoved, tokensOfAll } from '../observing/pair-tokens.js';
import { movedTables, readTokens } from '../observing/tokens.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { commentWhile } from '../snowflake/statements/schemas.js';
import type { Standing } from '../snowflake/statements/schemas.js';
import type { Tools } from '../tools.js';
import { carry, planCarry } from './carry.js';
import type { CarryPlan } from './carry.js';
import { exchange, unlessOvertaken } from './exchange.js';
import type { PairExchange } from './exchange.js';
import type { Statement } from '../snowflake/warehouse.js';
import { dropLeftovers } from './drop-leftovers.js';
import type { FormerProduction } from './late-writers.js';
import { settleAfterRollback } from './settle-names.js';
import type { Settled } from './settle-names.js';
import { settleSidesAfterRollback } from './settle-sides.js';
import type { SettledSides } from './settle-sides.js';
import { sidesToRestore } from './sides-to-restore.js';
import { dropStaged, stage } from './stage.js';
import { tellWrittenAtExchange } from './written-at-exchange.js';
import { builtSince } from './built-since.js';
import type { BuiltSince } from './built-since.js';

const ROUNDS = 3;

/** One rollback: which deployment is given up, for which snapshot. */
export interface RollbackJob {
  readonly tools: Tools;
  readonly pair: SchemaPair;
  readonly history: History;
  readonly timeline: Timeline;
  readonly live: Marked;
  /** The former production that is brought back: it is cloned, never consumed. */
  readonly target: Marked;
  readonly carry: 'all' | 'none';
  readonly reason: string;
}

/** What a rollback did. */
export interface RolledBack {
  readonly live: Marker;
  /** The schema that keeps the version given up. */
  readonly failed: SchemaSeen | undefined;
  /** The same of each pair that was exchanged, the main one included. */
  readonly givenUp: readonly FormerProduction[];
  readonly operation: string;
}

/** What is brought back in one pair. */
export interface PairToRestore {
  readonly pair: SchemaPair;
  readonly target: Marked;
}

/**
 * Brings a former production back, in all pairs that were switched since: clones the snapshots, carries what the deployment did not
 * rebuild and that changed since, marks what is live as rejected, and swaps. Re-run after any crash it goes on.
 * @throws ActionableError when production does not hold still; it is still live then
 */
export async function rollBack(job: RollbackJob): Promise<RolledBack> {
  const { tools, pair, history, timeline, live, target } = job;
  const operation = operationId(tools.clock.now(), Math.floor(Math.random() * 0xffff));
  const built = await builtSince(history, live.marker, target.marker, job.carry);
  const sides = await sidesToRestore(tools, pair, built.deployments);
  await history.prepare();
  await history.beginRollback(operation, {
    REPOSITORY: tools.run.repository,
    COMMIT: target.marker.commit,
    PARENT: live.marker.deployment,
    RUN: tools.run.url,
    ACTOR: tools.run.actor,
    PHASE: 'restoring',
    STARTED_AT: tools.clock.now().toISOString(),
    SNAPSHOT: target.seen.name.schema,
    REJECTED: job.reason,
  });
  await switchBack(job, operation, built, [{ pair, target }, ...sides]);
  const settled = await timeline.step('Settle names and markers', () => settleAfterRollback(tools, pair, operation));
  const { exchanged } = await settleSidesAfterRollback(
    tools,
    sides.map((side) => side.pair),
    operation,
  );
  await timeline.step('Drop what is left of the deployment', () => dropLeftovers(tools, pair, live.marker.deployment));
  const finished = tools.clock.now().toISOString();
  await history.update(operation, { PHASE: 'done', FINISHED_AT: finished });
  await history.update(live.marker.deployment, { PHASE: 'rolled back', REJECTED: job.reason, FINISHED_AT: finished });
  return { ...rolledBackAs(pair, settled, exchanged), operation };
}

/** What stands where once a rollback is done. */
export function rolledBackAs(
  main: SchemaPair,
  { live, former }: Settled,
  sides: SettledSides['exchanged'],
): Pick<RolledBack, 'live' | 'failed' | 'givenUp'> {
  const givenUp = [{ pair: main, former }, ...sides].flatMap((each) =>
    each.former === undefined ? [] : [{ pair: each.pair, former: each.former }],
  );
  return { live, failed: former, givenUp };
}

/** @throws ActionableError when production does not hold still */
export async function switchBack(
  job: RollbackJob,
  operation: string,
  built: BuiltSince,
  pairs: readonly PairToRestore[],
): Promise<void> {
  const { tools, timeline } = job;
  let moved: readonly string[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = await timeline.step('Stage the former production', () =>
      tokensOfAll(pairs, (each) => stageRestore(job, operation, built, each)),
    );
    moved = job.carry === 'none' ? [] : await movedMeanwhile(job, built, pairs, before);
    if (moved.length === 0) {
      const exchanged = await timeline.step('Swap back', () => swapBack(job, operation, pairs));
      if (job.carry === 'all') await tellWrittenAtExchange(tools, built, exchanged, before);
      return;
    }
    tools.log.info(`Production was written to while the snapshot was staged (${moved.join(', ')}): once more.`);
  }
  throw new ActionableError(
    `${displayName(productionSchema(job.pair))} was written to during each of ${ROUNDS} attempts to roll back: ${moved.join(', ')}. It is still ` +
      'live. Pause the writer of these tables, or run again with "carry: none" (rows since the swap then stay in the failed schema only).',
  );
}

/** Rows that rebuilt tables get meanwhile are kept in the failed schema and counted afterwards; carried ones must not be lost. */
async function movedMeanwhile(
  { tools }: RollbackJob,
  built: BuiltSince,
  pairs: readonly PairToRestore[],
  before: Tokens,
): Promise<readonly string[]> {
  const moved = await movedInProduction(
    tools.warehouse,
    pairs.map(({ pair }) => pair),
    before,
  );
  const carried = moved.filter(({ pair, name }) => !rebuiltNames(built, pair).has(name));
  return namesOfMoved(carried, pairs);
}

/** Clones the snapshot and carries over; returns production's tokens from before. */
async function stageRestore(
  job: RollbackJob,
  operation: string,
  built: BuiltSince,
  { pair, target }: PairToRestore,
): Promise<Tokens> {
  const { tools, live } = job;
  const observed = await observe(tools.warehouse, pair);
  const production = isSamePair(pair, job.pair) ? standingLive(observed, live) : standing(observed, pair);
  const restore = restoreSchema(pair, operation);
  const source = await takeInventory(tools.warehouse, production.name);
  const tokens = await readTokens(tools.warehouse, production.name, [...source.tables.keys()]);
  const snapshotInventory = await takeInventory(tools.warehouse, target.seen.name);
  // A rollback that stopped half-way is finished under its own name.
  await dropStaged(tools.warehouse, pair, restore, observed.restores);
  const refused = await stage(tools, {
    production,
    productionInventory: source,
    source: target.seen.name,
    sourceInventory: snapshotInventory,
    staged: restore,
    marker: restoreMarker(job, target, operation, restore),
    // Where nobody can tell what was rebuilt, any object may be another version of its namesake.
    rebuilt:
      job.carry === 'all'
        ? rebuiltNames(built, pair)
        : new Set([...snapshotInventory.tables.keys(), ...snapshotInventory.views.keys()]),
    mendedIn: production.name,
  });
  // Coming back is more urgent: what is made later can be granted by hand.
  if (refused.length > 0) {
    tools.log.warning(
      `What objects made later in ${displayName(production.name)} will be granted was changed since the swap, and comes back as it was. ` +
        `To change it again, run as an administrator:\n${refused.join('\n')}`,
    );
  }
  if (job.carry === 'none') return tokens;
  const plan = planCarryBack(built, pair, source, snapshotInventory, tokens);
  if (plan.changedViews.length > 0) {
    tools.log.warning(
      `These views were made or changed in ${displayName(production.name)} since the swap and are not carried; they stay in the failed schema: ${plan.changedViews.join(', ')}.`,
    );
  }
  await carry(tools.warehouse, production.name, restore, plan);
  tools.log.info(`${plan.clone.length} tables that changed since the swap and were not rebuilt are carried over.`);
  return tokens;
}

/**
 * What is taken over from production into the staged former one: what the deployments since did not rebuild and that changed. What
 * somebody dropped since the swap comes back with the snapshot: a rollback removes nothing.
 * @param tokens of production now
 */
export function planCarryBack(
  built: BuiltSince,
  pair: SchemaPair,
  production: Inventory,
  snapshot: Inventory,
  tokens: Tokens,
): CarryPlan {
  const changed = movedTables(productionSchema(pair), built.tokensOfRelease, tokens, production.tables.keys());
  return { ...planCarry(production, snapshot, changed, rebuiltNames(built, pair)), dropTables: [], dropViews: [] };
}

export function restoreMarker(
  { tools, live }: RollbackJob,
  target: Marked,
  operation: string,
  restore: SchemaName,
): Marker {
  const at = tools.clock.now().toISOString();
  return moveMarker(target.marker, restore, {
    phase: 'done',
    swappedAt: at,
    rejected: null,
    restored: { operation, insteadOf: live.marker.deployment, at },
    ...(target.marker.side === undefined ? {} : { replacedBy: null }),
  });
}

/** Two rollbacks at once end in the same place: the one that comes second finds the first one's result and stops. */
function standingLive(observed: Observed, live: Marked): SchemaSeen {
  const production = observed.production;
  const marker = production?.comment.marker;
  // What an earlier rollback brought back can be given up like any other, as long as it is still that one.
  const isStanding =
    marker?.deployment === live.marker.deployment && marker.restored?.operation === live.marker.restored?.operation;
  if (production !== undefined && isStanding) return production;
  throw new ActionableError(
    `${displayName(live.seen.name)} no longer holds deployment ${live.marker.deployment}: another run rolled it back or replaced it a moment ago. ` +
      'This run changes nothing more. See mode "status".',
  );
}

function standing({ production }: Observed, pair: SchemaPair): SchemaSeen {
  if (production !== undefined) return production;
  throw new ActionableError(
    `${displayName(productionSchema(pair))} is gone, so the deployment cannot be rolled back as a whole. UNDROP it, then run again.`,
  );
}

/**
 * Marks what is live as given up, and exchanges it. Both go by the name of production, so each ends without effect where another
 * run was faster: what that one brought back, and rows that it received since, would be given up with it.
 */
async function swapBack(
  job: RollbackJob,
  operation: string,
  pairs: readonly PairToRestore[],
): Promise<readonly PairExchange[]> {
  const { mark, exchanges } = await plannedSwapBack(job, operation, pairs);
  await unlessOvertaken(job.pair, () => job.tools.warehouse.execute(mark));
  await exchange(job.tools, exchanges, (marker) => marker.restored?.operation === operation);
  return exchanges;
}

/** The statement that marks what is live as given up, and what is exchanged then. */
export async function plannedSwapBack(
  job: RollbackJob,
  operation: string,
  pairs: readonly PairToRestore[],
): Promise<{ readonly mark: Statement; readonly exchanges: readonly PairExchange[] }> {
  const { clock, run } = job.tools;
  const at = clock.now();
  const rejected = { reason: job.reason, at: at.toISOString(), by: run.actor };
  const marks = await Promise.all(pairs.map(({ pair }) => givenUp(job, operation, pair, rejected)));
  const exchanges = marks.map(({ pair, schema, marker }) => ({
    pair,
    staged: restoreSchema(pair, operation),
    keepAs: failedSchema(pair, at),
    // Of two rollbacks that marked it, the one whose mark it bears goes on.
    standing: [{ schema, commentHolds: [JSON.stringify(marker)] }],
  }));
  const unchanged = marks.flatMap((mark) => mark.standing);
  return { mark: commentWhile(unchanged, marks), exchanges };
}

/** A production that is given up, and how its comment will say so. */
interface GivenUp {
  readonly pair: SchemaPair;
  readonly schema: SchemaName;
  readonly marker: Marker;
  readonly comment: string;
  /** What holds as long as no other run has changed it. */
  readonly standing: readonly Standing[];
}

async function givenUp(
  job: RollbackJob,
  operation: string,
  pair: SchemaPair,
  rejected: NonNullable<Marker['rejected']>,
): Promise<GivenUp> {
  const { pair: main, live } = job;
  const observed = await observe(job.tools.warehouse, pair);
  const isMain = isSamePair(pair, main);
  const { name, comment } = isMain ? standingLive(observed, live) : standing(observed, pair);
  const marker = isMain
    ? moveMarker(live.marker, name, { rejected })
    : { ...replacedMarker(comment.marker, main, pair, live.marker, operation), rejected };
  const commentHolds = [deploymentInMarker(live.marker.deployment), restoredInMarker(live.marker.restored)];
  return {
    pair,
    schema: name,
    marker,
    comment: formatComment(comment.words, marker),
    standing: isMain ? [{ schema: name, commentHolds }] : [],
  };
}
