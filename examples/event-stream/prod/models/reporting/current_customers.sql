select customer_id, segment, dbt_valid_from as since
from {{ ref('customers_history') }}
where dbt_valid_to is null
