/** Changes that show nowhere in the text of the model that they change, and texts that only look like a change. */
import type { ChangeCase } from '../support/change-case.js';
import type { Patch } from '../support/parsed-projects.js';
import { append, BELOW_EVENT_1, MONEY_PACKAGE, replace } from './lineage.js';

const PROJECT = 'dbt_project.yml';
const VISITS = 'models/events/visits.sql';
const VISITS_CONFIG = "unique_key='session_id')";
const EVENTS_YAML = 'models/events/schema.yml';
const SOURCES = 'models/staging/sources.yml';
const AFTER_VISITS = 'big_sessions: reads visits, which is rebuilt';
const IN_CONFIG_ONLY = '[metadata] body changed in its configuration only';

function yaml(...entries: readonly string[]): Patch {
  return { 'models/added.yml': `version: 2\nmodels:\n${entries.map((entry) => `  - ${entry}\n`).join('')}` };
}

function macro(name: string, body: string): Patch {
  return { [`macros/${name}.sql`]: `{% macro ${name}() %}${body}{% endmacro %}\n` };
}

/** The fixtures' variables, moved to a file of their own. */
const VARS = "vars:\n  first_day: '2020-01-01'\n  late_hours: 3\n  row_limit: 10\n";

function withoutVars(project: string): string {
  return project.replace(/^vars:\n(?: .*\n)+/m, '');
}

const EXPOSURE =
  "version: 2\nexposures:\n  - name: board\n    type: dashboard\n    owner: {email: bi@example.invalid}\n    depends_on: [ref('visits')]\n";

const SNAPSHOT =
  "version: 2\nsnapshots:\n  - name: more\n    relation: ref('stg_event_2')\n    config: {unique_key: event_id, strategy: check, check_cols: all}\n";

const BELOW_EVENT_KINDS = [
  'product_event_2: reads event_kinds, which is rebuilt',
  'sessions: reads product_event_2, which is rebuilt',
  ...BELOW_EVENT_1.slice(1),
];

const MACROS: readonly ChangeCase[] = [
  {
    name: 'dispatch order in dbt_project.yml, dbt misses it',
    live: {
      ...MONEY_PACKAGE,
      'dbt_packages/money/macros/tax.sql':
        "{% macro tax(x) %}{{ return(adapter.dispatch('tax', 'money')(x)) }}{% endmacro %}\n{% macro default__tax(x) %}{{ x }} * 0.08{% endmacro %}\n",
      'macros/default_tax.sql': '{% macro default__tax(x) %}{{ x }} * 0.1{% endmacro %}\n',
      [VISITS]: append("where {{ money.tax('1') }} > 0\n"),
    },
    patch: { [PROJECT]: append('dispatch:\n  - macro_namespace: money\n    search_order: [money, shop]\n') },
    rebuilt: ['visits: dispatch order of money changed, used by macro tax', AFTER_VISITS],
  },
  {
    name: 'dispatch order in dbt_project.yml that finds the same macros',
    patch: { [PROJECT]: append('dispatch:\n  - macro_namespace: dbt\n    search_order: [shop, dbt]\n') },
    rebuilt: [],
  },
  {
    name: 'dispatch order that leaves an override of dbt out',
    live: {
      'macros/dateadd.sql':
        "{% macro snowflake__dateadd(part, many, from) %}{{ from }} + interval '{{ many }} {{ part }}'{% endmacro %}\n",
      [VISITS]: append("where {{ dbt.dateadd('day', 1, 'current_date') }} > current_date\n"),
    },
    patch: { [PROJECT]: append('dispatch:\n  - macro_namespace: dbt\n    search_order: [dbt]\n') },
    rebuilt: ['visits: dispatch order of dbt changed, used by macro dateadd', AFTER_VISITS],
  },
  {
    name: 'macro in config() that answers otherwise when it runs',
    live: {
      ...macro('header', "{{ return('') if not execute else return('set x = ' ~ header_value()) }}"),
      ...macro('header_value', '1'),
      [VISITS]: replace(VISITS_CONFIG, `sql_header=header(), ${VISITS_CONFIG}`),
    },
    patch: { 'macros/header_value.sql': replace('%}1{%', '%}2{%') },
    rebuilt: ['visits: macro header_value changed, called by macro header, in config()', AFTER_VISITS],
  },
  {
    name: 'macro of a package shadowed by the project through dispatch',
    live: {
      ...MONEY_PACKAGE,
      'dbt_packages/money/macros/tax.sql':
        "{% macro tax(x) %}{{ return(adapter.dispatch('tax', 'money')(x)) }}{% endmacro %}\n{% macro default__tax(x) %}{{ x }} * 0.08{% endmacro %}\n",
      [VISITS]: append("where {{ money.tax('1') }} > 0\n"),
    },
    patch: { 'macros/default_tax.sql': '{% macro default__tax(x) %}{{ x }} * 0.1{% endmacro %}\n' },
    rebuilt: ['visits: macro default__tax is new, called by macro tax', AFTER_VISITS],
  },
  {
    name: 'macro in config() that makes tags, dbt selects it',
    live: {
      ...macro('layer_tags', "{{ return(['nightly']) }}"),
      [VISITS]: replace(VISITS_CONFIG, `tags=layer_tags(), ${VISITS_CONFIG}`),
    },
    patch: { 'macros/layer_tags.sql': replace('nightly', 'hourly') },
    rebuilt: [],
    notRebuilt: [
      'visits (carry): [metadata] config tags changed: ["nightly"] to ["hourly"]; [metadata] macro layer_tags changed, in config()',
    ],
  },
  {
    name: 'macro in config() that makes the key',
    live: {
      ...macro('key_of_visits', "{{ return('session_id') }}"),
      [VISITS]: replace(VISITS_CONFIG, 'unique_key=key_of_visits())'),
    },
    patch: { 'macros/key_of_visits.sql': replace("'session_id'", "['session_id']") },
    rebuilt: [
      'visits: config unique_key changed: session_id to ["session_id"]; [metadata] macro key_of_visits changed, in config()',
      AFTER_VISITS,
    ],
  },
  {
    name: 'is_incremental overridden: its branches may be taken in a full refresh',
    patch: macro('is_incremental', '{{ return(false) }}'),
    rebuilt: ['product_event_1: macro is_incremental is new', ...BELOW_EVENT_1],
  },
  {
    name: "a project's own materialization",
    live: {
      'macros/bit_by_bit.sql':
        "{% materialization bit_by_bit, default %}{{ return({'relations': [this]}) }}{% endmaterialization %}\n",
      [VISITS]: replace("materialized='incremental'", "materialized='bit_by_bit'"),
    },
    patch: { 'macros/bit_by_bit.sql': replace('{{ return', '{% do log(1) %}{{ return') },
    rebuilt: [
      'visits: macro materialization_bit_by_bit_default changed, used by the materialization bit_by_bit',
      AFTER_VISITS,
    ],
  },
];

const READ_FROM_YAML: readonly ChangeCase[] = [
  {
    name: 'meta that the model reads',
    live: {
      ...yaml('{name: visits, config: {meta: {days: 1}}}'),
      [VISITS]: append("limit {{ config.get('meta').days }}\n"),
    },
    patch: { 'models/added.yml': replace('days: 1', 'days: 2') },
    rebuilt: ['visits: config meta changed: {"days":1} to {"days":2}', AFTER_VISITS],
  },
  {
    name: 'tags that a macro reads',
    live: {
      ...yaml('{name: visits, config: {tags: [eu]}}'),
      ...macro('region_filter', "{% if 'eu' in model.tags %}where true{% endif %}"),
      [VISITS]: append('{{ region_filter() }}\n'),
    },
    patch: { 'models/added.yml': replace('[eu]', '[us]') },
    rebuilt: ['visits: config tags changed: ["eu"] to ["us"]', AFTER_VISITS],
  },
  {
    name: 'columns in YAML that a macro reads, dbt misses it',
    live: {
      ...yaml('{name: visits, columns: [{name: session_id}]}'),
      ...macro('typed_columns', '{% for column in model.columns.values() %}, 1 as {{ column.name }}_2{% endfor %}'),
      [VISITS]: replace('select session_id', 'select session_id {{ typed_columns() }}'),
    },
    patch: { 'models/added.yml': replace('[{name: session_id}]', '[{name: session_id}, {name: more}]') },
    rebuilt: ['visits: columns in YAML changed, which its code reads', AFTER_VISITS],
  },
  {
    name: 'columns in YAML that no code reads',
    live: yaml('{name: visits, columns: [{name: session_id}]}'),
    patch: { 'models/added.yml': replace('[{name: session_id}]', '[{name: session_id, data_type: varchar}]') },
    rebuilt: [],
  },
  {
    name: 'option that a Python model reads',
    live: {
      ...yaml('{name: scores, config: {meta: {threshold: 1}}}'),
      'models/marts/scores.py': append('\n# dbt.config.get("meta")\n'),
    },
    patch: { 'models/added.yml': replace('threshold: 1', 'threshold: 2') },
    scope: 'all',
    rebuilt: ['scores: config meta changed: {"threshold":1} to {"threshold":2}'],
  },
  {
    name: 'variables in vars.yml, which dbt reads from 1.12 on',
    live: { [VISITS]: append("limit {{ var('row_limit', 5) }}\n"), [PROJECT]: withoutVars, 'vars.yml': VARS },
    patch: { 'vars.yml': replace('row_limit: 10', 'row_limit: 20') },
    rebuilt: ['visits: variable row_limit changed', AFTER_VISITS],
    byVersion: { '1.10': { rebuilt: [] }, '1.11': { rebuilt: [] } },
  },
];

const CONTRACTS_AND_RELATIONS: readonly ChangeCase[] = [
  {
    name: 'a model moves from a package into the project: the same relation',
    live: {
      ...MONEY_PACKAGE,
      'dbt_packages/money/models/rates.sql': "{{ config(materialized='incremental') }}\nselect 1 as id\n",
      [VISITS]: append("join {{ ref('rates') }} on true\n"),
    },
    patch: {
      'dbt_packages/money/models/rates.sql': null,
      'models/events/rates.sql': "{{ config(materialized='incremental') }}\nselect 1 as id\n",
    },
    rebuilt: [],
    notRebuilt: ['rates (carry): [metadata] moved from package money'],
  },
  {
    name: 'a constraint in an enforced contract',
    patch: {
      [EVENTS_YAML]: replace(
        'data_type: number(38, 2)',
        'data_type: number(38, 2)\n        constraints: [{type: not_null}]',
      ),
    },
    rebuilt: [],
    notRebuilt: ['product_event_1 (carry): [metadata] constraints changed: the table gets them when it is rebuilt'],
  },
  {
    name: 'a type in another case',
    patch: { [EVENTS_YAML]: replace('data_type: timestamp', 'data_type: TIMESTAMP') },
    rebuilt: [],
  },
  {
    name: 'alias in another case: the same relation',
    patch: yaml('{name: visits, config: {alias: VISITS}}'),
    rebuilt: [],
  },
  {
    name: 'aliases of two models exchanged',
    live: yaml('{name: visits, config: {alias: one}}', '{name: windows, config: {alias: two}}'),
    patch: { 'models/added.yml': (text) => text.replace('one', 'x').replace('two', 'one').replace('x', 'two') },
    rebuilt: [
      'windows: relation moves from analytics.public.two to analytics.public.one',
      'visits: relation moves from analytics.public.one to analytics.public.two',
      AFTER_VISITS,
    ],
  },
  {
    name: 'a model takes the relation of a deleted one',
    live: { 'models/events/old_visits.sql': "{{ config(materialized='incremental') }}\nselect 1 as id\n" },
    patch: { 'models/events/old_visits.sql': null, ...yaml('{name: visits, config: {alias: old_visits}}') },
    rebuilt: ['visits: relation moves from analytics.public.visits to analytics.public.old_visits', AFTER_VISITS],
    removed: ['model.shop.visits: moves to analytics.public.old_visits'],
  },
  {
    name: 'seed replaced by a model of the same relation',
    patch: {
      'seeds/event_kinds.csv': null,
      'models/reference/event_kinds.sql': "select 'a' as kind, 'add' as label\n",
    },
    rebuilt: [
      'event_kinds: seed became a model',
      'product_event_2: reads event_kinds, which is rebuilt',
      'sessions: reads product_event_2, which is rebuilt',
      ...BELOW_EVENT_1.slice(1),
    ],
  },
  {
    name: 'identifier of a source',
    patch: {
      [SOURCES]: replace(
        '- name: product_event_1',
        '- name: product_event_1\n        identifier: "product_event_1_v2"',
      ),
    },
    selected: ['model.shop.windows', 'model.shop.stg_event_1'],
    rebuilt: [
      'stg_event_1: source raw.product_event_1 is analytics.raw.product_event_1_v2 now (was analytics.raw.product_event_1)',
      'windows: reads stg_event_1, which is rebuilt',
    ],
    notRebuilt: [
      'products_snapshot (protected): [rebuild] reads stg_event_1, which is rebuilt',
      'product_event_1 (carry): [rebuild] reads stg_event_1, which is rebuilt',
      ...BELOW_EVENT_1.map((line) => line.replace(': ', ' (carry): [rebuild] ')),
    ],
  },
  {
    name: 'event time of what a microbatch model reads',
    patch: yaml('{name: stg_event_1, config: {event_time: loaded_at}}'),
    rebuilt: ['windows: event time of stg_event_1 changed: none to loaded_at'],
    notRebuilt: ['stg_event_1 (carry): [metadata] config event_time changed: none to loaded_at'],
  },
  {
    name: 'event time of a source that a microbatch model reads, dbt misses it',
    live: { 'models/events/windows.sql': replace("ref('stg_event_1')", "source('raw', 'product_event_1')") },
    patch: {
      [SOURCES]: replace('- name: product_event_1', '- name: product_event_1\n        config: {event_time: loaded_at}'),
    },
    rebuilt: ['windows: event time of raw.product_event_1 changed: none to loaded_at'],
  },
];

const NO_DATA: readonly ChangeCase[] = [
  {
    name: 'unit test, exposure and doc block',
    live: {
      'models/docs.md': '{% docs event_id %}One event.{% enddocs %}\n',
      'models/exposures.yml': EXPOSURE,
      [EVENTS_YAML]: replace(
        'data_type: varchar',
        'description: \'{{ doc("event_id") }}\'\n        data_type: varchar',
      ),
    },
    patch: {
      'models/docs.md': replace('One event.', 'One event each.'),
      'models/exposures.yml': replace('bi@example.invalid', 'bi-2@example.invalid'),
      [EVENTS_YAML]: replace('name: rounds_prices', 'name: rounds_all_prices'),
    },
    rebuilt: [],
  },
  {
    name: 'freshness and description of a source',
    patch: {
      [SOURCES]: replace(
        '- name: product_event_1',
        '- name: product_event_1\n        description: Events.\n        config: {loaded_at_field: loaded_at, freshness: {warn_after: {count: 1, period: day}}}',
      ),
    },
    rebuilt: [],
  },
  {
    name: 'body of a version that nobody reads',
    live: {
      'models/events/kinds_v1.sql': "{{ config(materialized='incremental') }}\nselect 1 as id\n",
      'models/events/kinds_v2.sql': "{{ config(materialized='incremental') }}\nselect 1 as id\n",
      'models/added.yml':
        'version: 2\nmodels:\n  - name: kinds\n    latest_version: 2\n    versions: [{v: 1}, {v: 2}]\n',
      [VISITS]: append("join {{ ref('kinds', v=1) }} on true\n"),
    },
    patch: { 'models/events/kinds_v2.sql': replace('select 1', 'select 2') },
    rebuilt: ['kinds.v2: body changed'],
  },
  {
    name: 'dbt snapshot in YAML reads another model',
    live: { 'snapshots/more.yml': SNAPSHOT },
    patch: { 'snapshots/more.yml': replace("ref('stg_event_2')", "ref('visits')") },
    rebuilt: [],
    notRebuilt: ['more (protected): [rebuild] body changed; [rebuild] reads visits now, reads stg_event_2 no more'],
  },
  {
    name: 'full_refresh: false added together with a change',
    patch: { [VISITS]: (sql) => `${sql.replace(VISITS_CONFIG, `full_refresh=false, ${VISITS_CONFIG}`)}where true\n` },
    rebuilt: [],
    notRebuilt: ['visits (protected): [rebuild] body changed; [metadata] config full_refresh changed: none to false'],
  },
  {
    name: 'full_refresh: false taken away together with a change',
    patch: {
      'models/events/audit_log.sql': (sql) =>
        sql.replace(', full_refresh=false', '').replace('loaded_at', 'loaded_at, 1 as one'),
    },
    rebuilt: [
      'audit_log: body changed; [metadata] config full_refresh changed: false to none',
      'audit_view: reads audit_log, which is rebuilt',
    ],
  },
  {
    name: 'two hooks that write, in another order',
    live: {
      [VISITS]: replace(
        VISITS_CONFIG,
        `post_hook=['delete from {{ this }} where 1 = 0', 'insert into {{ this }} select 1'], ${VISITS_CONFIG}`,
      ),
    },
    patch: {
      [VISITS]: replace(
        "['delete from {{ this }} where 1 = 0', 'insert into {{ this }} select 1']",
        "['insert into {{ this }} select 1', 'delete from {{ this }} where 1 = 0']",
      ),
    },
    rebuilt: [`visits: post-hook changed: delete from {{ this }} where 1 = 0; ${IN_CONFIG_ONLY}`, AFTER_VISITS],
  },
  {
    name: 'column types of a seed',
    patch: { [PROJECT]: append('seeds:\n  shop:\n    event_kinds:\n      +column_types: {kind: varchar(1)}\n') },
    rebuilt: ['event_kinds: config column_types changed: {} to {"kind":"varchar(1)"}', ...BELOW_EVENT_KINDS],
    byVersion: {
      '2.0': {
        rebuilt: ['event_kinds: config column_types changed: none to {"KIND":"varchar(1)"}', ...BELOW_EVENT_KINDS],
      },
    },
  },
];

export const INDIRECT_CASES: readonly ChangeCase[] = [
  ...MACROS,
  ...READ_FROM_YAML,
  ...CONTRACTS_AND_RELATIONS,
  ...NO_DATA,
];
