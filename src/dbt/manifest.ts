/**
 * The parts of dbt's manifest (v12) that this action reads. Parsed tolerantly: dbt adds fields without a new version.
 * https://docs.getdbt.com/reference/artifacts/manifest-json
 */
export interface Manifest {
  readonly dbtVersion: string;
  readonly projectName: string;
  /** Models, seeds, snapshots, tests, operations (hooks), analyses and functions, by unique id. */
  readonly nodes: ReadonlyMap<string, ManifestNode>;
  readonly sources: ReadonlyMap<string, ManifestSource>;
  readonly macros: ReadonlyMap<string, ManifestMacro>;
  /** Unique ids of nodes that are disabled. */
  readonly disabled: ReadonlySet<string>;
}

export interface ManifestNode {
  readonly uniqueId: string;
  readonly resourceType: string;
  readonly packageName: string;
  readonly name: string;
  readonly fqn: readonly string[];
  readonly originalFilePath: string;
  /** `pkg://path` of the YAML file that describes it. */
  readonly patchPath: string | undefined;
  /** As dbt renders it (`analytics.public.x`); undefined when the node makes no relation (ephemeral, most tests). */
  readonly relationName: string | undefined;
  readonly database: string | undefined;
  readonly schema: string | undefined;
  readonly alias: string | undefined;
  readonly language: string;
  readonly rawCode: string;
  readonly checksum: string;
  readonly materialized: string | undefined;
  /** The resolved configuration, as dbt writes it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly unrenderedConfig: Readonly<Record<string, unknown>>;
  /** `config.meta` over the older top-level `meta`. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly dependsOnNodes: readonly string[];
  readonly dependsOnMacros: readonly string[];
  readonly columns: Readonly<Record<string, ManifestColumn>>;
  readonly constraints: readonly ManifestConstraint[];
  readonly tags: readonly string[];
  /** Only of tests. */
  readonly test: ManifestTest | undefined;
}

export interface ManifestColumn {
  readonly name: string;
  readonly dataType?: string | undefined;
  /** True when the column's name is quoted, so that its case counts. */
  readonly quoted?: boolean;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly constraints: readonly ManifestConstraint[];
}

export interface ManifestConstraint {
  readonly type: string;
  readonly columns: readonly string[];
}

export interface ManifestTest {
  /** The node a generic test belongs to; singular tests have none. */
  readonly attachedNode: string | undefined;
  readonly columnName: string | undefined;
  /** `unique`, `not_null`, `unique_combination_of_columns`…; undefined for singular tests. */
  readonly kind: string | undefined;
  /** Arguments of a generic test, `arguments:` nesting (dbt >= 1.10) folded in. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly severity: string;
}

export interface ManifestSource {
  readonly uniqueId: string;
  readonly relationName: string | undefined;
  readonly sourceName: string;
  readonly name: string;
  /** The column by which microbatch models that read it select the rows of a batch. */
  readonly eventTime: string | undefined;
}

export interface ManifestMacro {
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  readonly originalFilePath: string;
  readonly macroSql: string;
  readonly dependsOnMacros: readonly string[];
}
