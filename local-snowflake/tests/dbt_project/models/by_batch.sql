{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened_at', batch_size='day', begin=var('days')[0]) }}
select * from {{ ref('events') }}
