{{ config(materialized='incremental', unique_key='session_id') }}
select session_id from {{ ref('session_ids') }}
