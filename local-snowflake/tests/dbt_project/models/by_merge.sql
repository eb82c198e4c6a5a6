{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id', on_schema_change='append_new_columns', grants={'select': ['REPORTER']}) }}
select id, kind, happened_at{{ ", 'new' as extra" if var('more', false) }} from {{ ref('events') }}
{% if is_incremental() %} where happened_at > (select max(happened_at) from {{ this }}) {% endif %}
