import type { PlannedNode } from '../selection/plan.js';

/** What production holds of the models that will be rebuilt: about what a full refresh has to write again. */
export interface Price {
  /** Together, of the models whose size is known. */
  readonly rows: number;
  readonly bytes: number;
  /** How many models that is the sum of. */
  readonly known: number;
  /** Views and ephemeral models, which store nothing. */
  readonly views: number;
  /** New models, and those whose table nobody could look at: nothing is known of their size. */
  readonly unknown: number;
}

/** Adds up what is known, and counts what is not: an unknown size is never taken for 0. */
export function priceOf(rebuilt: readonly PlannedNode[]): Price {
  const sizes = rebuilt.flatMap(({ stored }) => stored ?? []);
  const views = rebuilt.filter((node) => node.stored === undefined && storesNothing(node)).length;
  return {
    rows: sizes.reduce((sum, { rows }) => sum + rows, 0),
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    known: sizes.length,
    views,
    unknown: rebuilt.length - sizes.length - views,
  };
}

/** True for what has no rows of its own, whoever looks. */
export function storesNothing({ materialized }: Pick<PlannedNode, 'materialized'>): boolean {
  return materialized === 'view' || materialized === 'ephemeral';
}
