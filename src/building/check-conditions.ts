import type { Manifest } from '../dbt/manifest.js';
import { ActionableError, messageOf } from '../errors.js';
import type { Plan } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import { isMissingObject } from '../snowflake/warehouse.js';
import type { Tools } from '../tools.js';
import { compileConditions } from '../verification/conditions.js';
import { withExpectations } from '../verification/settings/expectations.js';
import type { ModelSettings } from '../verification/settings/model-settings.js';
import type { SettingsLayers } from '../verification/settings/settings-layers.js';
import { showColumnsOfRelation } from '../verification/sql/catalog.js';

/**
 * Lets Snowflake compile the conditions that rebuilt models write as SQL, over production's relations, which the baseline is
 * cloned from: a mistake should not show after hours of a full refresh. Nothing is read.
 * @throws ActionableError with Snowflake's own words
 */
export async function refuseWrongConditions(
  tools: Pick<Tools, 'warehouse' | 'signal'>,
  plan: Plan,
  manifest: Manifest,
  settings: SettingsLayers,
): Promise<void> {
  const checks = plan.rebuilt.map(async ({ uniqueId, production, isNew }) => {
    const node = manifest.nodes.get(uniqueId);
    if (node === undefined || production === undefined || isNew) return undefined;
    const counting = withExpectations(settings.of(node), plan.expectations?.[uniqueId] ?? []);
    return flawOf(tools, counting, uniqueId, production);
  });
  const flaws = (await Promise.all(checks)).filter((flaw) => flaw !== undefined);
  if (flaws.length === 0) return;
  throw new ActionableError(
    `Snowflake cannot compile what the project writes in meta.blue_green:\n${flaws.map((flaw) => `  - ${flaw}`).join('\n')}\n` +
      'Each of where, deleted_where and expect.missing.where is one boolean expression over the columns of the table as it is ' +
      'in production; tables that it names need their database and schema. Nothing was changed.',
  );
}

async function flawOf(
  { warehouse, signal }: Pick<Tools, 'warehouse' | 'signal'>,
  settings: ModelSettings,
  uniqueId: string,
  relation: RelationName,
): Promise<string | undefined> {
  const statement = compileConditions(settings, relation);
  if (statement === undefined) return undefined;
  try {
    await warehouse.execute(statement, { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    // A model that no run has built yet has nothing to compare with, and nothing to compile over.
    if (isMissingObject(error) && !(await exists(warehouse, relation))) return undefined;
    return `${uniqueId}, over ${displayName(relation)}: ${messageOf(error)}`;
  }
}

async function exists(warehouse: Tools['warehouse'], relation: RelationName): Promise<boolean> {
  try {
    return (await warehouse.execute(showColumnsOfRelation(relation))).length > 0;
  } catch (error) {
    if (isMissingObject(error)) return false;
    throw error;
  }
}
