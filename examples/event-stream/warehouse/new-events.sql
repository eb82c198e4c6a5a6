-- &{count} events, numbered from &{first}, spread over &{seconds} seconds from &{from}. About one in a hundred is delivered
-- twice. Everything follows from the number, so that two runs make the same rows.
insert into analytics.raw.events
with numbers as (
    select &{first} + row_number() over (order by seq4()) - 1 as n
    from table(generator(rowcount => &{count}))
),

events as (
    select
        n,
        'evt_' || lpad(n::varchar, 9, '0') as event_id,
        -- Every third session only looks around: it never orders.
        iff(mod(floor(n / 6), 3) = 0 or mod(n, 5) < 3, 'product_event_1', 'product_event_2') as event_name,
        'ses_' || lpad(floor(n / 6)::number(38, 0)::varchar, 9, '0') as session_id,
        mod(floor(n / 6), 500) + 1 as customer_id,
        mod(n * 7, 12) + 1 as product_id,
        dateadd(second, floor((n - &{first}) * &{seconds} / &{count})::number(38, 0), '&{from}'::timestamp_ntz) as occurred_at,
        object_construct(
            'price', (500 + mod(n * 37, 20000)) / 100,
            'quantity', 1 + mod(n, 3),
            'discount', iff(mod(n, 80) = 4, 5, 0),
            'page', '/products/' || (mod(n * 7, 12) + 1)::varchar
        ) as payload
    from numbers
)

select event_id, event_name, session_id, customer_id, product_id, occurred_at, dateadd(second, 5, occurred_at), payload
from events
union all
select event_id, event_name, session_id, customer_id, product_id, occurred_at, dateadd(second, 65, occurred_at), payload
from events
where mod(n, 100) = 7
