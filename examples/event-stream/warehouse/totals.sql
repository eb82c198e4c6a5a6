-- Compares what analytics.public holds with its sources: for each table how many rows the source calls for, how many are
-- there, how many are missing, there without a source, or there twice, and a sum over the rows of both sides.
with delivered as (
    select event_id, event_name, session_id, payload:quantity::number(9, 0) as quantity
    from analytics.raw.events
    qualify row_number() over (partition by event_id order by received_at) = 1
),

expected as (
    select 'product_event_1' as table_name, event_id as id, quantity as measure
    from delivered where event_name = 'product_event_1'
    union all
    select 'product_event_2', event_id, quantity from delivered where event_name = 'product_event_2'
    union all
    select 'sessions', session_id, count(*) from delivered group by session_id
    union all
    select 'customers_history', customer_id::varchar || ' is ' || segment, 1 from analytics.raw.customers
),

live as (
    select table_name, id, count(*) as times, sum(measure) as measure
    from (
        select 'product_event_1' as table_name, event_id as id, quantity as measure from analytics.public.product_event_1
        union all
        select 'product_event_2', event_id, quantity from analytics.public.product_event_2
        union all
        select 'sessions', session_id, product_event_1_count + product_event_2_count from analytics.public.sessions
        union all
        select 'customers_history', customer_id::varchar || ' is ' || segment, 1
        from analytics.public.customers_history where dbt_valid_to is null
    )
    group by table_name, id
)

select
    coalesce(expected.table_name, live.table_name) as table_name,
    count(expected.id) as source_rows,
    coalesce(sum(live.times), 0) as live_rows,
    count_if(live.id is null) as missing,
    count_if(expected.id is null) as unexpected,
    coalesce(sum(live.times - 1), 0) as doubled,
    coalesce(sum(expected.measure), 0) as source_sum,
    coalesce(sum(live.measure), 0) as live_sum
from expected
full outer join live on live.table_name = expected.table_name and live.id = expected.id
group by coalesce(expected.table_name, live.table_name)
order by table_name
