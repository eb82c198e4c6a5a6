{{ config(materialized='table', contract={'enforced': true}) }}
select id, kind from {{ ref('events') }}
