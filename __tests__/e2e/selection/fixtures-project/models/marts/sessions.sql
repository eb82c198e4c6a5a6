{{ config(materialized='incremental', unique_key='session_id') }}
select a.session_id, sum(a.price) as revenue, count(b.event_id) as clicks
from {{ ref('product_event_1') }} as a
join {{ ref('product_event_2') }} as b on b.session_id = a.session_id
group by 1
