import type { Manifest, ManifestNode, ManifestTest } from '../../../src/dbt/manifest.js';
import type { PlannedNode } from '../../../src/selection/plan.js';

const PROJECT = 'events';

/** A model as dbt's manifest holds it; only what a test is about need be given. */
export function model(name: string, given: Partial<ManifestNode> = {}): ManifestNode {
  return {
    uniqueId: `model.${PROJECT}.${name}`,
    resourceType: 'model',
    packageName: PROJECT,
    name,
    fqn: [PROJECT, name],
    originalFilePath: `models/${name}.sql`,
    patchPath: undefined,
    relationName: undefined,
    database: undefined,
    schema: undefined,
    alias: name,
    language: 'sql',
    rawCode: '',
    checksum: '',
    materialized: 'incremental',
    config: {},
    unrenderedConfig: {},
    meta: {},
    dependsOnNodes: [],
    dependsOnMacros: [],
    columns: {},
    constraints: [],
    tags: [],
    test: undefined,
    ...given,
  };
}

/** A generic test of a model. */
export function genericTest(
  kind: string,
  attachedTo: ManifestNode,
  given: Partial<ManifestTest> & { readonly where?: string } = {},
): ManifestNode {
  const { where, ...test } = given;
  const name = `${kind}_${attachedTo.name}_${given.columnName ?? 'columns'}`;
  return {
    ...model(name),
    uniqueId: `test.${PROJECT}.${name}`,
    resourceType: 'test',
    materialized: 'test',
    config: where === undefined ? {} : { where },
    dependsOnNodes: [attachedTo.uniqueId],
    test: {
      attachedNode: attachedTo.uniqueId,
      columnName: undefined,
      kind,
      arguments: {},
      severity: 'ERROR',
      ...test,
    },
  };
}

export function manifestOf(...nodes: readonly ManifestNode[]): Manifest {
  return {
    dbtVersion: '1.11.16',
    projectName: PROJECT,
    nodes: new Map(nodes.map((node) => [node.uniqueId, node])),
    sources: new Map(),
    macros: new Map(),
    disabled: new Set(),
  };
}

/** The same model as the plan holds it. */
export function planned(node: ManifestNode, given: Partial<PlannedNode> = {}): PlannedNode {
  return {
    uniqueId: node.uniqueId,
    name: node.name,
    fqn: node.fqn,
    resourceType: 'model',
    materialized: node.materialized ?? 'table',
    production: undefined,
    upcoming: undefined,
    treatment: 'rebuild',
    reasons: [{ text: 'body changed', effect: 'rebuild' }],
    effect: 'rebuild',
    changed: true,
    originalFilePath: node.originalFilePath,
    isNew: false,
    reads: [],
    ...given,
  };
}
