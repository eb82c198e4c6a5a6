-- Finance books what was ordered on each day before &{from}, once; no dbt model takes part.
insert into analytics.finance.booked_revenue
select occurred_at::date as day, sum(payload:quantity::number(9, 0) * payload:price::number(12, 2)) as revenue
from (
    select *
    from analytics.raw.events
    where event_name = 'product_event_2'
    qualify row_number() over (partition by event_id order by received_at) = 1
)
where occurred_at < '&{from}'::timestamp_ntz
group by occurred_at::date
