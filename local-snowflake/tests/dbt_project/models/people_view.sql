{{ config(materialized='view', secure=true, grants={'select': ['REPORTER']}) }}
select id, name from {{ ref('people') }}
