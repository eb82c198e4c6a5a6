-- Who may do what. Run once by somebody who may create roles and databases.
create warehouse if not exists dbt_warehouse;
create database if not exists analytics;

-- The deploying action and the hourly schedule: owns the production schema, because only an owner may swap it, and may
-- create schemas beside it. Nothing else.
create role if not exists deployer;
-- Administrators keep their view of what the role owns, as Snowflake advises for every role.
grant role deployer to role sysadmin;
grant usage on warehouse dbt_warehouse to role deployer;
grant usage, create schema on database analytics to role deployer;
grant ownership on schema analytics.public to role deployer copy current grants;

-- What dashboards read with: everything in production, now and later.
create role if not exists bi_reader;
grant usage on warehouse dbt_warehouse to role bi_reader;
grant usage on database analytics to role bi_reader;
grant usage on schema analytics.public to role bi_reader;
grant select on future tables in schema analytics.public to role bi_reader;
grant select on future views in schema analytics.public to role bi_reader;

-- Reads one table only, by a grant that somebody once gave by hand (see not-by-dbt.sql).
create role if not exists finance_reader;
grant usage on warehouse dbt_warehouse to role finance_reader;
grant usage on database analytics to role finance_reader;
grant usage on schema analytics.public to role finance_reader;
