import type { PlannedNode } from '../selection/plan.js';
import type { Statement } from '../snowflake/warehouse.js';

/** One step that a mode would take: statements as they would be sent now, and in words what only the run itself can tell. */
export interface RehearsedStep {
  readonly title: string;
  readonly statements: readonly Statement[];
  readonly words: readonly string[];
}

export function step(title: string, statements: readonly Statement[], ...words: readonly string[]): RehearsedStep {
  return { title, statements, words };
}

/** `dbt run --full-refresh: orders, customers, with target schema PUBLIC_UPCOMING`, for people. */
export function dbtWords(command: string, nodes: readonly Pick<PlannedNode, 'name'>[], schema: string): string {
  return `${command}: ${nodes.map(({ name }) => name).join(', ')}, with target schema ${schema}`;
}
