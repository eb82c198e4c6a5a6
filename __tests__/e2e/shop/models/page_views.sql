{{ config(unique_key='view_id') }}

select
    view_id,
    page_id,
    viewed_at
from {{ source('raw', 'page_views') }}
{% if is_incremental() %}
where view_id > (select coalesce(max(view_id), 0) from {{ this }})
{% endif %}
