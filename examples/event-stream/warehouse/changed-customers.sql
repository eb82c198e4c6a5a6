-- Each hour ten customers move to another segment.
update analytics.raw.customers
set
    segment = case segment when 'new' then 'returning' when 'returning' then 'loyal' else 'new' end,
    updated_at = '&{at}'::timestamp_ntz
where mod(customer_id, 50) = mod(&{hour}, 50)
