import type { DbtScope } from '../dbt/dbt.js';
import type { Manifest } from '../dbt/manifest.js';
import { ActionableError } from '../errors.js';
import type { PlanInputs } from '../inputs.js';
import type { Tools } from '../tools.js';

/**
 * What `select` and `exclude` leave, by dbt itself: one `dbt ls`.
 * @param scope the merged commit as production renders it
 * @returns unique ids; undefined when neither input is given
 * @throws ActionableError with dbt's own words when it refuses a criterion, and when nothing at all is left
 */
export async function selectedNodes(
  tools: Pick<Tools, 'dbt' | 'log'>,
  { select, exclude }: Pick<PlanInputs, 'select' | 'exclude'>,
  scope: DbtScope,
  production: Manifest,
): Promise<ReadonlySet<string> | undefined> {
  if (select.length === 0 && exclude.length === 0) return undefined;
  const { uniqueIds, warnings } = await tools.dbt.list(scope, { select, exclude });
  const known = uniqueIds.filter((id) => production.nodes.has(id));
  const asked = [
    ...(select.length > 0 ? [`select: ${select.join(' ')}`] : []),
    ...(exclude.length > 0 ? [`exclude: ${exclude.join(' ')}`] : []),
  ].join(', ');
  if (known.length === 0) {
    throw new ActionableError(
      `The inputs "${asked}" leave no node of the project, so there is nothing to plan. ` +
        `${warnings.map((warning) => `dbt says: ${warning} `).join('')}Nothing was changed. ` +
        'Correct the names, or leave both inputs out to rebuild all that the change affects.',
    );
  }
  warnings.forEach((warning) => tools.log.warning(`In "${asked}": ${warning}`));
  return new Set(known);
}
