{% snapshot products_snapshot %}
{{ config(unique_key='event_id', strategy='check', check_cols=['price']) }}
select event_id, price from {{ ref('stg_event_1') }}
{% endsnapshot %}
