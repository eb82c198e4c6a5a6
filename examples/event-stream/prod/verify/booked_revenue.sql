-- Run after the switch (input verify-sql): every row it returns is a failure.
-- What finance booked lies outside dbt and never changes; it must be what the dashboards, which read analytics.public, show.
select
    booked.day,
    booked.revenue as booked_revenue,
    shown.revenue as shown_revenue
from analytics.finance.booked_revenue as booked
left join (
    select occurred_on as day, sum(revenue) as revenue
    from analytics.public.product_event_2
    group by occurred_on
) as shown on shown.day = booked.day
where shown.revenue is distinct from booked.revenue
