import type { Plan } from '../selection/plan.js';

/** Stored names of the relations that the plan builds, which are the same in both schemas of a pair. */
export function rebuiltNames(plan: Plan): ReadonlySet<string> {
  const names = plan.rebuilt.flatMap(({ production, upcoming }) => [production?.name, upcoming?.name]);
  return new Set(names.filter((name) => name !== undefined));
}
