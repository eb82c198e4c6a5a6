-- After the first dbt run: things in production that dbt knows nothing about.
grant select on table analytics.public.product_event_2 to role finance_reader;

create table analytics.public.dashboard_notes (note_id number(9, 0) not null, note varchar not null);
grant select, insert on table analytics.public.dashboard_notes to role bi_reader;
-- A clone leaves out, without a word, what the cloning role has no privilege on: all of production belongs to the deployer.
grant ownership on table analytics.public.dashboard_notes to role deployer copy current grants;
