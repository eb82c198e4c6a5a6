import { join } from 'node:path';
import { isGood } from '../dbt/dbt.js';
import type { DbtCommand, DbtNodeRef, DbtOutcome, NodeListener } from '../dbt/dbt.js';
import type { Plan, PlannedNode } from '../selection/plan.js';
import { queryTag } from '../deployment/run-identity.js';
import type { Tools } from '../tools.js';
import type { Code } from './code.js';

/** How a series of dbt commands ended: `failure` is a sentence naming the first nodes that failed. */
export type DbtSeries = { readonly failure: string | undefined };

/** A dbt command against one schema, with artifacts in a folder of its own. */
export function dbtCommand(
  tools: Pick<Tools, 'tempDir' | 'run'>,
  code: Code,
  schema: string,
  command: DbtCommand['command'],
  nodes: readonly DbtNodeRef[],
  title: string,
): DbtCommand {
  const step = title.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return {
    command,
    projectDir: code.projectDir,
    schema,
    targetPath: join(tools.tempDir, 'dbt', `${schema.toLowerCase().replace(/[^a-z0-9_]+/g, '-')}-${step}`),
    nodes,
    title,
    queryTag: queryTag(tools.run),
  };
}

/**
 * Seeds that changed, then every model from scratch, as dbt orders them.
 * @param listener hears of each node as it starts and ends
 */
export async function fullRefresh(
  tools: Tools,
  code: Code,
  schema: string,
  nodes: readonly PlannedNode[],
  listener: NodeListener,
): Promise<DbtSeries> {
  const seeds = nodes.filter((node) => node.resourceType === 'seed');
  const models = nodes.filter((node) => node.resourceType !== 'seed' && runs(node));
  if (seeds.length > 0) {
    const command = dbtCommand(tools, code, schema, 'seed', seeds, 'Load changed seeds');
    const failure = failureOf(await tools.dbt.run({ ...command, fullRefresh: true, listener }, tools.signal));
    if (failure !== undefined) return { failure };
  }
  if (models.length === 0) return { failure: undefined };
  const command = dbtCommand(tools, code, schema, 'run', models, 'Full refresh');
  return { failure: failureOf(await tools.dbt.run({ ...command, fullRefresh: true, listener }, tools.signal)) };
}

/**
 * The branch of the incremental models that production will run every hour: it must be tried too, and it takes in what arrived
 * at the sources during the full refresh.
 */
export async function normalRun(
  tools: Tools,
  code: Code,
  schema: string,
  nodes: readonly PlannedNode[],
  title: string,
): Promise<DbtSeries> {
  if (nodes.length === 0) return { failure: undefined };
  const command = dbtCommand(tools, code, schema, 'run', nodes, title);
  return { failure: failureOf(await tools.dbt.run(command, tools.signal)) };
}

/** Nodes that hold rows of their own: everything but views, ephemeral models and seeds. */
export function nodesWithRows(plan: Plan): readonly PlannedNode[] {
  return plan.rebuilt.filter((node) => node.resourceType !== 'seed' && runs(node) && node.materialized !== 'view');
}

export function incrementalNodes(plan: Plan): readonly PlannedNode[] {
  return nodesWithRows(plan).filter((node) => node.materialized !== 'table');
}

export function failureOf(outcome: DbtOutcome): string | undefined {
  if (outcome.kind === 'broken') return outcome.reason;
  const failed = outcome.results.filter((result) => !isGood(result.status));
  if (failed.length === 0) return undefined;
  const first = failed
    .slice(0, 3)
    .map((result) => `${result.uniqueId} (${result.status}): ${result.message ?? 'no message'}`);
  return `${failed.length} of ${outcome.results.length} nodes failed: ${first.join('; ')}`;
}

/** Whether dbt makes anything of a node by itself. */
export function runs(node: PlannedNode): boolean {
  return node.materialized !== 'ephemeral';
}
