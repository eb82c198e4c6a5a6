/**
 * A dbt project of any size, shaped like those of event-stream warehouses: sources, staging views, incremental models,
 * marts, macros, seeds, a YAML file and two tests for each folder's models. The same size gives the same files.
 */
export interface ProjectSize {
  readonly models: number;
  /** Share of the models whose text the merged version changes, from 0 to 1. */
  readonly changed: number;
}

/** Text by path inside the project. */
export type Files = ReadonlyMap<string, string>;

/** A folder of models about one thing: its views read the sources, its incremental models the views, its marts those. */
const STAGING = 8;
const EVENTS = 6;
const MARTS = 6;
const AREA = STAGING + EVENTS + MARTS;
const MACROS = 60;

/** What is live. */
export function liveVersion(size: ProjectSize): Files {
  return filesOf(size, false);
}

/** What is merged: bodies of incremental models and one macro that some views call differ. */
export function mergedVersion(size: ProjectSize): Files {
  return filesOf(size, true);
}

function filesOf({ models, changed }: ProjectSize, merged: boolean): Files {
  const files = new Map<string, string>([
    ['dbt_project.yml', PROJECT],
    ['.gitignore', 'target/\nlogs/\n'],
  ]);
  for (let macro = 0; macro < MACROS; macro += 1) files.set(`macros/amount_${macro}.sql`, macroText(macro, merged));
  for (let seed = 0; seed < 10; seed += 1) files.set(`seeds/kinds_${seed}.csv`, seedText(seed));
  const areas = Math.max(1, Math.round(models / AREA));
  const edits = new Set(editedModels(areas, Math.round(models * changed)));
  for (let area = 0; area < areas; area += 1) {
    for (const [path, text] of areaFiles(area, (name) => merged && edits.has(name))) files.set(path, text);
  }
  return files;
}

/** Spread over the areas: first one incremental model of every second area, then marts. */
function editedModels(areas: number, count: number): readonly string[] {
  const candidates = [
    ...Array.from({ length: areas }, (_, area) => `events_${area}_${area % EVENTS}`).filter(
      (_, area) => area % 2 === 1,
    ),
    ...Array.from({ length: areas * MARTS }, (_, at) => `mart_${at % areas}_${Math.floor(at / areas)}`),
  ];
  return candidates.slice(0, count);
}

function areaFiles(area: number, isEdited: (name: string) => boolean): readonly (readonly [string, string])[] {
  const names = (kind: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, at) => `${kind}_${area}_${at}`);
  const staging = names('stg', STAGING);
  const events = names('events', EVENTS);
  const marts = names('mart', MARTS);
  const edit = (name: string, sql: string): string =>
    isEdited(name) ? sql.replace('1 as version', '2 as version') : sql;
  return [
    ...staging.map((name, at) => [`models/staging/area_${area}/${name}.sql`, stagingSql(area, at)] as const),
    ...events.map((name, at) => [`models/events/area_${area}/${name}.sql`, edit(name, eventsSql(area, at))] as const),
    ...marts.map((name, at) => [`models/marts/area_${area}/${name}.sql`, edit(name, martSql(area, at))] as const),
    [`models/staging/area_${area}/staging.yml`, yamlOf(staging, `${sourceYaml(area)}models:\n`)],
    [`models/events/area_${area}/events.yml`, yamlOf(events, 'version: 2\nmodels:\n')],
    [`models/marts/area_${area}/marts.yml`, yamlOf(marts, 'version: 2\nmodels:\n')],
  ];
}

const PROJECT = `name: generated
version: '1.0'
config-version: 2
profile: generated
vars:
  first_day: '2020-01-01'
  late_hours: 3
models:
  generated:
    staging:
      +materialized: view
    events:
      +materialized: incremental
      +incremental_strategy: merge
      +unique_key: event_id
    marts:
      +materialized: table
`;

function macroText(macro: number, merged: boolean): string {
  // One of them rounds otherwise in the merged version; each calls the next, so changes reach through.
  const digits = merged && macro === MACROS - 1 ? 3 : 2;
  const next = macro % 10 === 9 ? 'column' : `amount_${macro + 1}(column)`;
  return `{% macro amount_${macro}(column) %}round({{ ${next} }} / 100, ${digits}){% endmacro %}\n`;
}

function seedText(seed: number): string {
  return `kind,label\n${Array.from({ length: 50 }, (_, row) => `${row},label ${seed} ${row}\n`).join('')}`;
}

function stagingSql(area: number, at: number): string {
  // Half of them call a macro; the changed one is reached from a tenth of the areas.
  const amount = at % 2 === 0 ? `{{ amount_${((area % 10) * 6) % MACROS}('amount_cents') }}` : 'amount_cents';
  return `with source as (

    select * from {{ source('raw_${area}', 'stream_${at}') }}

),

renamed as (

    select
        event_id,
        session_id,
        cast(user_id as varchar) as user_id,
        ${amount} as amount,
        lower(country) as country,
        loaded_at
    from source
    where loaded_at >= '{{ var("first_day") }}'

)

select * from renamed
`;
}

function eventsSql(area: number, at: number): string {
  const other = at === 0 && area % 5 !== 0 ? `events_${area - 1}_0` : `stg_${area}_${(at + 1) % STAGING}`;
  return `{{ config(on_schema_change='append_new_columns', cluster_by=['loaded_at']) }}

select
    a.event_id,
    a.session_id,
    a.user_id,
    a.amount,
    k.label,
    b.event_id as other_event_id,
    a.loaded_at,
    1 as version
from {{ ref('stg_${area}_${at}') }} as a
left join {{ ref('${other}') }} as b on b.session_id = a.session_id
left join {{ ref('kinds_${area % 10}') }} as k on k.kind = a.country
{% if is_incremental() %}
where a.loaded_at > (select max(loaded_at) from {{ this }}) - interval '{{ var("late_hours") }} hours'
{% endif %}
`;
}

function martSql(area: number, at: number): string {
  const inputs = [
    `events_${area}_${at % EVENTS}`,
    at < 3 ? `events_${area}_${(at + 2) % EVENTS}` : `mart_${area}_${at - 3}`,
  ];
  return `{{ config(tags=['${at % 2 === 0 ? 'hourly' : 'daily'}']) }}

select
    a.user_id,
    count(*) as events,
    sum(a.amount) as amount,
    max(a.event_id) as event_id,
    1 as version
from {{ ref('${inputs[0]}') }} as a
join {{ ref('${inputs[1]}') }} as b on b.user_id = a.user_id
group by 1
`;
}

function sourceYaml(area: number): string {
  const tables = Array.from({ length: STAGING }, (_, at) => `      - name: stream_${at}\n`).join('');
  return `version: 2\nsources:\n  - name: raw_${area}\n    schema: raw\n    tables:\n${tables}`;
}

function yamlOf(names: readonly string[], start: string): string {
  const models = names.map(
    (name) => `  - name: ${name}
    description: What ${name} holds.
    columns:
      - name: event_id
        description: One event.
        data_tests: [not_null, unique]
      - name: user_id
        description: Who did it.
`,
  );
  return `${start}${models.join('')}`;
}
