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
    coalesce(baskets.session_id, orders.session_id) as session_id,
    coalesce(baskets.events, 0) as product_event_1_count,
    coalesce(orders.events, 0) as product_event_2_count,
    least(coalesce(baskets.first_at, orders.first_at), coalesce(orders.first_at, baskets.first_at)) as started_at,
    greatest(coalesce(baskets.last_at, orders.last_at), coalesce(orders.last_at, baskets.last_at)) as ended_at,
    greatest(
        coalesce(baskets.last_received_at, orders.last_received_at),
        coalesce(orders.last_received_at, baskets.last_received_at)
    ) as last_received_at
from baskets
full outer join orders on baskets.session_id = orders.session_id
