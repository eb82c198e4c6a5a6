{{ config(materialized='table', event_time='happened_at') }}
select column1::int as id, column2::varchar as kind, column3::timestamp_ntz as happened_at
from values (1, 'a', '2026-01-01 01:00:00'), (2, 'b', '2026-01-02 01:00:00'), (3, 'c', '2026-01-03 01:00:00')
{% if var('more', false) %} union all select 4, 'd', '2026-01-03 02:00:00'::timestamp_ntz {% endif %}
