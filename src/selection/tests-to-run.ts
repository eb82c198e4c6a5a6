/** Which of the project's tests say something about a rebuilt node. */
import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import type { Lineage } from './lineage.js';
import type { Plan } from './plan.js';
import { followsItsInputs } from './treatment.js';

export interface TestChoice {
  readonly tests: Plan['tests'];
  /** Tests that cannot run in blue: what they read is neither rebuilt nor in production yet. */
  readonly impossible: readonly { readonly name: string; readonly missing: string }[];
}

/**
 * Tests that read a rebuilt node, or a view (or ephemeral model) that shows one. Unit tests are no nodes of the
 * manifest and test no data; disabled tests are not in it either.
 * @param isMissing whether a node will have no relation in blue
 */
export function testsToRun(
  head: Manifest,
  lineage: Lineage,
  rebuilt: ReadonlySet<string>,
  isMissing: (uniqueId: string) => boolean,
): TestChoice {
  const concerned = withReaders(head, lineage, rebuilt);
  const tests: ManifestNode[] = [];
  const impossible: { name: string; missing: string }[] = [];
  for (const node of head.nodes.values()) {
    if (node.resourceType !== 'test' || head.disabled.has(node.uniqueId)) continue;
    const read = [...node.dependsOnNodes, ...(node.test?.attachedNode === undefined ? [] : [node.test.attachedNode])];
    if (!read.some((id) => concerned.has(id))) continue;
    const missing = read.find(isMissing);
    if (missing === undefined) tests.push(node);
    else impossible.push({ name: node.name, missing });
  }
  tests.sort((a, b) => (a.uniqueId < b.uniqueId ? -1 : 1));
  return { tests: tests.map(({ uniqueId, fqn, name }) => ({ uniqueId, fqn, name })), impossible };
}

/** A table that is not rebuilt keeps its rows, so only what follows its inputs changes with them. */
function withReaders(head: Manifest, lineage: Lineage, rebuilt: ReadonlySet<string>): ReadonlySet<string> {
  const concerned = new Set(rebuilt);
  for (const id of lineage.order) {
    const node = head.nodes.get(id);
    if (node === undefined || !followsItsInputs(node)) continue;
    if (lineage.parentsOf(id).some((parent) => concerned.has(parent))) concerned.add(id);
  }
  return concerned;
}
