{{ config(materialized='incremental', full_refresh=false) }}
select event_id, loaded_at from {{ ref('stg_event_2') }}
