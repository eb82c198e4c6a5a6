-- one row for each event
select event_id, session_id, {{ cents_to_dollars('price_cents') }} as price, loaded_at
from {{ source('raw', 'product_event_1') }}
