import type { SchemaName } from '../snowflake/identifiers.js';
import { dropTable, dropView, replaceTableByClone } from '../snowflake/statements/objects.js';
import type { Statement, Warehouse } from '../snowflake/warehouse.js';
import type { Inventory } from '../observing/inventory.js';

/** What has to be done so that everything that is not rebuilt stands in the target as it stands in the source. */
export interface CarryPlan {
  /** Tables to take over again by a clone. */
  readonly clone: readonly { readonly name: string; readonly transient: boolean }[];
  /** Tables and views that disappeared from the source. */
  readonly dropTables: readonly string[];
  readonly dropViews: readonly string[];
  /** Views that appeared or changed in the source: they cannot be cloned, and rewriting a person's SQL is not for us. */
  readonly changedViews: readonly string[];
}

/**
 * Plans the carry from `source` to `target`.
 * @param moved names of source tables whose change token moved (or that are new) since the target was cloned
 * @param rebuilt names that the deployment builds itself: never carried
 */
export function planCarry(
  source: Inventory,
  target: Inventory,
  moved: readonly string[],
  rebuilt: ReadonlySet<string>,
): CarryPlan {
  const movedSet = new Set(moved);
  const carriedTables = [...source.tables.values()].filter(({ name }) => !rebuilt.has(name));
  const carriedViews = [...source.views.values()].filter(({ name }) => !rebuilt.has(name));
  return {
    clone: carriedTables
      .filter(({ name }) => movedSet.has(name) || !target.tables.has(name))
      .map(({ name, transient }) => ({ name, transient })),
    dropTables: [...target.tables.keys()].filter((name) => !rebuilt.has(name) && !source.tables.has(name)),
    dropViews: [...target.views.keys()].filter((name) => !rebuilt.has(name) && !source.views.has(name)),
    changedViews: carriedViews
      .filter((view) => target.views.get(view.name)?.text !== view.text)
      .map(({ name }) => name),
  };
}

export function isNothing(plan: CarryPlan): boolean {
  return plan.clone.length + plan.dropTables.length + plan.dropViews.length + plan.changedViews.length === 0;
}

/** The statements that carry out what a plan lists, except its changed views, which the caller has to decide about. Each can be repeated. */
export function carryStatements(source: SchemaName, target: SchemaName, plan: CarryPlan): readonly Statement[] {
  return [...dropsOf(target, plan), ...clonesOf(source, target, plan)];
}

function dropsOf(target: SchemaName, { dropViews, dropTables }: CarryPlan): readonly Statement[] {
  return [
    ...dropViews.map((name) => dropView({ ...target, name })),
    ...dropTables.map((name) => dropTable({ ...target, name })),
  ];
}

function clonesOf(source: SchemaName, target: SchemaName, { clone }: CarryPlan): readonly Statement[] {
  return clone.map(({ name, transient }) => replaceTableByClone({ ...target, name }, { ...source, name }, transient));
}

/** Carries out what a plan lists, except its changed views. What goes, goes first: a table may take the name of a view. */
export async function carry(
  warehouse: Warehouse,
  source: SchemaName,
  target: SchemaName,
  plan: CarryPlan,
): Promise<void> {
  for (const statement of dropsOf(target, plan)) await warehouse.execute(statement);
  await Promise.all(clonesOf(source, target, plan).map((statement) => warehouse.execute(statement)));
}
