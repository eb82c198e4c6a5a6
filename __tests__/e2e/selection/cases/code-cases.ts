/** Changes of model, macro and seed text. */
import type { ChangeCase } from '../support/change-case.js';
import {
  append,
  BELOW_EVENT_1,
  BELOW_EVENT_2,
  BELOW_STAGING_1,
  BELOW_STAGING_2,
  BESIDE_STAGING_1,
  BESIDE_STAGING_2,
  MONEY_PACKAGE,
  replace,
} from './lineage.js';

const EVENT_1 = 'models/events/product_event_1.sql';
const BIG_SEED = `kind,label\n${'a,add a product to the basket\n'.repeat(40_000)}`;

const REF_OVERRIDDEN = [
  'country_names: macro ref changed',
  'product_event_1: macro ref changed',
  'product_event_2: macro ref changed',
  'windows: macro ref changed',
  'audit_view: macro ref changed',
  'country_list: macro ref changed; reads country_names, which is rebuilt',
  'product_history: macro ref changed',
  'sessions: macro ref changed; reads product_event_1, which is rebuilt; reads product_event_2, which is rebuilt',
  'visits: macro ref changed; ephemeral model session_ids: macro ref changed',
  'big_sessions: macro ref changed; reads visits, which is rebuilt',
  'sessions_daily: macro ref changed; reads sessions, which is rebuilt',
  'scores: macro ref changed; reads sessions_daily, which is rebuilt',
  'sessions_view: macro ref changed; reads sessions_daily, which is rebuilt',
];

export const CODE_CASES: readonly ChangeCase[] = [
  { name: 'nothing that dbt reads', patch: { 'README.md': 'Hello.\n' }, rebuilt: [] },
  {
    name: 'body of an incremental model',
    patch: { [EVENT_1]: replace('price, loaded_at', 'price * 2 as price, loaded_at') },
    rebuilt: ['product_event_1: body changed', ...BELOW_EVENT_1],
  },
  {
    name: 'body of a view above incremental models',
    patch: { 'models/staging/stg_event_2.sql': append("where country <> 'XX'\n") },
    rebuilt: ['stg_event_2: body changed', ...BELOW_STAGING_2],
    notRebuilt: BESIDE_STAGING_2,
  },
  {
    name: 'comment added, dbt selects it',
    patch: { [EVENT_1]: append('-- prices are in dollars\n') },
    rebuilt: [],
    notRebuilt: ['product_event_1 (carry): [metadata] body changed in comments or white space only'],
  },
  {
    name: 'layout and Jinja comment changed, dbt selects it',
    patch: {
      [EVENT_1]: (sql) =>
        sql.replace('select event_id, session_id', '{# columns #}\nselect\n  event_id,\n  session_id'),
    },
    rebuilt: [],
    notRebuilt: ['product_event_1 (carry): [metadata] body changed in comments or white space only'],
  },
  {
    name: 'blanks inside a string are data',
    live: { [EVENT_1]: append("  and session_id <> 'a b'\n") },
    patch: { [EVENT_1]: replace("'a b'", "'a  b'") },
    rebuilt: ['product_event_1: body changed', ...BELOW_EVENT_1],
  },
  {
    name: 'body changed inside is_incremental() only, dbt selects it',
    patch: { [EVENT_1]: replace('loaded_at > (', 'loaded_at >= (') },
    rebuilt: [],
    notRebuilt: ['product_event_1 (carry): [future loads] body changed in its incremental branch only'],
  },
  {
    name: 'an is_incremental() branch added',
    patch: { 'models/events/visits.sql': append('{% if is_incremental() %} where true {% endif %}\n') },
    rebuilt: [],
    notRebuilt: ['visits (carry): [future loads] body changed in its incremental branch only'],
  },
  {
    name: 'quote style changed, the same to Snowflake but not to a text',
    patch: { 'models/marts/sessions.sql': replace('as revenue', 'as "REVENUE"') },
    rebuilt: ['sessions: body changed', ...BELOW_EVENT_1.slice(1)],
  },
  {
    name: 'macro two levels below a model',
    patch: { 'macros/money.sql': replace(', 2)', ', 3)') },
    rebuilt: ['stg_event_1: macro round_money changed, called by macro cents_to_dollars', ...BELOW_STAGING_1],
    notRebuilt: BESIDE_STAGING_1,
  },
  {
    name: 'macro called inside is_incremental() only, dbt misses it',
    patch: { 'macros/loading.sql': replace('select max(', 'select 1 + max(') },
    rebuilt: [],
    notRebuilt: ['product_event_1 (carry): [future loads] macro newest changed'],
  },
  {
    name: 'macro called inside execute only, dbt misses it',
    patch: { 'macros/loading.sql': replace("'DE']", "'DE', 'FR']") },
    rebuilt: ['product_event_2: macro known_countries changed', ...BELOW_EVENT_2],
  },
  {
    name: 'comment in a macro, dbt selects its callers',
    patch: { 'macros/loading.sql': replace('{% set found', '{# where we sell #} {% set found') },
    rebuilt: [],
    notRebuilt: ['product_event_2 (carry): [metadata] macro known_countries changed in comments or white space only'],
  },
  { name: 'macro that nobody calls', patch: { 'macros/loading.sql': replace('select 1', 'select 2') }, rebuilt: [] },
  {
    name: 'macro of a package overridden by name',
    live: {
      ...MONEY_PACKAGE,
      'dbt_packages/money/macros/tax.sql': '{% macro tax(column) %}{{ column }} * 0.08{% endmacro %}\n',
      'models/events/visits.sql': append("where {{ money.tax('1') }} > 0\n"),
    },
    patch: { 'dbt_packages/money/macros/tax.sql': replace('0.08', '0.081') },
    rebuilt: ['visits: macro tax changed', 'big_sessions: reads visits, which is rebuilt'],
  },
  {
    name: 'dispatch override of a package macro',
    live: {
      'macros/dispatched.sql':
        "{% macro label() %}{{ return(adapter.dispatch('label')()) }}{% endmacro %}\n{% macro default__label() %}'x'{% endmacro %}\n",
      'models/events/visits.sql': replace('select session_id', 'select session_id, {{ label() }} as label'),
    },
    patch: { 'macros/snowflake_label.sql': "{% macro snowflake__label() %}'y'{% endmacro %}\n" },
    rebuilt: [
      'visits: macro snowflake__label is new, called by macro label',
      'big_sessions: reads visits, which is rebuilt',
    ],
  },
  {
    name: 'ref overridden by the project',
    live: { 'macros/ref.sql': '{% macro ref(name) %}{{ return(builtins.ref(name)) }}{% endmacro %}\n' },
    patch: { 'macros/ref.sql': replace('(builtins.ref(name))', '(builtins.ref(name).include(database=false))') },
    scope: 'all',
    rebuilt: REF_OVERRIDDEN,
    // dbt 2.x records no macro for a Python model.
    byVersion: {
      '2.0': { rebuilt: REF_OVERRIDDEN.map((line) => line.replace('scores: macro ref changed; ', 'scores: ')) },
    },
    notRebuilt: [
      'audit_log (protected): [rebuild] macro ref changed',
      'products_snapshot (protected): [rebuild] macro ref changed',
      'session_ids (carry): [rebuild] macro ref changed',
    ],
  },
  {
    name: 'seed content',
    patch: { 'seeds/event_kinds.csv': append('c,close\n') },
    rebuilt: [
      'event_kinds: seed content changed',
      'product_event_2: reads event_kinds, which is rebuilt',
      ...BELOW_EVENT_2,
    ],
  },
  {
    name: 'seed over 1 MiB, dbt misses it',
    live: { 'seeds/event_kinds.csv': () => BIG_SEED },
    patch: { 'seeds/event_kinds.csv': append('z,last line\n') },
    rebuilt: [
      'event_kinds: seed content changed',
      'product_event_2: reads event_kinds, which is rebuilt',
      ...BELOW_EVENT_2,
    ],
  },
  {
    name: 'Python model',
    patch: { 'models/marts/scores.py': replace('dbt.ref("sessions_daily")', 'dbt.ref("sessions")') },
    rebuilt: [],
    notRebuilt: ['scores (carry): [rebuild] body changed; [rebuild] reads sessions now, reads sessions_daily no more'],
  },
  {
    name: 'ephemeral model: its readers hold its query',
    patch: { 'models/staging/session_ids.sql': append('where session_id is not null\n') },
    rebuilt: ['visits: ephemeral model session_ids: body changed', 'big_sessions: reads visits, which is rebuilt'],
    notRebuilt: ['session_ids (carry): [rebuild] body changed'],
  },
  {
    name: 'function: what calls it is rebuilt',
    patch: { 'functions/is_big.sql': replace('100', '200') },
    rebuilt: ['big_sessions: function is_big: body changed'],
    notRebuilt: ['is_big (carry): [rebuild] body changed'],
    // Functions exist since dbt 1.11: earlier ones do not read the folder.
    byVersion: { '1.10': { rebuilt: [], notRebuilt: [] } },
  },
  {
    name: 'dbt snapshot: never rebuilt',
    patch: { 'snapshots/products.sql': replace('event_id, price', 'event_id, price, session_id') },
    rebuilt: [],
    notRebuilt: ['products_snapshot (protected): [rebuild] body changed'],
  },
  {
    name: 'full_refresh: false: never rebuilt, nor what reads it',
    patch: { 'models/events/audit_log.sql': replace('event_id, loaded_at', 'event_id, country, loaded_at') },
    rebuilt: [],
    notRebuilt: ['audit_log (protected): [rebuild] body changed'],
  },
];
