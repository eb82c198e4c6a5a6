/** Who reads whom, over the nodes that hold or pass on data. */
import type { Manifest } from '../dbt/manifest.js';
import { plannedType } from './treatment.js';

export interface Lineage {
  /** Unique ids of models, seeds, snapshots and functions: each stands after everything it reads, ties by id. */
  readonly order: readonly string[];
  /** What a node reads: nodes and sources, as dbt resolved `ref()`, `source()` and `function()`. */
  parentsOf(uniqueId: string): readonly string[];
}

/** @throws RangeError when nodes read each other in a circle, which dbt refuses to parse. */
export function lineageOf(manifest: Manifest): Lineage {
  const ids = [...manifest.nodes.values()]
    .filter((node) => plannedType(node) !== undefined)
    .map((node) => node.uniqueId);
  const known = new Set(ids);
  const parents = new Map(ids.map((id) => [id, [...new Set(manifest.nodes.get(id)?.dependsOnNodes ?? [])]]));
  const children = new Map<string, string[]>(ids.map((id) => [id, []]));
  const waitingFor = new Map<string, number>();
  for (const id of ids) {
    const inside = (parents.get(id) ?? []).filter((parent) => known.has(parent));
    waitingFor.set(id, inside.length);
    for (const parent of inside) children.get(parent)?.push(id);
  }
  return { order: orderOf(ids, children, waitingFor), parentsOf: (id) => parents.get(id) ?? [] };
}

/** Kahn's algorithm, level by level: the order does not depend on the order of the file. */
function orderOf(
  ids: readonly string[],
  children: ReadonlyMap<string, readonly string[]>,
  waitingFor: Map<string, number>,
): readonly string[] {
  const order: string[] = [];
  let ready = ids.filter((id) => waitingFor.get(id) === 0).sort();
  while (ready.length > 0) {
    order.push(...ready);
    const next: string[] = [];
    for (const child of ready.flatMap((id) => children.get(id) ?? [])) {
      const left = (waitingFor.get(child) ?? 0) - 1;
      waitingFor.set(child, left);
      if (left === 0) next.push(child);
    }
    ready = next.sort();
  }
  if (order.length < ids.length) {
    const stuck = ids.filter((id) => !order.includes(id)).slice(0, 5);
    throw new RangeError(`These nodes read each other in a circle: ${stuck.join(', ')}.`);
  }
  return order;
}
