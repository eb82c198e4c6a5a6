select
    cast(ordered_at as date) as day,
    count(*) as orders
from {{ ref('orders') }}
group by cast(ordered_at as date)
