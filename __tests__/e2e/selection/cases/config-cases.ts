/** Changes of configuration, variables, hooks, contracts and the macros that dbt calls by itself. */
import type { ChangeCase } from '../support/change-case.js';
import { append, BELOW_EVENT_1, replace } from './lineage.js';

const PROJECT = 'dbt_project.yml';
const VISITS = 'models/events/visits.sql';
const EVENTS_YAML = 'models/events/schema.yml';
const AFTER_VISITS = 'big_sessions: reads visits, which is rebuilt';

/** A patch that configures one model in YAML, where its text stays as it is. */
function inYaml(model: string, config: string): Readonly<Record<string, string>> {
  return { 'models/added.yml': `version: 2\nmodels:\n  - name: ${model}\n    config: ${config}\n` };
}

function hooked(sql: string): ChangeCase['patch'] {
  return { [PROJECT]: append(`    events:\n      visits:\n        +post-hook: "${sql}"\n`) };
}

/** Options that dbt 2.x does not know are an error to it. */
const REFUSED_BY_2 = { byVersion: { '2.0': { refusal: /UnusedConfigKey/ } } } as const;

function onlyListed(name: string, patch: ChangeCase['patch'], ...notRebuilt: readonly string[]): ChangeCase {
  return { name, patch, rebuilt: [], notRebuilt };
}

const METADATA: readonly ChangeCase[] = [
  onlyListed(
    'tags',
    inYaml('visits', '{tags: [nightly]}'),
    'visits (carry): [metadata] config tags changed: [] to ["nightly"]',
  ),
  onlyListed(
    'meta, dbt selects it',
    inYaml('visits', '{meta: {owner: us}}'),
    'visits (carry): [metadata] config meta changed: {} to {"owner":"us"}',
  ),
  onlyListed(
    'grants, dbt selects it',
    inYaml('visits', '{grants: {select: [bi]}}'),
    'visits (carry): [metadata] config grants changed: {} to {"select":["bi"]}',
  ),
  onlyListed(
    'cluster_by, dbt selects it',
    inYaml('visits', '{cluster_by: [session_id]}'),
    'visits (carry): [metadata] config cluster_by changed: none to ["session_id"]',
  ),
  onlyListed(
    'warehouse of a folder, dbt selects it',
    { [PROJECT]: append('    events:\n      +snowflake_warehouse: big\n') },
    ...['audit_log', 'product_event_1', 'product_event_2', 'visits', 'windows'].map(
      (name) => `${name} (carry): [metadata] config snowflake_warehouse changed: none to big`,
    ),
  ),
  onlyListed('description and docs', {
    [EVENTS_YAML]: replace('Events of the first kind.', 'Events of the 1st kind.'),
  }),
  onlyListed('a test removed', { [EVENTS_YAML]: replace('[unique, not_null]', '[unique]') }),
  onlyListed('a test added', { 'tests/one_more.sql': "select * from {{ ref('visits') }} where session_id is null\n" }),
  {
    ...onlyListed(
      'an option that nothing reads',
      inYaml('visits', '{home_made: 1}'),
      'visits (carry): [metadata] config home_made changed: none to 1',
    ),
    ...REFUSED_BY_2,
  },
  onlyListed(
    'full_refresh itself',
    inYaml('visits', '{full_refresh: true}'),
    'visits (carry): [metadata] config full_refresh changed: none to true',
  ),
];

const FUTURE_LOADS: readonly ChangeCase[] = [
  onlyListed(
    'incremental_strategy',
    inYaml('visits', '{incremental_strategy: append}'),
    'visits (carry): [future loads] config incremental_strategy changed: none to append',
  ),
  {
    ...onlyListed(
      'on_schema_change',
      inYaml('visits', '{on_schema_change: fail}'),
      'visits (carry): [future loads] config on_schema_change changed: ignore to fail',
    ),
    // dbt 2.x writes no default.
    byVersion: {
      '2.0': { notRebuilt: ['visits (carry): [future loads] config on_schema_change changed: none to fail'] },
    },
  },
  onlyListed(
    'lookback and batch_size of a microbatch model',
    { 'models/events/windows.sql': replace("batch_size='day'", "batch_size='hour', lookback=5") },
    'windows (carry): [future loads] config batch_size changed: day to hour; [future loads] config lookback changed: 1 to 5; [metadata] body changed in its configuration only',
  ),
  onlyListed(
    'a load option of a table means nothing',
    inYaml('country_names', '{incremental_strategy: append}'),
    'country_names (carry): [metadata] config incremental_strategy changed: none to append',
  ),
];

const REBUILT: readonly ChangeCase[] = [
  {
    name: 'unique_key in YAML',
    patch: inYaml('windows', '{unique_key: event_id}'),
    rebuilt: ['windows: config unique_key changed: none to event_id'],
  },
  {
    name: 'unique_key in the model',
    patch: { [VISITS]: replace("unique_key='session_id'", "unique_key='SESSION_ID'") },
    rebuilt: [
      'visits: config unique_key changed: session_id to SESSION_ID; [metadata] body changed in its configuration only',
      AFTER_VISITS,
    ],
  },
  {
    name: 'materialized in dbt_project.yml',
    patch: { [PROJECT]: replace('+materialized: table', '+materialized: incremental') },
    rebuilt: [
      'country_names: config materialized changed: table to incremental',
      'country_list: reads country_names, which is rebuilt',
    ],
  },
  {
    name: 'begin of a microbatch model',
    patch: { 'models/events/windows.sql': replace("begin='2024-01-01'", "begin='2023-01-01'") },
    rebuilt: [
      'windows: config begin changed: 2024-01-01T00:00:00 to 2023-01-01T00:00:00; [metadata] body changed in its configuration only',
    ],
    byVersion: {
      '2.0': {
        rebuilt: [
          'windows: config begin changed: 2024-01-01 to 2023-01-01; [metadata] body changed in its configuration only',
        ],
      },
    },
  },
  {
    name: 'microbatch to merge reads all rows',
    patch: { 'models/events/windows.sql': replace("'microbatch'", "'append'") },
    rebuilt: [
      'windows: config incremental_strategy changed: microbatch to append; [metadata] body changed in its configuration only; [metadata] config begin changed: 2024-01-01T00:00:00 to 2024-01-01',
    ],
    byVersion: {
      '2.0': {
        rebuilt: [
          'windows: config incremental_strategy changed: microbatch to append; [metadata] body changed in its configuration only',
        ],
      },
    },
  },
  {
    name: 'an option that a macro reads',
    live: {
      'macros/limits.sql': "{% macro limited() %}{{ config.get('row_limit', 10) }}{% endmacro %}\n",
      [VISITS]: append('limit {{ limited() }}\n'),
    },
    patch: inYaml('visits', '{row_limit: 20}'),
    rebuilt: ['visits: config row_limit changed: none to 20', AFTER_VISITS],
    ...REFUSED_BY_2,
  },
  {
    name: 'a type in an enforced contract',
    patch: { [EVENTS_YAML]: replace('number(38, 2)', 'number(38, 4)') },
    rebuilt: ['product_event_1: contract changed', ...BELOW_EVENT_1],
  },
  {
    name: 'contract no longer enforced',
    patch: { [EVENTS_YAML]: replace('{ enforced: true }', '{ enforced: false }') },
    rebuilt: ['product_event_1: contract is not enforced any more', ...BELOW_EVENT_1],
  },
  {
    name: 'delimiter of a seed',
    patch: { [PROJECT]: append('seeds:\n  shop:\n    countries:\n      +delimiter: ";"\n') },
    scope: 'all',
    rebuilt: [
      'countries: config delimiter changed: , to ;',
      'country_names: reads countries, which is rebuilt',
      'country_list: reads country_names, which is rebuilt',
    ],
    byVersion: {
      '2.0': {
        rebuilt: [
          'countries: config delimiter changed: none to ;',
          'country_names: reads countries, which is rebuilt',
          'country_list: reads country_names, which is rebuilt',
        ],
      },
    },
  },
];

const VARIABLES: readonly ChangeCase[] = [
  {
    name: 'variable in a body, dbt misses it',
    patch: { [PROJECT]: replace("'2020-01-01'", "'2019-01-01'") },
    rebuilt: ['product_event_1: variable first_day changed', ...BELOW_EVENT_1],
  },
  onlyListed(
    'variable in a macro of the incremental branch, dbt misses it',
    { [PROJECT]: replace('late_hours: 3', 'late_hours: 6') },
    'product_event_1 (carry): [future loads] variable late_hours changed, read by macro late_window',
  ),
  onlyListed('variable that nothing reads', { [PROJECT]: replace('unused: 1', 'unused: 2') }),
  {
    name: "variable in a package's section",
    patch: { [PROJECT]: replace('  unused: 1', "  unused: 1\n  shop:\n    first_day: '2018-01-01'") },
    rebuilt: ['product_event_1: variable first_day changed', ...BELOW_EVENT_1],
  },
];

const HOOKS: readonly ChangeCase[] = [
  onlyListed(
    'macro of a hook that grants',
    { 'macros/access.sql': replace('role bi', 'role reporting') },
    'product_event_1 (carry): [metadata] macro grant_to_bi changed, in a hook',
  ),
  onlyListed(
    'post-hook that grants',
    hooked('grant select on {{ this }} to role bi'),
    'visits (carry): [metadata] post-hook changed: grant select on {{ this }} to role bi',
  ),
  {
    name: 'post-hook that deletes',
    patch: hooked('delete from {{ this }} where session_id is null'),
    rebuilt: ['visits: post-hook changed: delete from {{ this }} where session_id is null', AFTER_VISITS],
  },
  {
    name: 'on-run-start, dbt misses it',
    patch: { [PROJECT]: replace("'UTC'", "'Europe/Zurich'") },
    rebuilt: [],
    notes: ['project hook shop-on-run-start-0 changed: it runs with every dbt command, and no model is rebuilt for it'],
  },
];

const IMPLICIT_MACROS: readonly ChangeCase[] = [
  onlyListed(
    'should_full_refresh overridden, dbt misses it',
    { 'macros/full.sql': '{% macro should_full_refresh() %}{{ return(flags.FULL_REFRESH) }}{% endmacro %}\n' },
    ...['audit_log', 'big_sessions', 'product_event_2', 'sessions', 'visits', 'windows'].map(
      (name) =>
        `${name} (carry): [future loads] macro should_full_refresh is new, used by the materialization incremental`,
    ),
    'product_event_1 (carry): [future loads] macro should_full_refresh is new, called by macro is_incremental; [future loads] macro should_full_refresh is new, used by the materialization incremental',
  ),
  {
    name: 'table materialization overridden, dbt misses it',
    patch: {
      'macros/table.sql':
        "{% materialization table, adapter='snowflake' %}{{ return({'relations': [this]}) }}{% endmaterialization %}\n",
    },
    scope: 'all',
    rebuilt: [
      'country_names: macro materialization_table_snowflake is new, used by the materialization table',
      'country_list: reads country_names, which is rebuilt',
      'sessions_daily: macro materialization_table_snowflake is new, used by the materialization table',
      'scores: macro materialization_table_snowflake is new, used by the materialization table; reads sessions_daily, which is rebuilt',
      'sessions_view: reads sessions_daily, which is rebuilt',
    ],
  },
  onlyListed(
    'merge statement overridden',
    {
      'macros/merge.sql':
        '{% macro snowflake__get_merge_sql(target, source_sql, unique_key, dest_columns, incremental_predicates) %}{{ return(default__get_merge_sql(target, source_sql, unique_key, dest_columns, incremental_predicates)) }}{% endmacro %}\n',
    },
    ...['audit_log', 'big_sessions', 'product_event_1', 'sessions', 'visits'].map(
      (name) =>
        `${name} (carry): [future loads] macro snowflake__get_merge_sql is new, used by the materialization incremental`,
    ),
  ),
  {
    name: 'schema name that changes nothing',
    patch: {
      'macros/schemas.sql':
        '{% macro generate_schema_name(custom, node) %}{{ return(target.schema ~ ("_" ~ custom if custom else "")) }}{% endmacro %}\n',
    },
    rebuilt: [],
  },
];

export const CONFIG_CASES: readonly ChangeCase[] = [
  ...METADATA,
  ...FUTURE_LOADS,
  ...REBUILT,
  ...VARIABLES,
  ...HOOKS,
  ...IMPLICIT_MACROS,
];
