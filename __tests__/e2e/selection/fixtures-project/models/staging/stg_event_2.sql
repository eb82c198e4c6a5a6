select event_id, session_id, country, loaded_at
from {{ source('raw', 'product_event_2') }}
