{#
  For schedulers that run the production branch by themselves (dbt Cloud, Airflow, cron): lay this file into macros/ of the dbt
  project and run it before anything else. It waits while a blue/green deployment exchanges code and tables, and fails when that
  takes too long, so that nothing is run by code that does not fit the tables.

    dbt run-operation wait_while_busy
    dbt run-operation wait_while_busy --args '{minutes: 60, production: SALES, upcoming: SALES_UPCOMING}'

  It reads comments of schemas only.
#}

{% macro wait_while_busy(minutes=30, production='PUBLIC', upcoming=none) %}
  {% set looks_per_minute = 3 %}
  {% for look in range(minutes * looks_per_minute + 1) %}
    {% set state = run_query(blue_green_state(target.database, production, upcoming or production ~ '_UPCOMING')).rows[0] %}
    {% if not state[0] %}
      {% do log('Production stands on commit ' ~ (state[1] or 'of its branch: no deployment was made yet') ~ '.', info=true) %}
      {{ return(state[1]) }}
    {% endif %}
    {% if not loop.last %}
      {% do log('Versions are being exchanged. Looking again in 20 seconds.', info=true) %}
      {% do run_query('call system$wait(' ~ (60 // looks_per_minute) ~ ')') %}
    {% endif %}
  {% endfor %}
  {% do exceptions.raise_compiler_error(
    'Versions are still being exchanged after ' ~ minutes ~ ' minutes. Nothing was run. Ask the action for its status; it says what comes next.'
  ) %}
{% endmacro %}

{# One row: whether code and tables are being exchanged, and the commit that production stands on (NULL before the first deployment). #}
{% macro blue_green_state(database, production, upcoming) %}
with seen as (
  select schema_name, try_parse_json(regexp_substr(comment, 'blue-green: (.*)', 1, 1, 'e')) as marker
  from {{ database }}.information_schema.schemata
  where startswith(schema_name, '{{ production }}') or schema_name = '{{ upcoming }}'
),
places as (
  select
    max(iff(schema_name = '{{ production }}', marker:deployment::string, null)) as live,
    max(iff(schema_name = '{{ production }}', marker:"commit"::string, null)) as production_commit,
    max(iff(schema_name = '{{ production }}', marker:phase::string, null)) as phase,
    max(iff(schema_name = '{{ production }}', marker:rejected.at::string, null)) as rejected_at,
    max(iff(schema_name = '{{ production }}', marker:restored.operation::string, null)) as rollback,
    max(iff(schema_name = '{{ upcoming }}', marker:deployment::string, null)) as blue,
    max(iff(schema_name = '{{ upcoming }}', marker:phase::string, null)) as blue_phase
  from seen
),
staged as (
  select count(*) as schemas
  from seen
  cross join places
  where schema_name = '{{ production }}_RELEASE_' || live
    or schema_name = '{{ production }}_RELEASE_' || blue
    or schema_name = '{{ production }}_RESTORE_' || rollback
)
select
  schemas > 0
    or rejected_at is not null
    or coalesce(rollback is null and (phase in ('verified', 'swapped', 'tested') or (blue = live and blue_phase <> 'retired')), false)
    as busy,
  production_commit
from places
cross join staged
{% endmacro %}
