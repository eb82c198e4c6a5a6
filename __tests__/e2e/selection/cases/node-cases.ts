/** Nodes that appear, disappear, move, or mean something else. */
import type { ChangeCase } from '../support/change-case.js';
import { append, BELOW_EVENT_1, BELOW_STAGING_1, BESIDE_STAGING_1, replace } from './lineage.js';

const VISITS = 'models/events/visits.sql';
const VISITS_SQL =
  "{{ config(materialized='incremental', unique_key='session_id') }}\nselect session_id from {{ ref('session_ids') }}\n";
const OUTSIDE = (name: string, reason: string): string => `${name} (carry): [rebuild] ${reason}`;

const NEW_AND_GONE: readonly ChangeCase[] = [
  {
    name: 'new incremental model on a new view',
    patch: {
      'models/staging/stg_new.sql': "select 1 as id from {{ ref('stg_event_1') }}\n",
      'models/events/product_event_3.sql':
        "{{ config(materialized='incremental') }}\nselect id from {{ ref('stg_new') }}\n",
    },
    rebuilt: ['stg_new: new model', 'product_event_3: new model; reads stg_new, which is rebuilt'],
  },
  {
    name: 'new view alone: the schedule builds it',
    patch: { 'models/staging/stg_new.sql': 'select 1 as id\n' },
    rebuilt: [],
    notRebuilt: [OUTSIDE('stg_new', 'new model')],
  },
  {
    name: 'new model with full_refresh: false has nothing to protect',
    patch: {
      'models/events/log_2.sql': "{{ config(materialized='incremental', full_refresh=false) }}\nselect 1 as id\n",
    },
    rebuilt: ['log_2: new model'],
  },
  {
    name: 'new dbt snapshot with a reader',
    patch: {
      'snapshots/more.sql':
        "{% snapshot more %}{{ config(unique_key='event_id', strategy='check', check_cols='all') }}select * from {{ ref('stg_event_2') }}{% endsnapshot %}\n",
      'models/events/from_more.sql': "{{ config(materialized='incremental') }}\nselect * from {{ ref('more') }}\n",
    },
    rebuilt: ['from_more: new model'],
    notRebuilt: [OUTSIDE('more', 'new snapshot')],
    notes: [
      'from_more reads more, which production does not have and this plan does not build: its build will fail until it exists in production',
    ],
  },
  {
    name: 'model deleted with its reader',
    patch: {
      [VISITS]: null,
      'models/marts/big_sessions.sql': null,
      'models/marts/schema.yml': (text) => text.replace(/ +- relationships:\n.*\n/, ''),
    },
    rebuilt: [],
    removed: ['model.shop.big_sessions: deleted', 'model.shop.visits: deleted'],
  },
  {
    name: 'model disabled',
    patch: { 'models/marts/big_sessions.sql': replace("materialized='incremental'", 'enabled=false') },
    rebuilt: [],
    removed: ['model.shop.big_sessions: disabled'],
  },
  {
    name: 'model enabled, outside the scope',
    patch: { 'models/reference/retired.sql': replace('enabled=false', 'enabled=true') },
    rebuilt: [],
    notRebuilt: [OUTSIDE('retired', 'new model')],
  },
];

const MOVED: readonly ChangeCase[] = [
  {
    name: 'file moved to another folder, dbt selects it',
    patch: { [VISITS]: null, 'models/events/deeper/visits.sql': VISITS_SQL },
    rebuilt: [],
    notRebuilt: ['visits (carry): [metadata] file moved from models/events/visits.sql'],
  },
  {
    name: 'file renamed: a new relation, the old one stays behind',
    patch: {
      'models/marts/big_sessions.sql': null,
      'models/marts/large_sessions.sql':
        "{{ config(materialized='incremental') }}\nselect * from {{ ref('visits') }} where {{ function('is_big') }}(1)\n",
    },
    rebuilt: ['large_sessions: new model'],
    removed: ['model.shop.big_sessions: deleted'],
  },
  {
    name: 'file renamed under the old alias: the same relation, dbt selects it',
    live: { 'models/added.yml': 'version: 2\nmodels:\n  - name: big_sessions\n    config: {alias: big}\n' },
    patch: {
      'models/added.yml': replace('name: big_sessions', 'name: large_sessions'),
      'models/marts/big_sessions.sql': null,
      'models/marts/large_sessions.sql':
        "{{ config(materialized='incremental') }}\nselect * from {{ ref('visits') }} where {{ function('is_big') }}(1)\n",
    },
    rebuilt: [],
    notRebuilt: ['large_sessions (carry): [metadata] renamed from big_sessions'],
  },
  {
    name: 'alias',
    patch: { 'models/added.yml': 'version: 2\nmodels:\n  - name: visits\n    config: {alias: all_visits}\n' },
    rebuilt: [
      'visits: relation moves from analytics.public.visits to analytics.public.all_visits',
      'big_sessions: reads visits, which is rebuilt',
    ],
    removed: ['model.shop.visits: moves to analytics.public.all_visits'],
  },
  {
    name: 'schema of a folder in dbt_project.yml',
    patch: { 'dbt_project.yml': replace('+schema: marts', '+schema: gold') },
    selected: ['model.shop.sessions', 'model.shop.big_sessions'],
    rebuilt: [
      'sessions: relation moves from analytics.public_marts.sessions to analytics.public_gold.sessions',
      'big_sessions: relation moves from analytics.public_marts.big_sessions to analytics.public_gold.big_sessions',
    ],
    notRebuilt: ['audit_view', 'product_history', 'scores', 'sessions_daily', 'sessions_view'].map((name) => {
      const read = { scores: 'sessions_daily', sessions_daily: 'sessions', sessions_view: 'sessions_daily' }[name];
      const below = read === undefined ? '' : `; [rebuild] reads ${read}, which is rebuilt`;
      return `${name} (carry): [rebuild] relation moves from analytics.public_marts.${name} to analytics.public_gold.${name}${below}`;
    }),
    removed: [
      'audit_view',
      'big_sessions',
      'product_history',
      'scores',
      'sessions',
      'sessions_daily',
      'sessions_view',
    ].map((name) => `model.shop.${name}: moves to analytics.public_gold.${name}`),
  },
  {
    name: 'generate_schema_name that moves relations, dbt misses it',
    patch: {
      'macros/schemas.sql':
        '{% macro generate_schema_name(custom, node) %}{{ return(target.schema ~ ("__" ~ custom if custom else "")) }}{% endmacro %}\n',
    },
    selected: ['model.shop.big_sessions'],
    rebuilt: [
      'big_sessions: relation moves from analytics.public_marts.big_sessions to analytics.public__marts.big_sessions',
    ],
    notRebuilt: ['audit_view', 'product_history', 'scores', 'sessions', 'sessions_daily', 'sessions_view'].map(
      (name) => {
        const read = { scores: 'sessions_daily', sessions_daily: 'sessions', sessions_view: 'sessions_daily' }[name];
        const below = read === undefined ? '' : `; [rebuild] reads ${read}, which is rebuilt`;
        return `${name} (carry): [rebuild] relation moves from analytics.public_marts.${name} to analytics.public__marts.${name}${below}`;
      },
    ),
    removed: [
      'audit_view',
      'big_sessions',
      'product_history',
      'scores',
      'sessions',
      'sessions_daily',
      'sessions_view',
    ].map((name) => `model.shop.${name}: moves to analytics.public__marts.${name}`),
  },
];

const MEANING: readonly ChangeCase[] = [
  {
    name: 'source in another schema',
    patch: { 'models/staging/sources.yml': replace('schema: raw', 'schema: raw_2') },
    selected: ['model.shop.stg_event_1', 'model.shop.product_event_1'],
    rebuilt: [
      'stg_event_1: source raw.product_event_1 is analytics.raw_2.product_event_1 now (was analytics.raw.product_event_1)',
      BELOW_STAGING_1[0] ?? '',
    ],
    notRebuilt: [
      ...BESIDE_STAGING_1,
      OUTSIDE(
        'stg_event_2',
        'source raw.product_event_2 is analytics.raw_2.product_event_2 now (was analytics.raw.product_event_2)',
      ),
      OUTSIDE('product_event_2', 'reads stg_event_2, which is rebuilt'),
      OUTSIDE('visits', 'reads stg_event_2 through ephemeral model session_ids, and that is rebuilt'),
      OUTSIDE('big_sessions', 'reads visits, which is rebuilt'),
      OUTSIDE('windows', 'reads stg_event_1, which is rebuilt'),
      'sessions (carry): [rebuild] reads product_event_1, which is rebuilt; [rebuild] reads product_event_2, which is rebuilt',
      ...BELOW_EVENT_1.slice(1).map((line) => line.replace(': ', ' (carry): [rebuild] ')),
    ],
  },
  {
    name: 'latest version of a model',
    live: {
      'models/events/kinds_v1.sql': 'select 1 as id\n',
      'models/events/kinds_v2.sql': 'select 1 as id\n',
      'models/added.yml':
        'version: 2\nmodels:\n  - name: kinds\n    latest_version: 1\n    versions: [{v: 1}, {v: 2}]\n',
      [VISITS]: append("join {{ ref('kinds') }} on true\n"),
    },
    patch: { 'models/added.yml': replace('latest_version: 1', 'latest_version: 2') },
    rebuilt: ['visits: reads kinds.v2 now, reads kinds.v1 no more', 'big_sessions: reads visits, which is rebuilt'],
  },
  {
    name: 'view made ephemeral',
    patch: {
      'models/added.yml': 'version: 2\nmodels:\n  - name: stg_event_2\n    config: {materialized: ephemeral}\n',
    },
    selected: ['model.shop.visits'],
    rebuilt: ['visits: ephemeral model stg_event_2: config materialized changed: view to ephemeral'],
    notRebuilt: [
      'audit_log (protected): [rebuild] ephemeral model stg_event_2: config materialized changed: view to ephemeral',
      OUTSIDE('product_event_2', 'ephemeral model stg_event_2: config materialized changed: view to ephemeral'),
      OUTSIDE('stg_event_2', 'config materialized changed: view to ephemeral'),
      OUTSIDE('big_sessions', 'reads visits, which is rebuilt'),
      OUTSIDE('sessions', 'reads product_event_2, which is rebuilt'),
      ...BELOW_EVENT_1.slice(1).map((line) => line.replace(': ', ' (carry): [rebuild] ')),
    ],
    removed: ['model.shop.stg_event_2: ephemeral now: its readers hold its query'],
  },
];

const NARROWED: readonly ChangeCase[] = [
  {
    name: 'a part without an incremental model is left to the schedule',
    patch: { 'seeds/countries.csv': append('FR,France\n') },
    rebuilt: [],
    notRebuilt: [
      OUTSIDE('countries', 'seed content changed'),
      OUTSIDE('country_names', 'reads countries, which is rebuilt'),
      OUTSIDE('country_list', 'reads country_names, which is rebuilt'),
    ],
  },
  {
    name: 'scope: all',
    patch: { 'seeds/countries.csv': append('FR,France\n') },
    scope: 'all',
    rebuilt: [
      'countries: seed content changed',
      'country_names: reads countries, which is rebuilt',
      'country_list: reads country_names, which is rebuilt',
    ],
  },
  {
    name: 'a selected model pulls in the new one that it reads',
    patch: {
      'models/staging/stg_new.sql': "select 1 as id from {{ ref('stg_event_1') }}\n",
      'models/events/product_event_3.sql':
        "{{ config(materialized='incremental') }}\nselect id from {{ ref('stg_new') }}\n",
      [VISITS]: append('where true\n'),
    },
    selected: ['model.shop.product_event_3'],
    rebuilt: ['stg_new: new model', 'product_event_3: new model; reads stg_new, which is rebuilt'],
    notRebuilt: [OUTSIDE('visits', 'body changed'), OUTSIDE('big_sessions', 'reads visits, which is rebuilt')],
  },
];

export const NODE_CASES: readonly ChangeCase[] = [...NEW_AND_GONE, ...MOVED, ...MEANING, ...NARROWED];
