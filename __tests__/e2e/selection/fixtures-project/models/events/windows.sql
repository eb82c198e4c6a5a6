{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='loaded_at', begin='2024-01-01', batch_size='day') }}
select event_id, loaded_at from {{ ref('stg_event_1') }}
