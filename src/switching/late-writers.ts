import { productionSchema } from '../deployment/schema-names.js';
import type { SchemaSeen } from '../deployment/state.js';
import type { History } from '../history/history.js';
import type { SchemaPair } from '../selection/plan.js';
import { takeInventory } from '../observing/inventory.js';
import { movedTables, readTokens } from '../observing/tokens.js';
import { displayName, quoteName, quoteRelation } from '../snowflake/identifiers.js';
import { verifyCatchUp } from '../verification/late-rows.js';
import type { SwitchJob } from './job.js';

/**
 * A writer that was in flight at the swap commits into the former production: its rows would be lost silently. The tokens of the
 * snapshot tell; what is missing is named, with the statement that repairs it.
 * @returns one sentence for each table that was written to after the swap
 */
export async function findLateWriters(job: SwitchJob, former: SchemaSeen): Promise<readonly string[]> {
  const { tools, pair, record } = job;
  const earlier = record.tokensAtSwap;
  if (earlier === undefined) return [];
  const production = productionSchema(pair);
  const { tables } = await takeInventory(tools.warehouse, former.name);
  const now = await readTokens(tools.warehouse, former.name, [...tables.keys()], production);
  const written = movedTables(production, earlier, now, tables.keys());
  if (written.length === 0) return [];
  const keys = new Map(record.verdict?.models.map((model) => [model.relation.name, model.key]));
  const verdicts = await verifyCatchUp({
    warehouse: tools.warehouse,
    pairs: written.map((name) => ({
      name,
      production: { ...former.name, name },
      upcoming: { ...production, name },
      key: keys.get(name),
    })),
    concurrency: 2,
    timeoutSeconds: 3600,
    sampleIds: 10,
  });
  return verdicts.map((verdict) => {
    const from = { ...former.name, name: verdict.name };
    const to = { ...production, name: verdict.name };
    const key = keys.get(verdict.name)?.columns;
    const missing = verdict.counts?.missing;
    const lost =
      missing === undefined
        ? 'how many rows are missing now cannot be told without a key'
        : `${missing} ids are missing now`;
    const repair =
      key === undefined || key.length === 0
        ? ''
        : ` Repair: INSERT INTO ${quoteRelation(to)} SELECT * FROM ${quoteRelation(from)} o WHERE NOT EXISTS ` +
          `(SELECT 1 FROM ${quoteRelation(to)} n WHERE ${key.map((column) => `n.${quoteName(column)} = o.${quoteName(column)}`).join(' AND ')});`;
    return `A writer committed into ${displayName(from)} after the swap: ${lost}.${missing === 0 ? '' : repair}`;
  });
}

/** Tables of a snapshot that were written to after it was put aside, as its deployment's record tells; without a record, none. */
export async function writtenSinceKept(
  tools: Pick<SwitchJob['tools'], 'warehouse'>,
  history: History,
  pair: SchemaPair,
  snapshot: SchemaSeen,
): Promise<readonly string[]> {
  const successor = await history.readBySnapshot(snapshot.name.schema);
  if (successor?.tokensAtSwap === undefined) return [];
  const { tables } = await takeInventory(tools.warehouse, snapshot.name);
  const now = await readTokens(tools.warehouse, snapshot.name, [...tables.keys()], productionSchema(pair));
  return movedTables(productionSchema(pair), successor.tokensAtSwap, now, tables.keys());
}
