-- The collector delivers at least once: the first delivery of an event counts.
select
    event_id,
    event_name,
    session_id,
    customer_id,
    product_id,
    occurred_at,
    occurred_at::date as occurred_on,
    received_at,
    payload
from {{ source('raw', 'events') }}
qualify row_number() over (partition by event_id order by received_at) = 1
