-- What the dashboard "Sessions" shows.
select
    started_at::date as day,
    count(*) as sessions,
    count_if(product_event_2_count > 0) as sessions_with_order
from {{ ref('sessions') }}
group by started_at::date
