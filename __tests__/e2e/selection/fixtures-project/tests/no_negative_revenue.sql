select * from {{ ref('sessions_daily') }} where revenue < 0
