select session_id
from {{ ref('sessions') }}
where product_event_1_count + product_event_2_count = 0
