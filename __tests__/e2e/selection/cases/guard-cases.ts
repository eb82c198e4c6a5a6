/** Projects that would write to production while blue is built, and some that only look so. */
import type { DbtVersion } from '../support/change-case.js';
import type { Patch } from '../support/parsed-projects.js';
import { append, replace } from './lineage.js';

export interface GuardCase {
  readonly name: string;
  readonly patch: Patch;
  readonly allowed?: readonly string[];
  /** `kind: unique id without type and package`, in any order. */
  readonly found: readonly string[];
  /** For versions of dbt to which the same files mean something else: what is found instead. */
  readonly byVersion?: Readonly<Partial<Record<DbtVersion, readonly string[]>>>;
  /** What one of the messages must say. */
  readonly says?: RegExp;
}

const PROJECT = 'dbt_project.yml';
const VISITS = 'models/events/visits.sql';
const SESSIONS = 'models/marts/sessions.sql';
/** Makes visits and big_sessions run. */
const VISITS_CHANGED = { [VISITS]: append('where session_id is not null\n') };
/** Makes sessions, its readers and its tests run. */
const SESSIONS_CHANGED = { [SESSIONS]: append('having true\n') };

function macro(name: string, body: string): Patch {
  return { [`macros/${name}.sql`]: `{% macro ${name}(a, b) %}${body}{% endmacro %}\n` };
}

const VERBATIM_SCHEMAS = macro('generate_schema_name', '{{ return(generate_schema_name_for_env(a, b)) }}');

const RENDERED: readonly GuardCase[] = [
  { name: 'a well-behaved project', patch: SESSIONS_CHANGED, found: [] },
  {
    name: 'custom schemas taken verbatim under the target name prod',
    patch: { ...SESSIONS_CHANGED, ...VERBATIM_SCHEMAS },
    found: [
      'audit_view',
      'big_sessions',
      'product_history',
      'scores',
      'sessions',
      'sessions_daily',
      'sessions_view',
    ].map((name) => `writes production: ${name}`),
    says: /would be built as ANALYTICS\.MARTS\.SESSIONS, which is a relation of production.*generate_schema_name/,
  },
  {
    name: 'all custom schemas in one upcoming schema',
    patch: {
      ...VISITS_CHANGED,
      ...macro(
        'generate_schema_name',
        '{{ return(target.schema if a is none or "upcoming" in target.schema else "marts") }}',
      ),
    },
    found: ['schemas not one to one: ANY'],
    says: /Production schemas (MARTS and PUBLIC|PUBLIC and MARTS) would both be built in ANALYTICS\.PUBLIC_UPCOMING/,
  },
  {
    name: 'a database that depends on the schema',
    patch: {
      ...VISITS_CHANGED,
      ...macro('generate_database_name', '{{ return("scratch" if "upcoming" in target.schema else target.database) }}'),
    },
    found: ['schemas not one to one: ANY', 'outside the pairs: ANY'],
    says: /moves from database ANALYTICS to SCRATCH/,
  },
  {
    name: 'an alias that depends on the schema',
    patch: { [VISITS]: replace('config(', "config(alias=('v2' if 'upcoming' in target.schema else 'v1'), ") },
    found: ['another name in upcoming: visits'],
    says: /is V1 in production and V2 in upcoming/,
  },
  {
    name: 'a materialization that depends on the schema',
    patch: {
      [VISITS]: (sql) =>
        sql.replace(
          "materialized='incremental'",
          "materialized=('view' if 'upcoming' in target.schema else 'incremental')",
        ) + 'where true\n',
    },
    found: ['another materialization in upcoming: visits'],
  },
  {
    name: 'a model that the upcoming schema does not have',
    patch: {
      'models/marts/big_sessions.sql': replace(
        "materialized='incremental'",
        "materialized='incremental', unique_key='session_id', enabled=('upcoming' not in target.schema)",
      ),
    },
    found: ['not in the upcoming manifest: big_sessions'],
  },
  {
    name: 'a fixed schema for one model',
    patch: {
      ...VISITS_CHANGED,
      ...macro(
        'generate_schema_name',
        '{{ return("fixed" if b.name == "visits" else target.schema ~ ("_" ~ a if a else "")) }}',
      ),
    },
    found: ['writes production: visits'],
  },
  {
    name: 'stored test failures beside production',
    patch: { ...SESSIONS_CHANGED, [PROJECT]: append('data_tests:\n  shop:\n    +store_failures: true\n') },
    found: [],
  },
  {
    name: 'stored test failures in one schema for all targets',
    patch: {
      ...SESSIONS_CHANGED,
      [PROJECT]: append('data_tests:\n  shop:\n    no_negative_revenue:\n      +store_failures: true\n'),
      ...macro(
        'generate_schema_name',
        '{{ return("audit" if b.resource_type == "test" else target.schema ~ ("_" ~ a if a else "")) }}',
      ),
    },
    found: ['writes production: no_negative_revenue'],
  },
  {
    name: 'a dbt snapshot with target_schema does not run',
    patch: {
      ...VISITS_CHANGED,
      'snapshots/products.sql': replace("strategy='check'", "target_schema='public', strategy='check'"),
    },
    found: [],
  },
  {
    name: 'a model in another database',
    patch: { [VISITS]: replace('config(', "config(database='events', ") },
    found: [],
  },
];

const KEEPING_NAMES: readonly GuardCase[] = [
  {
    name: 'a function, which dbt run does not build',
    patch: { 'functions/is_big.sql': replace('100', '200') },
    found: ['function not built: is_big'],
    // Functions exist since dbt 1.11: earlier ones do not read the folder.
    byVersion: { '1.10': [] },
  },
  {
    name: 'a function, allowed',
    patch: { 'functions/is_big.sql': replace('100', '200') },
    allowed: ['is_big'],
    found: [],
  },
  {
    name: 'a dynamic table',
    patch: {
      'models/marts/live_totals.sql':
        "{{ config(materialized='dynamic_table', target_lag='1 hour', snowflake_warehouse='w') }}\nselect count(*) as n from {{ ref('visits') }}\n",
    },
    found: ['cannot be re-pointed: live_totals'],
  },
];

const WRITTEN: readonly GuardCase[] = [
  {
    name: 'on-run-start names production',
    patch: { ...VISITS_CHANGED, [PROJECT]: append('on-run-end: ["grant usage on schema public to role bi"]\n') },
    found: ['production name in a hook: shop-on-run-end-0'],
    says: /project hook shop-on-run-end-0 \(dbt_project\.yml\), line 1 names production schema PUBLIC: "grant usage on schema public to role bi"/,
  },
  {
    name: 'a hook allowed by a person',
    patch: { ...VISITS_CHANGED, [PROJECT]: append('on-run-end: ["grant usage on schema public to role bi"]\n') },
    allowed: ['shop-on-run-end-0'],
    found: [],
  },
  {
    name: 'the role PUBLIC is no schema',
    patch: {
      ...VISITS_CHANGED,
      [PROJECT]: append('on-run-end: ["grant select on {{ target.schema }}.x to role public"]\n'),
    },
    found: [],
  },
  {
    name: 'post-hook with a quoted name',
    patch: { [VISITS]: replace('config(', `config(post_hook='insert into "ANALYTICS"."PUBLIC"."LOG" select 1', `) },
    found: ['production name in a hook: visits'],
  },
  {
    name: 'post-hook into another database or the upcoming schema',
    patch: {
      [VISITS]: replace(
        'config(',
        "config(post_hook=['delete from other.public.log', 'delete from public_upcoming.log'], ",
      ),
    },
    found: [],
  },
  {
    name: 'post-hook of a model that does not run',
    patch: {
      ...VISITS_CHANGED,
      'models/reference/country_names.sql': (sql) =>
        `{{ config(post_hook='grant select on public.log to role bi') }}\n${sql}`,
    },
    found: [],
  },
  {
    name: 'macro called in is_incremental() names production in any case',
    patch: {
      ...macro('log_load', "{% do run_query('delete from Public_Marts.log where ' ~ a) %}"),
      [VISITS]: append("where true {% if is_incremental() %}{{ log_load('true', 1) }}{% endif %}\n"),
    },
    found: ['production name in a macro: log_load'],
    says: /macro log_load \(macros\/log_load\.sql\), line 1 names production schema PUBLIC_MARTS/,
  },
  {
    name: 'macro below a hook, by keyword argument',
    patch: {
      ...macro('outer_hook', '{{ inner_hook(1, 2) }}'),
      ...macro(
        'inner_hook',
        "{% do adapter.create_schema(api.Relation.create(database=target.database, schema='public')) %}",
      ),
      [VISITS]: replace('config(', 'config(post_hook="{{ outer_hook(1, 2) }}", '),
    },
    found: ['production name in a macro: inner_hook'],
  },
  {
    name: 'macro that nothing calls, and a name in a comment',
    patch: {
      ...macro('unused', 'delete from public.log'),
      ...macro('label', "-- never public.log\n'x'"),
      [VISITS]: replace('select session_id', 'select session_id, {{ label(1, 2) }} as label'),
    },
    found: [],
  },
  {
    name: 'override of what dbt calls by itself',
    patch: { ...VISITS_CHANGED, ...macro('snowflake__get_merge_sql', 'merge into analytics.public.x') },
    found: ['production name in a macro: snowflake__get_merge_sql'],
  },
  {
    name: "overrides of what dbt's Python code calls by name",
    patch: {
      ...VISITS_CHANGED,
      ...macro('snowflake__rename_relation', 'alter table analytics.public.x rename to y'),
      ...macro('check_schema_exists', "select 1 from public.known where name = 'x'"),
    },
    found: [
      'production name in a macro: snowflake__rename_relation',
      'production name in a macro: check_schema_exists',
    ],
  },
  {
    name: 'model that sends a statement of its own',
    patch: { [VISITS]: append("{% do run_query('truncate table public.log') %}\n") },
    found: ['production name in a model that runs statements: visits'],
    says: /models\/events\/visits\.sql:3 names production schema PUBLIC/,
  },
  {
    name: 'model that only reads production by name',
    patch: { [VISITS]: append('join public.stg_event_1 using (session_id)\n') },
    found: [],
  },
  {
    name: 'source inside a production schema',
    patch: { ...VISITS_CHANGED, 'models/staging/sources.yml': replace('schema: raw', 'schema: public') },
    found: ['source in a production schema: raw.product_event_1', 'source in a production schema: raw.product_event_2'],
  },
  {
    name: 'source inside a production schema, allowed',
    patch: { ...VISITS_CHANGED, 'models/staging/sources.yml': replace('schema: raw', 'schema: public') },
    allowed: ['raw.product_event_1', 'source.shop.raw.product_event_2'],
    found: [],
  },
];

export const GUARD_CASES: readonly GuardCase[] = [...RENDERED, ...KEEPING_NAMES, ...WRITTEN];
