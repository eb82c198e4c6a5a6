import { productionSchema } from '../deployment/schema-names.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { History } from '../history/history.js';
import type { SchemaPair } from '../selection/plan.js';
import { takeInventory } from '../observing/inventory.js';
import { movedTables, readTokens } from '../observing/tokens.js';
import { displayName, quoteName, quoteRelation } from '../snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../snowflake/identifiers.js';
import type { Warehouse } from '../snowflake/warehouse.js';
import { createCatalog } from '../verification/catalog.js';
import { verifyCatchUp } from '../verification/late-rows.js';
import type { CatchUpPair } from '../verification/late-rows.js';
import type { ModelVerdict } from '../verification/verdict.js';
import type { SwitchJob } from './job.js';

/** What a swap put aside in one pair. */
export interface FormerProduction {
  readonly pair: SchemaPair;
  readonly former: SchemaSeen;
}

/**
 * A writer that was in flight at the swap commits into the former production: its rows would be lost silently. The tokens of the
 * snapshot tell; what is missing is named, with the statement that repairs it.
 * @returns one sentence for each table that was written to after the swap
 */
export async function findLateWriters(
  job: SwitchJob,
  formers: readonly FormerProduction[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const each of formers) found.push(...(await lateWritersOf(job, each)));
  return found;
}

async function lateWritersOf(job: SwitchJob, { pair, former }: FormerProduction): Promise<readonly string[]> {
  const { tools, record } = job;
  const earlier = record.tokensAtSwap;
  if (earlier === undefined) return [];
  const production = productionSchema(pair);
  const { tables } = await takeInventory(tools.warehouse, former.name);
  const now = await readTokens(tools.warehouse, former.name, [...tables.keys()], production);
  const written = movedTables(production, earlier, now, tables.keys());
  if (written.length === 0) return [];
  const ofPair = record.verdict?.models.filter(({ relation }) => relation.schema === pair.upcoming);
  const models = new Map(ofPair?.map((model) => [model.relation.name, model]));
  const verdicts = await verifyCatchUp({
    warehouse: tools.warehouse,
    pairs: written.map((name) => latePair(former.name, production, name, models.get(name))),
    concurrency: 2,
    timeoutSeconds: 3600,
    sampleIds: 10,
  });
  return Promise.all(
    verdicts.map(async (verdict) => {
      const from = { ...former.name, name: verdict.name };
      const to = { ...production, name: verdict.name };
      const missing = verdict.counts?.missing;
      const model = models.get(verdict.name);
      const repair = missing === 0 ? '' : await repairOf(tools.warehouse, from, to, model);
      const lost = missing === undefined ? lossWithoutKey(from, to, model) : `${missing} ids are missing now.`;
      return `A writer committed into ${displayName(from)} after the swap: ${lost}${repair}`;
    }),
  );
}

/** Ids that the verification accepted as missing are no late rows: they are told apart by the baseline. */
function latePair(
  former: SchemaName,
  production: SchemaName,
  name: string,
  model: ModelVerdict | undefined,
): CatchUpPair {
  const relations = { production: { ...former, name }, upcoming: { ...production, name } };
  const pair = { name, ...relations, key: model?.key, conditions: model?.conditions };
  return lostOnPurpose(model) && model?.baseline !== undefined ? { ...pair, baseline: model.baseline } : pair;
}

function lostOnPurpose(model: ModelVerdict | undefined): boolean {
  return (model?.comparison?.missing ?? 0) > 0;
}

function lossWithoutKey(from: RelationName, to: RelationName, model: ModelVerdict | undefined): string {
  if (model !== undefined) return 'how many rows are missing now cannot be told without a key.';
  // The same version on both sides; which of its columns make a key is known of rebuilt models only.
  const rows = `SELECT * FROM ${quoteRelation(from)} MINUS SELECT * FROM ${quoteRelation(to)}`;
  return `what it wrote is there only. This deployment did not rebuild the table: let the writer run again, or look at what this finds (rows changed in production since are among them): ${rows};`;
}

/** The statement that brings the missing rows over, in the columns that both versions have; empty where none can be written. */
async function repairOf(
  warehouse: Warehouse,
  from: RelationName,
  to: RelationName,
  model: ModelVerdict | undefined,
): Promise<string> {
  const key = model?.key?.columns ?? [];
  if (key.length === 0) return '';
  if (lostOnPurpose(model)) {
    return ' This deployment leaves other ids out on purpose, so no statement can repair it blindly: compare the two tables.';
  }
  const catalog = createCatalog((statement) => warehouse.execute(statement));
  const here = new Set((await catalog.columns(to))?.map(({ name }) => name));
  const common = ((await catalog.columns(from)) ?? []).map(({ name }) => name).filter((name) => here.has(name));
  const columns = common.map(quoteName).join(', ');
  const match = key.map((column) => `n.${quoteName(column)} = o.${quoteName(column)}`).join(' AND ');
  return (
    ` Repair: INSERT INTO ${quoteRelation(to)} (${columns}) SELECT ${columns} FROM ${quoteRelation(from)} o ` +
    `WHERE NOT EXISTS (SELECT 1 FROM ${quoteRelation(to)} n WHERE ${match});`
  );
}

/** Tables of a snapshot that were written to after it was put aside, as its deployment's record tells; without a record, none. */
export async function writtenSinceKept(
  tools: Pick<SwitchJob['tools'], 'warehouse'>,
  history: History,
  main: SchemaPair,
  snapshot: SchemaSeen,
): Promise<readonly string[]> {
  const { side, replacedBy } = snapshot.comment.marker ?? {};
  const successor =
    side === undefined ? await history.readBySnapshot(snapshot.name.schema) : await history.read(replacedBy ?? '');
  if (successor?.tokensAtSwap === undefined) return [];
  const production = { database: main.database, schema: side?.production ?? main.production };
  const { tables } = await takeInventory(tools.warehouse, snapshot.name);
  const now = await readTokens(tools.warehouse, snapshot.name, [...tables.keys()], production);
  return movedTables(production, successor.tokensAtSwap, now, tables.keys());
}
