/**
 * What a change of one configuration key does to what is stored.
 * Keys: https://docs.getdbt.com/reference/model-configs and https://docs.getdbt.com/reference/resource-configs/snowflake-configs
 */
import type { ManifestNode } from '../dbt/manifest.js';
import type { Effect } from './plan.js';
import { accumulates, isMicrobatch } from './treatment.js';

/** Decide which rows and columns the table has. */
const REBUILD = new Set([
  'materialized',
  'unique_key',
  'sql_header',
  'table_format',
  'catalog',
  'catalog_name',
  'external_volume',
  'base_location',
  'base_location_root',
  'base_location_subpath',
  'begin',
  'event_time',
  'column_types',
  'quote_columns',
  'delimiter',
  'packages',
  'imports',
  'python_version',
  // Of functions.
  'type',
  'volatility',
  'runtime_version',
  'entry_point',
]);

/** Decide how rows are added to an existing table. */
const FUTURE_LOADS = new Set([
  'incremental_strategy',
  'incremental_predicates',
  'predicates',
  'merge_update_columns',
  'merge_exclude_columns',
  'on_schema_change',
  'tmp_relation_type',
  'batch_size',
  'lookback',
  'concurrent_batches',
  // Of dbt snapshots: they decide how the next versions of a row are recognised.
  'strategy',
  'updated_at',
  'check_cols',
  'hard_deletes',
  'invalidate_hard_deletes',
  'dbt_valid_to_current',
]);

const METADATA = new Set([
  'meta',
  'tags',
  'group',
  'docs',
  'access',
  'grants',
  'copy_grants',
  'copy_tags',
  'persist_docs',
  'query_tag',
  'snowflake_warehouse',
  'refresh_warehouse',
  'snowflake_initialization_warehouse',
  'static_analysis',
  'freshness',
  'cluster_by',
  'automatic_clustering',
  'transient',
  'secure',
  'row_access_policy',
  'table_tag',
  'full_refresh',
  'on_configuration_change',
  'target_lag',
  'refresh_mode',
  'initialize',
  'scheduler',
  'on_error',
  'deprecation_date',
  'latest_version_pointer',
  'timeout',
  'use_anonymous_sproc',
  'secrets',
  'external_access_integrations',
  'artifact_repository',
]);

/** Compared elsewhere: where the relation is, hooks, contract, whether the node exists at all. */
export const COMPARED_ELSEWHERE: ReadonlySet<string> = new Set([
  'enabled',
  'alias',
  'schema',
  'database',
  'target_schema',
  'target_database',
  'quoting',
  'contract',
  'pre-hook',
  'post-hook',
]);

export interface Reading {
  /** Whether the model, or a macro of the project that it reaches, mentions the key: `{{ config.get('meta') }}`. */
  readonly byItsCode: (key: string) => boolean;
  /** Whether any code does, dbt's own included. */
  readonly anywhere: (key: string) => boolean;
}

/**
 * @param key a key of dbt's resolved configuration
 * @param before the node as it is live
 * @param after the node as it is merged
 * @param reading which code reads a key
 */
export function configEffect(key: string, before: ManifestNode, after: ManifestNode, reading: Reading): Effect {
  if (METADATA.has(key)) return reading.byItsCode(key) ? 'rebuild' : 'metadata';
  if (key === 'unique_key' && !accumulates(after)) return 'metadata';
  // Its readers feel another event time, if they are microbatch models: see relation-changes.ts.
  if (['begin', 'event_time'].includes(key) && !isMicrobatch(after)) return 'metadata';
  if (REBUILD.has(key)) return 'rebuild';
  if (FUTURE_LOADS.has(key)) {
    // A microbatch model reads its inputs by event time even in a full refresh, other strategies read all rows.
    if (key === 'incremental_strategy' && isMicrobatch(before) !== isMicrobatch(after)) return 'rebuild';
    return accumulates(after) || after.resourceType === 'snapshot' ? 'future loads' : 'metadata';
  }
  return reading.anywhere(key) ? 'rebuild' : 'metadata';
}
