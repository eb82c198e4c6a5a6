{{ config(materialized='ephemeral') }}
select distinct session_id from {{ ref('stg_event_2') }}
