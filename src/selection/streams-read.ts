/** Which rebuilt tables would consume a Snowflake STREAM: any DML that selects from one moves its offset, for everybody. */
import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import { displayName, parseRelationName, type RelationName } from '../snowflake/identifiers.js';
import { withoutComments } from './code-text.js';
import { relationKey } from './counterparts.js';
import type { Plan } from './plan.js';
import { followsItsInputs, isEphemeral } from './treatment.js';

/** Databases in which a stream that the plan reads can lie: those of all sources and of all relations. */
export function databasesRead({ nodes, sources }: Manifest): readonly string[] {
  const relations = [...nodes.values(), ...sources.values()].flatMap(({ relationName }) => parsed(relationName));
  return [...new Set(relations.map(({ database }) => database))].sort();
}

/**
 * One sentence for each rebuilt table and each stream it reads, by `source()` or `ref()`, through views and ephemeral models, or
 * by its written name. Views store nothing, so that making one moves no offset.
 * @param streams stored names
 */
export function streamsConsumed(
  production: Manifest,
  { rebuilt }: Pick<Plan, 'rebuilt'>,
  streams: readonly RelationName[],
): readonly string[] {
  return rebuilt.flatMap(({ uniqueId }) => {
    const node = production.nodes.get(uniqueId);
    if (node === undefined || followsItsInputs(node)) return [];
    return streams.flatMap((stream) => {
      const how = howRead(production, node, stream, new Set());
      return how === undefined
        ? []
        : [`${node.name} (${node.originalFilePath}) reads stream ${displayName(stream)} ${how}`];
    });
  });
}

function howRead(manifest: Manifest, node: ManifestNode, stream: RelationName, seen: Set<string>): string | undefined {
  if (seen.has(node.uniqueId)) return undefined;
  seen.add(node.uniqueId);
  if (isNamed(node, stream)) return `by its name in ${node.originalFilePath}`;
  for (const id of node.dependsOnNodes) {
    const input = manifest.sources.get(id) ?? manifest.nodes.get(id);
    if (parsed(input?.relationName).some((relation) => relationKey(relation) === relationKey(stream))) {
      return `as ${id.split('.').slice(2).join('.')}`;
    }
    const parent = manifest.nodes.get(id);
    const passesOn = parent !== undefined && (isEphemeral(parent) || followsItsInputs(parent));
    const how = passesOn ? howRead(manifest, parent, stream, seen) : undefined;
    if (how !== undefined) return `${how}, through ${parent?.name ?? id}`;
  }
  return undefined;
}

function isNamed({ rawCode }: ManifestNode, { schema, name }: RelationName): boolean {
  const [first, last] = [schema, name].map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(String.raw`(?<![\w$])"?${first}"?\s*\.\s*"?${last}"?(?![\w$])`, 'i').test(withoutComments(rawCode));
}

function parsed(relationName: string | undefined): readonly RelationName[] {
  const relation = relationName === undefined ? undefined : parseRelationName(relationName);
  return relation === undefined ? [] : [relation];
}
