import { productionSchema, upcomingSchema } from '../deployment/schema-names.js';
import { ActionableError } from '../errors.js';
import { takeInventory } from '../observing/inventory.js';
import { bodyNames, displayView, viewsNaming } from '../observing/view-references.js';
import { observe } from '../observing/observe.js';
import type { Code } from '../running/code.js';
import { dbtCommand, failureOf } from '../running/dbt-steps.js';
import { displayName } from '../snowflake/identifiers.js';
import { givenByFuture, readFutureGrants } from './future-grants.js';
import { matchObjectGrants, readObjectGrants } from './grants.js';
import type { SwitchJob } from './job.js';

/**
 * Re-creates, by dbt at the deployment's commit, the rebuilt views of production that still read from the upcoming schema, and
 * gives them back the grants they had. Until this is done they read the same data there.
 * @throws ActionableError when dbt fails: the new version stays live, its views keep reading the upcoming schema, which stays
 */
export async function repointViews(job: SwitchJob, code: Code): Promise<void> {
  const { tools, pair, record } = job;
  const production = productionSchema(pair);
  const { views } = await takeInventory(tools.warehouse, production);
  const nodes = record.plan.rebuilt.filter((node) => {
    const view = node.production === undefined ? undefined : views.get(node.production.name);
    return view !== undefined && bodyNames(view.text, pair.upcoming);
  });
  if (nodes.length === 0) {
    tools.log.info('No view of production reads from the upcoming schema.');
    return;
  }
  const relations = nodes.flatMap((node) => (node.production === undefined ? [] : [node.production]));
  const grants = await Promise.all(relations.map((view) => readObjectGrants(tools.warehouse, 'VIEW', view)));
  const command = dbtCommand(tools, code, pair.production, 'run', nodes, 'Re-point views');
  const failure = failureOf(await tools.dbt.run(command, tools.signal));
  const state = 'The new version is live. Mend that privilege by hand, then run "swap" again to finish.';
  const isForeign = givenByFuture(await readFutureGrants(tools.warehouse, production), 'VIEW');
  const matched = await Promise.all(
    relations.map((view, index) =>
      matchObjectGrants(tools.warehouse, 'VIEW', grants[index] ?? [], view, isForeign, state),
    ),
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

/**
 * The gate: no view in the database, outside our own snapshot and failed schemas, may name the upcoming schema when it is dropped.
 * @throws ActionableError naming the views; the upcoming schema stays
 */
export async function gate({ tools, pair }: SwitchJob): Promise<void> {
  const observed = await observe(tools.warehouse, pair);
  const exempt = new Set([...observed.snapshots, ...observed.failed].map(({ name }) => name.schema));
  exempt.add(pair.upcoming);
  const { naming, unreadable } = await viewsNaming(tools.warehouse, upcomingSchema(pair));
  const left = naming.filter(({ schema }) => !exempt.has(schema));
  const hidden = unreadable.filter(({ schema }) => schema === pair.production);
  if (hidden.length > 0) {
    tools.log.warning(
      `The text of these views is hidden from the deploy role, so whether they read the upcoming schema cannot be told: ` +
        hidden.map((view) => displayView(view, pair.database)).join(', '),
    );
  }
  if (left.length === 0) return;
  throw new ActionableError(
    `The new version is live, but these views still read from ${displayName(upcomingSchema(pair))}, so it is kept: ` +
      `${left.map((view) => displayView(view, pair.database)).join(', ')}. Let them read from ${displayName(productionSchema(pair))}, then run "swap" again.`,
  );
}
