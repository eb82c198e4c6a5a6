/** Which node of the live code became which node of the merged code. */
import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import { parseRelationName, type RelationName } from '../snowflake/identifiers.js';
import type { RemovedNode } from './plan.js';
import { isEphemeral, plannedType } from './treatment.js';

export interface Counterparts {
  /** By unique id of a merged node: the live node it came from. New nodes have none. */
  readonly before: ReadonlyMap<string, ManifestNode>;
  /** By unique id of a live node: the merged node it became. */
  readonly after: ReadonlyMap<string, string>;
  /** Live nodes whose relation nothing builds any more. */
  readonly removed: readonly RemovedNode[];
}

/** The relation of a node by stored names; undefined when it has none or dbt's name is not of three parts. */
export function relationOf(node: ManifestNode | undefined): RelationName | undefined {
  return node?.relationName === undefined ? undefined : parseRelationName(node.relationName);
}

/** Relations compared without case: for what must be found even if it is written otherwise. */
export function relationKey(relation: RelationName): string {
  return JSON.stringify([relation.database, relation.schema, relation.name]).toUpperCase();
}

/** Relations as Snowflake tells them apart: quoted and unquoted names of one spelling are two. */
export function storedKey(relation: RelationName): string {
  return JSON.stringify([relation.database, relation.schema, relation.name]);
}

/**
 * Nodes are the same when their unique id is; else, when the live one is gone and the new one builds the same
 * relation (a renamed file with an alias, a renamed project).
 */
export function counterparts(live: Manifest, head: Manifest): Counterparts {
  const before = new Map<string, ManifestNode>();
  const gone = new Map<string, ManifestNode>();
  for (const node of plannedNodes(live)) {
    const relation = relationOf(node);
    if (head.nodes.has(node.uniqueId)) before.set(node.uniqueId, node);
    else if (relation !== undefined) gone.set(relationKey(relation), node);
  }
  for (const node of plannedNodes(head)) {
    const relation = relationOf(node);
    const former = relation === undefined ? undefined : gone.get(relationKey(relation));
    if (!before.has(node.uniqueId) && former !== undefined) before.set(node.uniqueId, former);
  }
  const after = new Map([...before].map(([id, node]) => [node.uniqueId, id]));
  return { before, after, removed: removedNodes(live, head, after) };
}

export function plannedNodes(manifest: Manifest): readonly ManifestNode[] {
  return [...manifest.nodes.values()].filter((node) => plannedType(node) !== undefined);
}

/** The relations a version of the project builds, by `storedKey`. */
export function storedKeysOf(manifest: Manifest): ReadonlySet<string> {
  const relations = plannedNodes(manifest).map(relationOf);
  return new Set(relations.flatMap((relation) => (relation === undefined ? [] : [storedKey(relation)])));
}

function removedNodes(live: Manifest, head: Manifest, after: ReadonlyMap<string, string>): readonly RemovedNode[] {
  const kept = storedKeysOf(head);
  return plannedNodes(live).flatMap((node) => {
    const relation = relationOf(node);
    if (node.relationName === undefined || (relation !== undefined && kept.has(storedKey(relation)))) return [];
    const heir = head.nodes.get(after.get(node.uniqueId) ?? '');
    return [{ uniqueId: node.uniqueId, production: relation, reason: reasonOfRemoval(node, heir, head) }];
  });
}

function reasonOfRemoval(node: ManifestNode, heir: ManifestNode | undefined, head: Manifest): string {
  if (heir === undefined) return head.disabled.has(node.uniqueId) ? 'disabled' : 'deleted';
  if (isEphemeral(heir)) return 'ephemeral now: its readers hold its query';
  return heir.relationName === undefined ? 'it builds no relation any more' : `moves to ${heir.relationName}`;
}
