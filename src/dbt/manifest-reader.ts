import { ActionableError } from '../errors.js';
import { asObject, objectAt, objectsAt, textAt, textsAt } from './json-values.js';
import type { JsonObject } from './json-values.js';
import type {
  Manifest,
  ManifestColumn,
  ManifestConstraint,
  ManifestMacro,
  ManifestNode,
  ManifestSource,
  ManifestTest,
} from './manifest.js';

/** dbt 1.8 to 2.x all write v12; fields have been added to it since, so nothing unknown is refused. */
const OLDEST_SCHEMA = 12;

/**
 * Reads a manifest.
 * @param json the content of manifest.json, parsed.
 * @throws ActionableError when it is no manifest, or one of a version that this action cannot read.
 */
export function readManifest(json: unknown): Manifest {
  const root = asObject(json);
  const metadata = objectAt(root, 'metadata');
  const schema = /\/manifest\/v(\d+)\.json$/.exec(textAt(metadata, 'dbt_schema_version') ?? '')?.[1];
  if (schema === undefined || Number(schema) < OLDEST_SCHEMA) {
    throw new ActionableError(
      `dbt wrote a manifest of version ${schema ?? 'unknown'}; this action reads version ${OLDEST_SCHEMA}, which dbt writes since 1.8. ` +
        'Nothing was changed. Upgrade dbt in the job.',
    );
  }
  return {
    dbtVersion: textAt(metadata, 'dbt_version') ?? '',
    projectName: textAt(metadata, 'project_name') ?? '',
    nodes: mapOf({ ...objectAt(root, 'nodes'), ...objectAt(root, 'functions') }, readNode),
    sources: mapOf(objectAt(root, 'sources'), readSource),
    // dbt 2.x lists each snapshot block here, too; its node is what counts.
    macros: mapOf(objectAt(root, 'macros'), readMacro, 'macro.'),
    disabled: new Set(Object.keys(objectAt(root, 'disabled'))),
  };
}

/** The compiled SQL of those nodes of a manifest, parsed, that have any, by unique id. */
export function readCompiledCode(json: unknown): ReadonlyMap<string, string> {
  const nodes = Object.entries(objectAt(asObject(json), 'nodes'));
  return new Map(
    nodes.flatMap(([uniqueId, node]): [string, string][] => {
      const sql = textAt(asObject(node), 'compiled_code');
      return sql === undefined ? [] : [[uniqueId, sql]];
    }),
  );
}

function mapOf<T>(
  objects: JsonObject,
  read: (uniqueId: string, object: JsonObject) => T,
  prefix = '',
): ReadonlyMap<string, T> {
  const wanted = Object.entries(objects).filter(([uniqueId]) => uniqueId.startsWith(prefix));
  return new Map(wanted.map(([uniqueId, value]) => [uniqueId, read(uniqueId, asObject(value))]));
}

function readNode(uniqueId: string, node: JsonObject): ManifestNode {
  const config = objectAt(node, 'config');
  const dependsOn = objectAt(node, 'depends_on');
  const resourceType = textAt(node, 'resource_type') ?? uniqueId.split('.', 1)[0] ?? '';
  return {
    uniqueId,
    resourceType,
    packageName: textAt(node, 'package_name') ?? '',
    name: textAt(node, 'name') ?? uniqueId,
    fqn: textsAt(node, 'fqn'),
    originalFilePath: textAt(node, 'original_file_path') ?? '',
    patchPath: textAt(node, 'patch_path'),
    relationName: textAt(node, 'relation_name'),
    database: textAt(node, 'database'),
    schema: textAt(node, 'schema'),
    alias: textAt(node, 'alias'),
    language: textAt(node, 'language') ?? 'sql',
    rawCode: textAt(node, 'raw_code') ?? '',
    checksum: textAt(objectAt(node, 'checksum'), 'checksum') ?? '',
    materialized: textAt(config, 'materialized'),
    config,
    unrenderedConfig: objectAt(node, 'unrendered_config'),
    meta: readMeta(node),
    dependsOnNodes: textsAt(dependsOn, 'nodes'),
    dependsOnMacros: textsAt(dependsOn, 'macros'),
    columns: readColumns(node),
    constraints: objectsAt(node, 'constraints').map((constraint) => readConstraint(constraint, [])),
    tags: [...new Set([...textsAt(node, 'tags'), ...textsAt(config, 'tags')])],
    test: resourceType === 'test' ? readTest(node, config) : undefined,
  };
}

/** dbt moved `meta` into `config`; projects of both kinds are deployed. */
function readMeta(object: JsonObject): JsonObject {
  return { ...objectAt(object, 'meta'), ...objectAt(objectAt(object, 'config'), 'meta') };
}

function readColumns(node: JsonObject): Readonly<Record<string, ManifestColumn>> {
  const columns = Object.entries(objectAt(node, 'columns')).map(([key, value]): [string, ManifestColumn] => {
    const column = asObject(value);
    const name = textAt(column, 'name') ?? key;
    const constraints = objectsAt(column, 'constraints').map((constraint) => readConstraint(constraint, [name]));
    return [
      key,
      {
        name,
        dataType: textAt(column, 'data_type'),
        quoted: column['quote'] === true,
        meta: readMeta(column),
        constraints,
      },
    ];
  });
  return Object.fromEntries(columns);
}

/** A column's own constraint lists no columns: it is about that column. */
function readConstraint(constraint: JsonObject, ofColumn: readonly string[]): ManifestConstraint {
  const columns = textsAt(constraint, 'columns');
  return { type: textAt(constraint, 'type') ?? '', columns: columns.length > 0 ? columns : ofColumn };
}

function readTest(node: JsonObject, config: JsonObject): ManifestTest {
  const metadata = objectAt(node, 'test_metadata');
  const { model: _model, arguments: nested, column_name: _column, ...flat } = objectAt(metadata, 'kwargs');
  return {
    attachedNode: textAt(node, 'attached_node'),
    columnName: textAt(node, 'column_name'),
    kind: textAt(metadata, 'name'),
    arguments: { ...flat, ...asObject(nested) },
    severity: (textAt(config, 'severity') ?? 'ERROR').toUpperCase(),
  };
}

function readSource(uniqueId: string, source: JsonObject): ManifestSource {
  return {
    uniqueId,
    relationName: textAt(source, 'relation_name'),
    sourceName: textAt(source, 'source_name') ?? '',
    name: textAt(source, 'name') ?? uniqueId,
    eventTime: textAt(objectAt(source, 'config'), 'event_time'),
  };
}

function readMacro(uniqueId: string, macro: JsonObject): ManifestMacro {
  return {
    uniqueId,
    name: textAt(macro, 'name') ?? uniqueId,
    packageName: textAt(macro, 'package_name') ?? '',
    originalFilePath: textAt(macro, 'original_file_path') ?? '',
    macroSql: textAt(macro, 'macro_sql') ?? '',
    dependsOnMacros: textsAt(objectAt(macro, 'depends_on'), 'macros'),
  };
}
