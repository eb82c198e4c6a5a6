import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { ActionableError } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import { bodyNames, displayView, viewsNaming } from '../observing/view-references.js';
import { observe, observeSides } from '../observing/observe.js';
import { formerSchemas } from '../observing/own-schemas.js';
import type { Code } from '../running/code.js';
import { dbtCommand, failureOf } from '../running/dbt-steps.js';
import type { PlannedNode } from '../selection/plan.js';
import { displayName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import type { FutureGrant } from '../snowflake/statements/grants.js';
import { givenByFuture, readFutureGrants } from './future-grants.js';
import { matchObjectGrants, readObjectGrants } from './grants.js';
import type { SwitchJob } from './job.js';

/**
 * Re-creates, by dbt at the deployment's commit, the rebuilt views of production that still read from the upcoming schema, and
 * gives them back the grants they had. Until this is done they read the same data there.
 * @throws ActionableError when dbt fails: the new version stays live, its views keep reading the upcoming schema, which stays
 */
export async function repointViews(job: SwitchJob, code: Code): Promise<void> {
  const { tools, pair } = job;
  const production = productionSchema(pair);
  const nodes = await viewsToRepoint(job);
  if (nodes.length === 0) {
    tools.log.info('No view of production reads from the upcoming schema.');
    return;
  }
  const relations = nodes.flatMap((node) => (node.production === undefined ? [] : [node.production]));
  const grants = await Promise.all(relations.map((view) => readObjectGrants(tools.warehouse, 'VIEW', view)));
  const command = dbtCommand(tools, code, pair.production, 'run', nodes, 'Re-point views');
  const failure = failureOf(await tools.dbt.run(command, tools.signal));
  const state = 'The new version is live. Mend that privilege by hand, then run "swap" again to finish.';
  const future = await futureGrantsOn(job, relations);
  const matched = await Promise.all(
    relations.map((view, index) => {
      const isForeign = givenByFuture(future.get(view.schema) ?? [], 'VIEW');
      return matchObjectGrants(tools.warehouse, 'VIEW', grants[index] ?? [], view, isForeign, state);
    }),
  );
  const restored = matched.flatMap(({ given }) => given).length;
  tools.log.info(
    `${relations.length} views read from ${displayName(production)} now; ${restored} grants were given back.`,
  );
  if (failure === undefined) return;
  throw new ActionableError(
    `The new version is live, but not all of its views could be re-pointed: ${failure} They still read ` +
      `${displayName(upcomingSchema(pair))}, which is kept and holds the same data as of the swap. Run "swap" again to finish, or "rollback".`,
  );
}

/** By stored name of the production schema. */
async function futureGrantsOn(
  { tools, switched }: SwitchJob,
  views: readonly RelationName[],
): Promise<ReadonlyMap<string, readonly FutureGrant[]>> {
  const grants = new Map<string, readonly FutureGrant[]>();
  for (const pair of switched) {
    if (!views.some(({ schema }) => schema === pair.production)) continue;
    grants.set(pair.production, await readFutureGrants(tools.warehouse, productionSchema(pair)));
  }
  return grants;
}

/** Rebuilt views of production, of all pairs, whose text names one of the upcoming schemas. */
async function viewsToRepoint(job: SwitchJob): Promise<readonly PlannedNode[]> {
  const { tools, record } = job;
  const blue = upcomingNames(job);
  const nodes: PlannedNode[] = [];
  for (const each of job.switched) {
    const { views } = await takeInventory(tools.warehouse, productionSchema(each));
    const built = record.plan.rebuilt.filter(({ production }) => production?.schema === each.production);
    nodes.push(
      ...built.filter(({ production }) => {
        const view = production === undefined ? undefined : views.get(production.name);
        return view !== undefined && bodyNames(view.text, blue);
      }),
    );
  }
  return nodes;
}

function upcomingNames({ switched, onlyRead }: SwitchJob): readonly string[] {
  return [...switched, ...onlyRead].map(({ upcoming }) => upcoming);
}

/**
 * The gate: no view in the database, outside our own snapshot and failed schemas, may name an upcoming schema when that is dropped.
 * @throws ActionableError naming the views; the upcoming schema stays
 */
export async function gate(job: SwitchJob): Promise<void> {
  const { tools, pair, switched } = job;
  const blue = upcomingNames(job);
  const former = formerSchemas(await observe(tools.warehouse, pair), await observeSides(tools.warehouse, pair));
  const exempt = new Set([...former, ...blue]);
  const { naming, unreadable } = await viewsNaming(tools.warehouse, pair.database, blue);
  const left = naming.filter(({ schema }) => !exempt.has(schema));
  const production = new Set(switched.map((each) => each.production));
  const hidden = unreadable.filter(({ schema }) => production.has(schema));
  if (hidden.length > 0) {
    tools.log.warning(
      `The text of these views is hidden from the deploy role, so whether they read the upcoming schema cannot be told: ` +
        hidden.map((view) => displayView(view, pair.database)).join(', '),
    );
  }
  if (left.length === 0) return;
  throw new ActionableError(
    `The new version is live, but these views still read from ${displayName(upcomingSchema(pair))}${switched.length === 1 ? '' : ' or another upcoming schema'}, so it is kept: ` +
      `${left.map((view) => displayView(view, pair.database)).join(', ')}. Let them read from ${displayName(productionSchema(pair))}, then run "swap" again.`,
  );
}
