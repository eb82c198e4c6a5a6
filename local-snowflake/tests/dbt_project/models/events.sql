{{ config(materialized='table', event_time='happened_at') }}
select column1::int as id, column2::varchar as kind, column3::timestamp_ntz as happened_at
from values (1, 'a', '{{ var("days")[0] }} 01:00:00'), (2, 'b', '{{ var("days")[1] }} 01:00:00'), (3, 'c', '{{ var("days")[2] }} 01:00:00')
{% if var('more', false) %} union all select 4, 'd', '{{ var("days")[2] }} 02:00:00'::timestamp_ntz {% endif %}
