insert into analytics.raw.customers
select
    row_number() over (order by seq4()) as customer_id,
    case mod(row_number() over (order by seq4()), 3) when 0 then 'new' when 1 then 'returning' else 'loyal' end as segment,
    '&{from}'::timestamp_ntz as updated_at
from table(generator(rowcount => 500))
