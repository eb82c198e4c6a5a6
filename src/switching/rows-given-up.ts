import type { DeploymentRecord } from '../deployment/record.js';
import type { SchemaSeen } from '../deployment/state.js';
import { messageOf } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import type { Tools } from '../tools.js';
import { displayName } from '../snowflake/identifiers.js';
import { verifyCatchUp } from '../verification/late-rows.js';

/**
 * Ids that rebuilt tables received since the swap: they are in the failed schema and not in production. Incremental models that
 * read their own watermark load them again at their next run; the rest a person must look at.
 * @returns a sentence for each table that has such ids; never throws, since the rollback is done
 */
export async function countRowsGivenUp(
  tools: Pick<Tools, 'warehouse' | 'log'>,
  record: DeploymentRecord | undefined,
  failed: SchemaSeen | undefined,
): Promise<readonly string[]> {
  if (record === undefined || failed === undefined) return [];
  try {
    const { tables } = await takeInventory(tools.warehouse, failed.name);
    // A key that means something else since the swap tells no rows apart.
    const comparable = record.verdict?.models.filter(({ conditions }) => conditions?.keyChanged !== true);
    const keys = new Map(comparable?.map((model) => [model.uniqueId, model.key]));
    const pairs = record.plan.rebuilt.flatMap((node) =>
      node.production !== undefined && !node.isNew && tables.has(node.production.name)
        ? [
            {
              name: node.name,
              production: { ...failed.name, name: node.production.name },
              upcoming: node.production,
              key: keys.get(node.uniqueId),
            },
          ]
        : [],
    );
    const verdicts = await verifyCatchUp({
      warehouse: tools.warehouse,
      pairs,
      concurrency: 2,
      timeoutSeconds: 3600,
      sampleIds: 0,
    });
    return verdicts.flatMap(({ name, counts }) =>
      counts === undefined || counts.missing === 0
        ? []
        : [
            `${name}: ${counts.missing} ids that it received since the swap are only in ${displayName(failed.name)}; the next scheduled run loads ` +
              'them again if the model reads its own watermark.',
          ],
    );
  } catch (error) {
    tools.log.warning(`The rows received since the swap could not be counted: ${messageOf(error)}`);
    return [];
  }
}
