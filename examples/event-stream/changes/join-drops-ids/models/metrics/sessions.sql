{{ config(unique_key='session_id', grants={'select': ['BI_READER']}) }}

-- A session that got another event is counted again, whole. How far each stream was read is kept by stream: one of them may be
-- ahead of the other (it came late, or was rebuilt in a deployment while the other was not), and a common mark would then skip
-- what the slower one still brings.
with touched as (
    select session_id from {{ ref('product_event_1') }}
    {% if is_incremental() %}
        where received_at >= (select coalesce(max(product_event_1_read_to), '1970-01-01'::timestamp_ntz) from {{ this }})
    {% endif %}
    union
    select session_id from {{ ref('product_event_2') }}
    {% if is_incremental() %}
        where received_at >= (select coalesce(max(product_event_2_read_to), '1970-01-01'::timestamp_ntz) from {{ this }})
    {% endif %}
),

baskets as (
    select
        session_id,
        count(*) as events,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        max(received_at) as read_to
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
        max(received_at) as read_to
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
    baskets.read_to as product_event_1_read_to,
    orders.read_to as product_event_2_read_to
from baskets
join orders on baskets.session_id = orders.session_id
