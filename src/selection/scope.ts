/** `scope: incremental`: the process is for what a schedule cannot simply build again, so other parts are left to it. */
import type { Manifest } from '../dbt/manifest.js';
import type { Closure } from './downstream.js';
import type { Lineage } from './lineage.js';
import { accumulates } from './treatment.js';

/**
 * Of the nodes to rebuild, those in a connected part that holds at least one model that accumulates rows. Nodes are
 * connected when one reads the other, directly or through ephemeral models that are affected too.
 */
export function inIncrementalParts(closure: Closure, head: Manifest, lineage: Lineage): ReadonlySet<string> {
  const parts = new Parts([...closure.rebuilt.keys(), ...closure.passed]);
  for (const id of parts.members) {
    for (const parent of lineage.parentsOf(id)) parts.join(id, parent);
  }
  const kept = new Set<string>();
  for (const id of closure.rebuilt.keys()) {
    const node = head.nodes.get(id);
    if (node !== undefined && accumulates(node)) kept.add(parts.rootOf(id));
  }
  return new Set([...closure.rebuilt.keys()].filter((id) => kept.has(parts.rootOf(id))));
}

/** Union-find over a fixed set of members. */
class Parts {
  readonly #parent: Map<string, string>;

  constructor(members: readonly string[]) {
    this.#parent = new Map(members.map((id) => [id, id]));
  }

  get members(): readonly string[] {
    return [...this.#parent.keys()];
  }

  /** Strangers are ignored. */
  join(a: string, b: string): void {
    if (this.#parent.has(a) && this.#parent.has(b)) this.#parent.set(this.rootOf(a), this.rootOf(b));
  }

  rootOf(id: string): string {
    let root = id;
    for (let next = this.#parent.get(root); next !== undefined && next !== root; next = this.#parent.get(root))
      root = next;
    this.#parent.set(id, root);
    return root;
  }
}
