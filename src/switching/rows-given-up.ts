import type { DeploymentRecord } from '../deployment/record.js';
import { messageOf } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import type { Tools } from '../tools.js';
import { displayName } from '../snowflake/identifiers.js';
import { verifyCatchUp } from '../verification/late-rows.js';
import type { CatchUpPair } from '../verification/late-rows.js';
import type { FormerProduction } from './late-writers.js';

/**
 * Ids that rebuilt tables received since the swap: they are in the failed schema and not in production. Incremental models that
 * read their own watermark load them again at their next run; the rest a person must look at.
 * @returns a sentence for each table that has such ids; never throws, since the rollback is done
 */
export async function countRowsGivenUp(
  tools: Pick<Tools, 'warehouse' | 'log'>,
  record: DeploymentRecord | undefined,
  givenUp: readonly FormerProduction[],
): Promise<readonly string[]> {
  if (record === undefined) return [];
  try {
    // A key that means something else since the swap tells no rows apart.
    const comparable = record.verdict?.models.filter(({ conditions }) => conditions?.keyChanged !== true);
    const keys = new Map(comparable?.map((model) => [model.uniqueId, model.key]));
    const pairs = (await Promise.all(givenUp.map((each) => comparedIn(tools, record, each)))).flat();
    const verdicts = await verifyCatchUp({
      warehouse: tools.warehouse,
      pairs: pairs.map(({ uniqueId, ...pair }) => ({ ...pair, key: keys.get(uniqueId) })),
      concurrency: 2,
      timeoutSeconds: 3600,
      sampleIds: 0,
    });
    return verdicts.flatMap(({ name, counts }, index) =>
      counts === undefined || counts.missing === 0
        ? []
        : [
            `${name}: ${counts.missing} ids that it received since the swap are only in ${whereOf(pairs[index])}; the next scheduled run loads ` +
              'them again if the model reads its own watermark.',
          ],
    );
  } catch (error) {
    tools.log.warning(`The rows received since the swap could not be counted: ${messageOf(error)}`);
    return [];
  }
}

function whereOf(pair: Pick<CatchUpPair, 'production'> | undefined): string {
  return pair === undefined
    ? 'the failed schema'
    : displayName({ database: pair.production.database, schema: pair.production.schema });
}

/** What was rebuilt in a pair and stood there before, in the version given up and in the one that is live again. */
async function comparedIn(
  { warehouse }: Pick<Tools, 'warehouse'>,
  { plan }: DeploymentRecord,
  { pair, former }: FormerProduction,
): Promise<readonly (Omit<CatchUpPair, 'key'> & { readonly uniqueId: string })[]> {
  const { tables } = await takeInventory(warehouse, former.name);
  return plan.rebuilt.flatMap(({ uniqueId, name, production, isNew }) =>
    production?.schema === pair.production && !isNew && tables.has(production.name)
      ? [{ uniqueId, name, production: { ...former.name, name: production.name }, upcoming: production }]
      : [],
  );
}
