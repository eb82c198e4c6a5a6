{{ config(unique_key='event_id', cluster_by=['occurred_on']) }}

select
    event_id,
    session_id,
    customer_id,
    product_id,
    payload:quantity::number(9, 0) as quantity,
    occurred_at,
    occurred_on,
    received_at
from {{ ref('stg_product_events') }}
where event_name = 'product_event_1'
{% if is_incremental() %}
    and received_at >= (select max(received_at) from {{ this }})
{% endif %}
