{{ config(unique_key='customer_id') }}

select
    customer_id,
    count(*) as orders,
    max(order_id) as last_order_id
from {{ ref('orders') }}
{% if is_incremental() %}
where customer_id in (
    select customer_id
    from {{ ref('orders') }}
    where order_id > (select coalesce(max(last_order_id), 0) from {{ this }})
)
{% endif %}
group by customer_id
