{{ config(materialized='table') }}
select count(*) as sessions, sum(revenue) as revenue from {{ ref('sessions') }}
