-- Where the collector delivers, and what finance keeps. dbt only reads here.
create schema if not exists analytics.raw;

create table analytics.raw.events (
    event_id varchar not null,
    event_name varchar not null,
    session_id varchar not null,
    customer_id number(9, 0) not null,
    product_id number(9, 0) not null,
    occurred_at timestamp_ntz not null,
    received_at timestamp_ntz not null,
    payload variant
);

create table analytics.raw.customers (
    customer_id number(9, 0) not null,
    segment varchar not null,
    updated_at timestamp_ntz not null
);

create schema if not exists analytics.finance;

create table analytics.finance.booked_revenue (
    day date not null,
    revenue number(38, 2) not null
);

grant usage on schema analytics.raw to role deployer;
grant select on all tables in schema analytics.raw to role deployer;
grant usage on schema analytics.finance to role deployer;
grant select on all tables in schema analytics.finance to role deployer;
