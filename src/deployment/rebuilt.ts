import type { Plan, SchemaPair } from '../selection/plan.js';

/** Stored names of the relations that the plan builds in a pair; they are the same in both of its schemas. */
export function rebuiltNames(plan: Pick<Plan, 'rebuilt'>, pair: SchemaPair): ReadonlySet<string> {
  const names = plan.rebuilt.flatMap(({ production, upcoming }) => [
    production?.database === pair.database && production.schema === pair.production ? production.name : undefined,
    upcoming?.database === pair.database && upcoming.schema === pair.upcoming ? upcoming.name : undefined,
  ]);
  return new Set(names.filter((name) => name !== undefined));
}
