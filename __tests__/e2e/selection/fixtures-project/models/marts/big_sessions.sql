{{ config(materialized='incremental') }}
select * from {{ ref('visits') }} where {{ function('is_big') }}(1)
