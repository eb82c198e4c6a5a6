{{ config(materialized='view') }}
select * from {{ ref('sessions_daily') }}
