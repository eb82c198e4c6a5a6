select * from {{ ref('products_snapshot') }}
