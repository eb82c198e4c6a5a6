/**
 * The proof, before the first statement, that building blue writes nothing to production (design: invariant 1).
 * It looks at what dbt renders for both schemas, and at every text that runs and could name production by itself.
 */
import type { Manifest, ManifestNode } from '../dbt/manifest.js';
import { displayName, parseRelationName, type SchemaName } from '../snowflake/identifiers.js';
import { relationKey, relationOf } from './counterparts.js';
import { literalNames, type LiteralName } from './literal-names.js';
import type { Plan } from './plan.js';
import { pairSchemas, type SchemaPairs } from './schema-pairs.js';
import { keepsSchemaNames, materializationOf } from './treatment.js';
import { textsThatRun, type RunningText } from './texts-that-run.js';
import type { Violation, ViolationKind } from './violation.js';

export interface GuardInput {
  /** The commit to be deployed, rendered as production. */
  readonly production: Manifest;
  /** The same commit, rendered for the upcoming schema. */
  readonly upcoming: Manifest;
  /** Its rebuilt nodes and its tests are what dbt will run. */
  readonly plan: Pick<Plan, 'rebuilt' | 'notRebuilt' | 'tests'>;
  /** Unique ids or names of macros, nodes (also project hooks) and sources that a person has looked at. */
  readonly allowed: readonly string[];
}

/** Everything that speaks against building this plan; empty: nothing it runs can write to production. */
export function guardProduction(input: GuardInput): readonly Violation[] {
  const pairs = pairSchemas(input.production, input.upcoming);
  const running = [...input.plan.rebuilt, ...input.plan.tests].flatMap(
    ({ uniqueId }) => input.production.nodes.get(uniqueId) ?? [],
  );
  return [
    ...pairViolations(input.production, pairs),
    ...running.flatMap((node) => renderViolations(node, input, pairs)),
    ...running.filter((node) => keepsSchemaNames(node) && !isAllowed(input, node.uniqueId, node.name)).map(notYet),
    ...functionViolations(input),
    ...textViolations(running, input, pairs),
    ...sourceViolations(input, pairs),
  ];
}

/**
 * Models that read production by its written name. They write nothing, but in blue they read old data: to be shown,
 * not refused.
 */
export function productionNamesInModels(input: GuardInput): readonly { uniqueId: string; text: string }[] {
  const schemas = productionSchemas(pairSchemas(input.production, input.upcoming));
  return input.plan.rebuilt.flatMap(({ uniqueId }) => {
    const node = input.production.nodes.get(uniqueId);
    return literalNames(node?.rawCode ?? '', schemas).map((found) => ({
      uniqueId,
      text: `${node?.originalFilePath ?? uniqueId}:${String(found.line)} names production schema ${found.schema}: in blue it would read the old data. Use ref() or {{ target.schema }}.`,
    }));
  });
}

function productionSchemas({ pairs }: SchemaPairs): readonly SchemaName[] {
  return pairs.map((pair) => ({ database: pair.database, schema: pair.production }));
}

function pairViolations(production: Manifest, { conflicts }: SchemaPairs): readonly Violation[] {
  return conflicts.map(({ uniqueId, text }) => {
    const node = production.nodes.get(uniqueId);
    return violation('schemas not one to one', uniqueId, node, `${nameOf(node, uniqueId)}: ${text}`);
  });
}

function renderViolations(node: ManifestNode, input: GuardInput, pairs: SchemaPairs): readonly Violation[] {
  const there = input.upcoming.nodes.get(node.uniqueId);
  if (there === undefined) {
    const text = `${nameOf(node)} does not exist when the project is rendered for the upcoming schema. It may depend on the target's schema only for its own schema's name, not for being enabled.`;
    return [violation('not in the upcoming manifest', node.uniqueId, node, text)];
  }
  // Most tests store nothing and have no relation.
  if (there.relationName === undefined) return [];
  const upcoming = parseRelationName(there.relationName);
  if (upcoming === undefined) {
    const text = `${nameOf(node)} would be built as ${there.relationName}, which is not database.schema.name, so it cannot be proven to lie outside production.`;
    return [violation('outside the pairs', node.uniqueId, node, text)];
  }
  if (productionRelations(input.production).has(relationKey(upcoming))) {
    const text = `${nameOf(node)} would be built as ${displayName(upcoming)}, which is a relation of production. Its schema must follow the target's schema (generate_schema_name, target_schema).`;
    return [violation('writes production', node.uniqueId, node, text)];
  }
  return node.resourceType === 'test' ? testPlace(node, upcoming, pairs) : nodePlace(node, there, upcoming, pairs);
}

const relationsByManifest = new WeakMap<Manifest, ReadonlySet<string>>();

/** Everything production's rendering names: what it builds, what tests store, and sources, which nobody may build either. */
function productionRelations(production: Manifest): ReadonlySet<string> {
  const known = relationsByManifest.get(production);
  if (known !== undefined) return known;
  const named = [...production.nodes.values(), ...production.sources.values()].flatMap(({ relationName }) =>
    relationName === undefined ? [] : (parseRelationName(relationName) ?? []),
  );
  const keys = new Set(named.map(relationKey));
  relationsByManifest.set(production, keys);
  return keys;
}

/** Stored failures go to a schema beside the target's; it is ours as long as production does not use it. */
function testPlace(node: ManifestNode, upcoming: SchemaName, pairs: SchemaPairs): readonly Violation[] {
  if (!isProductionSchema(upcoming, pairs)) return [];
  const text = `Test ${node.name} would store its failures in production schema ${shown(upcoming)}. Give it a schema that follows the target's schema, or turn store_failures off.`;
  return [violation('writes production', node.uniqueId, node, text)];
}

function nodePlace(
  node: ManifestNode,
  there: ManifestNode,
  upcoming: SchemaName & { readonly name: string },
  pairs: SchemaPairs,
): readonly Violation[] {
  const found: Violation[] = [];
  const pair = pairs.pairs.find((known) => known.database === upcoming.database && known.upcoming === upcoming.schema);
  const production = relationOf(node);
  if (pair === undefined) {
    const text = isProductionSchema(upcoming, pairs)
      ? `${nameOf(node)} would be built in production schema ${shown(upcoming)}.`
      : `${nameOf(node)} would be built in ${shown(upcoming)}, which is no upcoming schema: it would not be swapped, and a schedule may use it.`;
    const advice = " Its schema must follow the target's schema (generate_schema_name).";
    found.push(violation('outside the pairs', node.uniqueId, node, text + advice));
  }
  if (production !== undefined && production.name !== upcoming.name) {
    const text = `${nameOf(node)} is ${production.name} in production and ${upcoming.name} in upcoming, so readers would not find it after the swap. generate_alias_name must not depend on the target's schema.`;
    found.push(violation('another name in upcoming', node.uniqueId, node, text));
  }
  if (node.materialized !== there.materialized) {
    const text = `${nameOf(node)} is materialized as ${node.materialized ?? 'nothing'} in production and as ${there.materialized ?? 'nothing'} in upcoming. What is swapped in must be what production would build.`;
    found.push(violation('another materialization in upcoming', node.uniqueId, node, text));
  }
  return found;
}

function isProductionSchema(schema: SchemaName, { pairs }: SchemaPairs): boolean {
  return pairs.some(
    (pair) =>
      pair.database.toUpperCase() === schema.database.toUpperCase() &&
      pair.production.toUpperCase() === schema.schema.toUpperCase(),
  );
}

function textViolations(running: readonly ManifestNode[], input: GuardInput, pairs: SchemaPairs): readonly Violation[] {
  const schemas = productionSchemas(pairs);
  return textsThatRun(input.production, running)
    .filter(({ uniqueId, name }) => !isAllowed(input, uniqueId, name))
    .flatMap((text) => literalNames(text.code, schemas).map((found) => literalViolation(text, found)));
}

function literalViolation(text: RunningText, found: LiteralName): Violation {
  const where = text.wholeFile
    ? `${text.file}:${String(found.line)}`
    : `${text.what} (${text.file}), line ${String(found.line)}`;
  const sentences = `${where} names production schema ${found.schema}: "${found.excerpt}". It would run while blue is built. Write {{ this }}, {{ target.schema }} or ref() instead, or allow "${text.name}".`;
  return { kind: text.kind, uniqueId: text.uniqueId, file: text.file, text: sentences };
}

/** Only views are re-created after the swap: better refused than left with names that are about to go. */
function notYet(node: ManifestNode): Violation {
  const text = `${nameOf(node)} (${materializationOf(node)}) would keep the name of the upcoming schema after the swap, and this version re-creates only views. Make it a view or a table, or allow "${node.name}" if you re-create it yourself after the swap.`;
  return violation('cannot be re-pointed', node.uniqueId, node, text);
}

/** A changed function is not built in blue, so its readers would be rebuilt with the old one. */
function functionViolations(input: GuardInput): readonly Violation[] {
  return input.plan.notRebuilt.flatMap(({ resourceType, changed, uniqueId, name }) => {
    if (resourceType !== 'function' || !changed || isAllowed(input, uniqueId, name)) return [];
    const text = `Function ${name} changed, and \`dbt run\` builds no functions, so blue would compute with the old one. Create the new one in production first (the clone brings it to blue) and allow "${name}".`;
    return [violation('function not built', uniqueId, input.production.nodes.get(uniqueId), text)];
  });
}

function isAllowed({ allowed }: GuardInput, uniqueId: string, name: string): boolean {
  return allowed.includes(uniqueId) || allowed.includes(name);
}

/** A source in a swapped schema would travel with the swap, and its loader would load its files a second time. */
function sourceViolations(input: GuardInput, pairs: SchemaPairs): readonly Violation[] {
  return [...input.production.sources.values()].flatMap((source) => {
    const relation = source.relationName === undefined ? undefined : parseRelationName(source.relationName);
    const name = `${source.sourceName}.${source.name}`;
    if (relation === undefined || !isProductionSchema(relation, pairs)) return [];
    if (isAllowed(input, source.uniqueId, name)) return [];
    const text = `Source ${name} is ${displayName(relation)}, inside a production schema: the swap would exchange it for its clone, and what loads it would go on with the copy. Move it to a schema of its own, or allow "${name}".`;
    return [{ kind: 'source in a production schema' as const, uniqueId: source.uniqueId, file: '', text }];
  });
}

function violation(kind: ViolationKind, uniqueId: string, node: ManifestNode | undefined, text: string): Violation {
  return { kind, uniqueId, file: node?.originalFilePath ?? '', text };
}

function nameOf(node: ManifestNode | undefined, otherwise = ''): string {
  return node === undefined
    ? otherwise
    : `${node.resourceType[0]?.toUpperCase() ?? ''}${node.resourceType.slice(1)} ${node.name}`;
}

function shown({ database, schema }: SchemaName): string {
  return displayName({ database, schema });
}
