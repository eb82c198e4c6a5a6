{{ config(unique_key='session_id', grants={'select': ['BI_READER']}) }}

-- An event may belong to a session that began in an earlier load: such sessions are counted again, whole.
with touched as (
    select session_id from {{ ref('product_event_1') }}
    {% if is_incremental() %} where received_at >= (select max(last_received_at) from {{ this }}) {% endif %}
    union
    select session_id from {{ ref('product_event_2') }}
    {% if is_incremental() %} where received_at >= (select max(last_received_at) from {{ this }}) {% endif %}
),

baskets as (
    select
        session_id,
        count(*) as events,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        max(received_at) as last_received_at
    from {{ ref('product_event_1') }}
    where session_id in (select session_id from touched)
    group by session_id
),

orders as (
    select
        session_id,
        count(*) as events,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        max(received_at) as last_received_at
    from {{ ref('product_event_2') }}
    where session_id in (select session_id from touched)
    group by session_id
)

select
    baskets.session_id,
    baskets.events as product_event_1_count,
    orders.events as product_event_2_count,
    least(baskets.first_at, orders.first_at) as started_at,
    greatest(baskets.last_at, orders.last_at) as ended_at,
    greatest(baskets.last_received_at, orders.last_received_at) as last_received_at
from baskets
join orders on baskets.session_id = orders.session_id
