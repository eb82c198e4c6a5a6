import type { Observed } from '../deployment/state.js';
import { rebuiltNames } from '../deployment/rebuilt.js';
import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { ActionableError } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import { observeSides } from '../observing/observe.js';
import { formerSchemas, stagedSchemas } from '../observing/own-schemas.js';
import { movedTables, readTokens } from '../observing/tokens.js';
import { displayView, viewsNaming } from '../observing/view-references.js';
import type { ViewReference } from '../observing/view-references.js';
import { displayName } from '../snowflake/identifiers.js';
import type { SwitchJob } from './job.js';

/**
 * The slow checks, before anything of the switch is done: verdict, age, upcoming untouched since, promotion possible, and no view
 * that would break.
 * @throws ActionableError for the first that fails; nothing was changed
 */
export async function checkBeforeSwitch(job: SwitchJob, observed: Observed, maxAgeHours: number): Promise<void> {
  const { marker, tools, project } = job;
  if (marker.verdict !== 'passed' && marker.verdict !== 'warned') {
    throw new ActionableError(
      `Deployment ${marker.deployment} has not passed verification (${marker.verdict ?? 'no verdict'}). Build again.`,
    );
  }
  const hours = (tools.clock.now().getTime() - Date.parse(marker.verifiedAt ?? marker.startedAt)) / 3_600_000;
  if (hours > maxAgeHours) {
    throw new ActionableError(
      `Deployment ${marker.deployment} was verified ${Math.floor(hours)} hours ago, and "max-age" is ${maxAgeHours}. ` +
        'Run mode "verify" to check it again, then swap. Nothing was changed.',
    );
  }
  const tip = await tools.git.tipOf(project.productionBranch);
  if (tip !== undefined && !(await tools.git.isAncestor(tip, marker.commit))) {
    throw new ActionableError(
      `The branch "${project.productionBranch}" has moved to ${tip.slice(0, 7)}, which is not part of commit ${marker.commit.slice(0, 7)}: ` +
        'after the swap, schedules would run other code than the tables were built with. Merge it and build again. Nothing was changed.',
    );
  }
  await refuseTouched(job);
  await refuseForeignViews(job, observed);
}

/** What was verified must be what is switched in. */
async function refuseTouched({ tools, switched, record }: SwitchJob): Promise<void> {
  const earlier = record.tokensOfUpcoming;
  // Without tokens a catch-up of ours was interrupted: it is made again and verified again.
  if (earlier === undefined) return;
  for (const each of switched) {
    const upcoming = upcomingSchema(each);
    const { tables } = await takeInventory(tools.warehouse, upcoming);
    const now = await readTokens(tools.warehouse, upcoming, [...tables.keys()], productionSchema(each));
    const touched = movedTables(productionSchema(each), earlier, now, tables.keys());
    if (touched.length === 0) continue;
    throw new ActionableError(
      `In ${displayName(upcoming)} these tables changed after they were verified: ${touched.join(', ')}. ` +
        'Nothing was switched. Run mode "verify" to check them again, then swap.',
    );
  }
}

/** dbt re-creates its own views after the swap; any other view that names an upcoming schema would break when that goes. */
async function refuseForeignViews(job: SwitchJob, observed: Observed): Promise<void> {
  const { tools, pair, record } = job;
  const blue = [...job.switched, ...job.onlyRead];
  const sides = await observeSides(tools.warehouse, pair);
  const exempt = new Set([...formerSchemas(observed, sides), ...stagedSchemas(observed, sides)]);
  const { naming } = await viewsNaming(
    tools.warehouse,
    pair.database,
    blue.map(({ upcoming }) => upcoming),
  );
  const isOurs = ({ schema, name }: ViewReference): boolean => {
    const home = blue.find(({ upcoming }) => upcoming === schema);
    return home !== undefined && rebuiltNames(record.plan, home).has(name);
  };
  const foreign = naming.filter((view) => !exempt.has(view.schema) && !isOurs(view));
  if (foreign.length === 0) return;
  throw new ActionableError(
    `These views read from ${displayName(upcomingSchema(pair))} or another upcoming schema and dbt does not build them in this deployment, ` +
      `so they would break after the swap: ${foreign.map((view) => displayView(view, pair.database)).join(', ')}. Let them read from ` +
      `${displayName(productionSchema(pair))}, then swap again. Nothing was changed.`,
  );
}
