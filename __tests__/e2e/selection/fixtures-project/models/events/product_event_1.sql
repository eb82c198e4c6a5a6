{{ config(materialized='incremental', unique_key='event_id', incremental_strategy='merge', on_schema_change='append_new_columns', post_hook="{{ grant_to_bi() }}") }}
select event_id, session_id, price, loaded_at
from {{ ref('stg_event_1') }}
where loaded_at >= '{{ var("first_day") }}'
{% if is_incremental() %}
  and loaded_at > ({{ newest('loaded_at') }}) - {{ late_window() }}
{% endif %}
