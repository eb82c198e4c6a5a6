-- What the dashboard "Products" shows.
select
    products.product_id,
    products.product_name,
    products.category,
    coalesce(baskets.events, 0) as baskets,
    coalesce(baskets.basket_value, 0) as basket_value,
    coalesce(orders.events, 0) as orders,
    coalesce(orders.revenue, 0) as revenue
from {{ ref('products') }} as products
left join (
    select product_id, count(*) as events, sum(quantity * price) as basket_value
    from {{ ref('product_event_1') }}
    group by product_id
) as baskets on baskets.product_id = products.product_id
left join (
    select product_id, count(*) as events, sum(revenue) as revenue from {{ ref('product_event_2') }} group by product_id
) as orders on orders.product_id = products.product_id
