import { commentOnSchema } from '../snowflake/statements/schemas.js';
import { deploymentInMarker, formatComment, newMarker } from '../deployment/marker.js';
import type { Marker } from '../deployment/marker.js';
import { rebuiltNames } from '../deployment/rebuilt.js';
import type { Tokens } from '../deployment/record.js';
import { productionSchema, releaseSchema, snapshotSchema, upcomingSchema } from '../deployment/schema-names.js';
import { isSamePair, markerOn, replacedMarker } from '../deployment/side-pairs.js';
import type { SchemaSeen } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import { observe } from '../observing/observe.js';
import { movedInProduction, namesOfMoved, tokensOfAll } from '../observing/pair-tokens.js';
import { readTokens } from '../observing/tokens.js';
import type { Code } from '../running/code.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import { catchUp } from './catch-up.js';
import { claim, exchange } from './exchange.js';
import type { PairExchange } from './exchange.js';
import { refuseLostFutureGrants } from './future-grants.js';
import type { SwitchJob } from './job.js';
import { keepGovernance, tagsOfProduction } from './keep-governance.js';
import { dropStaged, stage } from './stage.js';

const ROUNDS = 3;

/**
 * Catches up, stages and swaps the pairs of the job; if a writer changed production while it was staged, once more, a bounded number
 * of times.
 * @throws ActionableError naming the writer's tables when production does not hold still; production was not touched
 */
export async function switchOver(job: SwitchJob, code: Code): Promise<void> {
  const { tools, switched, record, timeline } = job;
  let since = record.tokensAtClone;
  let moved: readonly string[] = [];
  const tags = await timeline.step('Read the tags of production', () => tagsOfProduction(job));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const interrupted = round === 1 && record.tokensOfUpcoming === undefined;
    since = await timeline.step('Catch up with production', () => catchUp(job, code, since, interrupted));
    await timeline.step('Keep policies and tags', () => keepGovernance(job, tags));
    await timeline.step('Stage the release', () => stageReleases(job, since));
    moved = namesOfMoved(await movedInProduction(tools.warehouse, switched, since), switched);
    if (moved.length === 0) {
      await timeline.step('Swap', () => swapIn(job));
      return;
    }
    tools.log.info(`Production was written to while the release was staged (${moved.join(', ')}): once more.`);
  }
  throw new ActionableError(
    `${switched.map((pair) => displayName(productionSchema(pair))).join(', ')} was written to during each of ${ROUNDS} attempts to switch: ` +
      `${moved.join(', ')}. Pause the writer of these tables for some minutes, then swap again. Production was not touched.`,
  );
}

/** Writes to production's comment which deployment made it, at the first deployment only: it becomes the rollback target. */
export async function adopt(job: SwitchJob, production: SchemaSeen): Promise<SchemaSeen> {
  if (production.comment.marker !== undefined || job.marker.parent === null || job.marker.base === null)
    return production;
  const adopted = newMarker(
    { ...job.marker, deployment: job.marker.parent, parent: null, commit: job.marker.base, base: null, phase: 'done' },
    production.name,
  );
  await job.tools.warehouse.execute(commentOnSchema(production.name, formatComment(production.comment.words, adopted)));
  return { ...production, comment: { ...production.comment, marker: adopted } };
}

async function stageReleases(job: SwitchJob, tokensAtSwap: Tokens): Promise<void> {
  const tokens = await tokensOfAll(job.switched, (pair) => stageRelease(job, pair));
  await job.history.update(job.record.deployment, {
    PHASE: 'staged',
    TOKENS_AT_SWAP: JSON.stringify({ ...job.record.tokensAtSwap, ...tokensAtSwap }),
    TOKENS_OF_RELEASE: JSON.stringify({ ...job.record.tokensOfRelease, ...tokens }),
  });
}

/** @returns tokens of the staged tables, under the names that production gives them */
async function stageRelease(job: SwitchJob, pair: SchemaPair): Promise<Tokens> {
  const { tools, record } = job;
  const observed = await observe(tools.warehouse, pair);
  const seen = observed.production;
  if (seen === undefined)
    throw new ActionableError(`${displayName(productionSchema(pair))} is gone. Nothing was switched.`);
  const production = await readied(job, pair, seen);
  const staged = releaseSchema(pair, record.deployment);
  await dropStaged(tools.warehouse, pair, staged, observed.releases);
  const source = upcomingSchema(pair);
  const sourceInventory = await takeInventory(tools.warehouse, source);
  const refused = await stage(tools, {
    production,
    productionInventory: await takeInventory(tools.warehouse, production.name),
    source,
    sourceInventory,
    staged,
    marker: releaseMarker(job, pair, staged),
    rebuilt: rebuiltNames(record.plan, pair),
    mendedIn: source,
  });
  refuseLostFutureGrants(refused);
  return readTokens(tools.warehouse, staged, [...sourceInventory.tables.keys()], production.name);
}

/** Production with a comment that will still tell what it is once it has been put aside. */
async function readied(job: SwitchJob, pair: SchemaPair, production: SchemaSeen): Promise<SchemaSeen> {
  if (isSamePair(pair, job.pair)) {
    refuseOtherParent(job, production);
    return adopt(job, production);
  }
  const { tools, marker, record } = job;
  const { words, marker: standing } = production.comment;
  const replaced = replacedMarker(standing, job.pair, pair, marker, record.deployment);
  await tools.warehouse.execute(commentOnSchema(production.name, formatComment(words, replaced)));
  return { ...production, comment: { ...production.comment, marker: replaced } };
}

/**
 * Production shows this marker from the instant of the swap, so it already says "swapped"; and which run swaps, so that nobody
 * finishes what that run's statement is still at.
 */
export function releaseMarker({ tools, pair: main, marker }: SwitchJob, pair: SchemaPair, staged: SchemaName): Marker {
  const { run, attempt } = tools.run;
  return markerOn({ ...marker, phase: 'swapped', run, attempt }, main, pair, staged);
}

function refuseOtherParent({ marker, pair }: SwitchJob, production: SchemaSeen): void {
  const live = production.comment.marker?.deployment;
  if (live === undefined || live === marker.parent) return;
  throw new ActionableError(
    `${displayName(productionSchema(pair))} holds deployment ${live} now, but ${marker.deployment} was built beside ${marker.parent ?? 'another'}. ` +
      'Build again. Nothing was switched.',
  );
}

async function swapIn(job: SwitchJob): Promise<void> {
  const { deployment } = job.record;
  await exchange(job.tools, exchangesOf(job), (marker) => marker.deployment === deployment);
}

/** What is exchanged, as of now. */
export function exchangesOf(job: SwitchJob): readonly PairExchange[] {
  const { tools, pair: main, switched, record, marker } = job;
  const at = tools.clock.now();
  return switched.map((pair) => {
    const staged = releaseSchema(pair, record.deployment);
    // Another run that swaps the same deployment stages under the same name: what it has not finished must not go live.
    const ours = { schema: staged, commentHolds: [JSON.stringify(releaseMarker(job, pair, staged))] };
    const isReplaced = isSamePair(pair, main) && marker.parent !== null;
    // Staging adopted an unmarked production, so it has a marker by now.
    const former = isReplaced
      ? [{ schema: productionSchema(pair), commentHolds: [deploymentInMarker(marker.parent)] }]
      : [];
    return { pair, staged, keepAs: snapshotSchema(pair, at), standing: [...former, ours] };
  });
}

/** A plan that rebuilds nothing has nothing to swap: its commit comes live by the marker alone. */
export async function bringLiveByMarker(job: SwitchJob): Promise<void> {
  const { production } = await observe(job.tools.warehouse, job.pair);
  if (production === undefined)
    throw new ActionableError(`${displayName(productionSchema(job.pair))} is gone. Nothing was changed.`);
  refuseOtherParent(job, production);
  await claim(job.tools, production, job.marker, { phase: 'swapped', swappedAt: job.tools.clock.now().toISOString() });
}
