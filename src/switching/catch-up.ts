import { rebuiltNames } from '../deployment/rebuilt.js';
import type { DeploymentRecord, Tokens } from '../deployment/record.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { ActionableError } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import type { Inventory } from '../observing/inventory.js';
import { upcomingTokens } from '../observing/pair-tokens.js';
import { movedTables, readTokens } from '../observing/tokens.js';
import type { Code } from '../running/code.js';
import { nodesWithRows, normalRun } from '../running/dbt-steps.js';
import type { SchemaPair } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import { verifyCatchUp } from '../verification/late-rows.js';
import type { CatchUpPair } from '../verification/late-rows.js';
import { carry, isNothing, planCarry } from './carry.js';
import type { CarryPlan } from './carry.js';
import type { SwitchJob } from './job.js';

const CONCURRENCY = 4;
const QUERY_TIMEOUT_SECONDS = 3600;
const SAMPLE_IDS = 10;

/**
 * Brings blue up to what production holds now: what the deployment does not rebuild is cloned again where it changed, and rebuilt
 * models get a normal dbt run where their namesakes got rows, after which their ids are compared.
 *
 * @param since production's tokens when blue was last brought up to date
 * @param interrupted an earlier catch-up did not end: run and compare whatever the tokens say
 * @returns production's tokens as they were before this catch-up read anything
 * @throws ActionableError when ids of production are missing or doubled in blue, or when views changed; production was not touched
 */
export async function catchUp(job: SwitchJob, code: Code, since: Tokens, interrupted: boolean): Promise<Tokens> {
  const { tools, switched, onlyRead, record, history } = job;
  const all: PairToCatchUp[] = [];
  for (const each of [...switched, ...onlyRead]) all.push(await lookAtPair(job, each, since));
  all.forEach(({ plan, production }) => {
    refuseChangedViews(plan.changedViews, displayName(production));
  });
  const tokens = all.reduce<Tokens>((sum, each) => ({ ...sum, ...each.tokens }), {});
  const late = all.flatMap((each) => each.late);
  const isProvisional = record.verdict?.models.some((model) => model.isProvisional) === true;
  if (all.every(({ plan }) => isNothing(plan)) && late.length === 0 && !interrupted && !isProvisional) {
    tools.log.info('Nothing in production changed since the clone.');
    return tokens;
  }
  await history.update(record.deployment, { TOKENS_OF_UPCOMING: null });
  const count = (of: (plan: CarryPlan) => number): number => all.reduce((sum, { plan }) => sum + of(plan), 0);
  tools.log.info(
    `Since the clone ${late.length} rebuilt tables got changes in production (${late.join(', ') || 'none'}); ` +
      `${count(({ clone }) => clone.length)} others are cloned again, ${count(({ dropTables, dropViews }) => dropTables.length + dropViews.length)} removed.`,
  );
  for (const { production, upcoming, plan } of all) await carry(tools.warehouse, production, upcoming, plan);
  // A new model has no namesake that could tell: it is behind as soon as anything that it may read got changes.
  const newIsBehind = all.some(({ plan }) => plan.clone.length > 0) && record.plan.rebuilt.some(({ isNew }) => isNew);
  if (late.length > 0 || interrupted || newIsBehind) await run(job, code);
  if (late.length > 0 || interrupted || isProvisional) await compare(job, all);
  const verified = await upcomingTokens(tools.warehouse, switched);
  await history.update(record.deployment, { TOKENS_OF_UPCOMING: JSON.stringify(verified) });
  return tokens;
}

/** A pair, and what happened to its production since blue was last brought up to date. */
export interface PairToCatchUp {
  readonly production: SchemaName;
  readonly upcoming: SchemaName;
  readonly source: Inventory;
  /** Of all tables of production. */
  readonly tokens: Tokens;
  readonly plan: CarryPlan;
  /** Stored names of rebuilt tables that got changes. */
  readonly late: readonly string[];
}

/** @param since production's tokens when blue was last brought up to date */
export async function lookAtPair(
  { tools, record }: Pick<SwitchJob, 'tools' | 'record'>,
  pair: SchemaPair,
  since: Tokens,
): Promise<PairToCatchUp> {
  const production = productionSchema(pair);
  const upcoming = upcomingSchema(pair);
  const rebuilt = rebuiltNames(record.plan, pair);
  const source = await takeInventory(tools.warehouse, production);
  const tokens = await readTokens(tools.warehouse, production, [...source.tables.keys()]);
  const moved = movedTables(production, since, tokens, source.tables.keys());
  const target = await takeInventory(tools.warehouse, upcoming);
  const plan = planCarry(source, target, moved, rebuilt);
  return { production, upcoming, source, tokens, plan, late: moved.filter((name) => rebuilt.has(name)) };
}

async function run({ tools, pair, record }: SwitchJob, code: Code): Promise<void> {
  const nodes = nodesWithRows(record.plan);
  const { failure } = await normalRun(tools, code, pair.upcoming, nodes, 'Catch up');
  if (failure === undefined) return;
  throw new ActionableError(
    `Blue could not be brought up to date: ${failure} Production was not touched. Mend it, then swap again.`,
  );
}

/** What to compare: tables that production has, and views whose missing ids were put down to late rows. */
function pairsOf(record: DeploymentRecord, pairs: readonly PairToCatchUp[]): readonly CatchUpPair[] {
  const withRows = new Set(nodesWithRows(record.plan).map((node) => node.uniqueId));
  const models = new Map(record.verdict?.models.map((model) => [model.uniqueId, model]));
  return record.plan.rebuilt.flatMap((node): CatchUpPair[] => {
    const model = models.get(node.uniqueId);
    if (node.production === undefined || node.upcoming === undefined) return [];
    const pair = {
      name: node.name,
      production: node.production,
      upcoming: node.upcoming,
      key: model?.key,
      conditions: model?.conditions,
    };
    if (model?.isProvisional === true) return [pair];
    if (!withRows.has(node.uniqueId) || !isTable(pairs, node.production)) return [];
    const isAccepted = (model?.comparison?.missing ?? 0) > 0 && model?.baseline !== undefined;
    return [isAccepted ? { ...pair, baseline: model.baseline } : pair];
  });
}

function isTable(pairs: readonly PairToCatchUp[], { schema, name }: RelationName): boolean {
  return pairs.some(({ production, source }) => production.schema === schema && source.tables.has(name));
}

async function compare(job: SwitchJob, all: readonly PairToCatchUp[]): Promise<void> {
  const { tools, record, verification, lateRows, sampleIds } = job;
  const pairs = pairsOf(record, all);
  const verdicts = await verifyCatchUp({
    warehouse: tools.warehouse,
    pairs,
    concurrency: CONCURRENCY,
    signal: tools.signal,
    timeoutSeconds: QUERY_TIMEOUT_SECONDS,
    sampleIds: sampleIds === 'none' ? 0 : SAMPLE_IDS,
  });
  verdicts.forEach((verdict) => lateRows.set(displayName(verdict.upcoming), verdict));
  const stopping = verification === 'report' ? ['errored'] : ['failed', 'errored'];
  const failed = verdicts.filter(({ status }) => stopping.includes(status));
  for (const verdict of verdicts) {
    const isTolerated = verdict.status === 'failed' && !failed.includes(verdict);
    for (const { text } of verdict.findings) {
      if (isTolerated)
        tools.log.warning(`Verification only reports, so this does not stop the swap: ${verdict.name}: ${text}`);
      else tools.log.info(`${verdict.name}: ${text}`);
    }
  }
  if (failed.length === 0) return;
  throw new ActionableError(
    `After the catch-up blue does not hold what production holds, so it was not switched in:\n` +
      failed.map(({ name, findings }) => `  ${name}: ${findings.map(({ text }) => text).join(' ')}`).join('\n') +
      '\nProduction was not touched.',
  );
}

function refuseChangedViews(names: readonly string[], production: string): void {
  if (names.length === 0) return;
  throw new ActionableError(
    `In ${production} these views were created or changed since the clone, and a view cannot be carried: ${names.join(', ')}. ` +
      'Nothing was switched; build again, so that the new version starts from them.',
  );
}
