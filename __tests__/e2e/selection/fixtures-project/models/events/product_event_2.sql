{{ config(materialized='incremental', unique_key='event_id', incremental_strategy='delete+insert') }}
select e.event_id, e.session_id, e.loaded_at, k.label
from {{ ref('stg_event_2') }} as e
left join {{ ref('event_kinds') }} as k on k.kind = left(e.event_id, 1)
{% if execute %}
where e.country in ('{{ known_countries() | join("', '") }}')
{% endif %}
