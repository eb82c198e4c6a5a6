/** Which nodes dbt can rebuild, and which it never does. */
import type { ManifestNode } from '../dbt/manifest.js';

const PLANNED_TYPES = ['model', 'seed', 'snapshot', 'function'] as const;
export type PlannedType = (typeof PLANNED_TYPES)[number];

/** Materializations whose content is always the whole result of their query: dbt's own and dbt-snowflake's. */
const WHOLE = new Set([
  'view',
  'table',
  'ephemeral',
  'seed',
  'snapshot',
  'materialized_view',
  'dynamic_table',
  'interactive_table',
  'function',
]);

/** Materializations that store no rows of their own, or refresh them by themselves: they follow what they read. */
const FOLLOWING = new Set(['view', 'ephemeral', 'materialized_view', 'dynamic_table']);

/** The node's type when it is one that a plan speaks of; tests, hooks and analyses are not. */
export function plannedType(node: ManifestNode): PlannedType | undefined {
  return PLANNED_TYPES.find((type) => type === node.resourceType);
}

/** The materialization as a plan shows it. */
export function materializationOf(node: ManifestNode): string {
  return node.materialized ?? node.resourceType;
}

export function isEphemeral(node: ManifestNode): boolean {
  return node.resourceType === 'model' && node.materialized === 'ephemeral';
}

/**
 * True for models that keep rows from one run to the next: `incremental`, and any materialization that dbt does
 * not ship (insert_by_period and the like), since those exist to load bit by bit.
 */
export function accumulates(node: ManifestNode): boolean {
  return node.resourceType === 'model' && !WHOLE.has(materializationOf(node));
}

/** True for models that dbt builds batch by batch, from rows selected by the event time of what they read. */
export function isMicrobatch(node: ManifestNode): boolean {
  return node.config['incremental_strategy'] === 'microbatch';
}

/** True when a reader sees what the node reads, not rows stored earlier. */
export function followsItsInputs(node: ManifestNode): boolean {
  return node.resourceType === 'model' && FOLLOWING.has(materializationOf(node));
}

/**
 * True for objects other than views whose stored definition names the schema it was built in, so that a swap alone
 * leaves them with the old name. Views are re-created after the swap; these would have to be, too.
 */
export function keepsSchemaNames(node: ManifestNode): boolean {
  return ['materialized_view', 'dynamic_table'].includes(materializationOf(node));
}

/**
 * True for what dbt never rebuilds: dbt snapshots ignore `--full-refresh`, and `full_refresh: false` overrides it.
 * dbt creates a table or view anew whatever that option says, hence the materializations.
 * https://docs.getdbt.com/reference/resource-configs/full_refresh
 */
export function isProtected(node: ManifestNode): boolean {
  if (node.resourceType === 'snapshot') return true;
  if (node.resourceType !== 'model' || node.config['full_refresh'] !== false) return false;
  return !['view', 'table', 'ephemeral'].includes(materializationOf(node));
}
