-- What the action needs in Snowflake, and nothing more. Run once, by somebody who may create roles and users; running it again
-- does no harm. Replace these names by yours before (quoted where they hold lower case):
--   ANALYTICS, PUBLIC   database and production schema          RAW            schema with the sources
--   DBT_WAREHOUSE       warehouse for dbt and verification      BI_READER      role that dashboards read with
--   DEPLOYER            role that deploys                       DEPLOY_BOT     user of the workflows
--   RSA_PUBLIC_KEY      its public key: one line, without BEGIN and END
-- Whatever is missing, mode build says before it writes anything, as statements ready to paste.
use role accountadmin;

-- 1. The role of the workflows and of the hourly schedule, so that either may replace what the other made.
create role if not exists DEPLOYER;
-- Administrators keep their view of what the role owns, as Snowflake advises for every role:
-- https://docs.snowflake.com/en/user-guide/security-access-control-considerations
grant role DEPLOYER to role sysadmin;
create user if not exists DEPLOY_BOT type = service default_role = DEPLOYER rsa_public_key = 'RSA_PUBLIC_KEY';
grant role DEPLOYER to user DEPLOY_BOT;

-- 2. It computes here,
grant usage on warehouse DBT_WAREHOUSE to role DEPLOYER;
-- and makes the schemas beside production here.
grant usage on database ANALYTICS to role DEPLOYER;
grant create schema on database ANALYTICS to role DEPLOYER;

-- 3. It owns production with everything in it: only an owner may swap a schema and replace a table, and a clone leaves out, without
-- an error, what the cloning role may not read. Who may read what stays as it is: COPY CURRENT GRANTS.
-- https://docs.snowflake.com/en/sql-reference/sql/alter-schema, https://docs.snowflake.com/en/sql-reference/sql/grant-ownership
grant ownership on schema ANALYTICS.PUBLIC to role DEPLOYER copy current grants;
grant ownership on all tables in schema ANALYTICS.PUBLIC to role DEPLOYER copy current grants;
grant ownership on all views in schema ANALYTICS.PUBLIC to role DEPLOYER copy current grants;

-- 4. It reads the sources; repeat this for each schema with sources.
grant usage on schema ANALYTICS.RAW to role DEPLOYER;
grant select on all tables in schema ANALYTICS.RAW to role DEPLOYER;
grant select on future tables in schema ANALYTICS.RAW to role DEPLOYER;
grant select on all views in schema ANALYTICS.RAW to role DEPLOYER;
grant select on future views in schema ANALYTICS.RAW to role DEPLOYER;

-- 5. What dashboards read with: everything in production, now and later. A version that is being built carries the same future
-- grants, since a clone of a schema repeats them, but without USAGE on its schema nobody gets there before the switch.
-- https://docs.snowflake.com/en/user-guide/object-clone#access-control-privileges-for-cloned-objects
create role if not exists BI_READER;
grant usage on warehouse DBT_WAREHOUSE to role BI_READER;
grant usage on database ANALYTICS to role BI_READER;
grant usage on schema ANALYTICS.PUBLIC to role BI_READER;
grant select on all tables in schema ANALYTICS.PUBLIC to role BI_READER;
grant select on all views in schema ANALYTICS.PUBLIC to role BI_READER;
grant select on future tables in schema ANALYTICS.PUBLIC to role BI_READER;
grant select on future views in schema ANALYTICS.PUBLIC to role BI_READER;

-- 6. Only where masking or row access policies are in use: these let verification notice what a rebuilt table lost of them. They also let
-- the role take policies off, so they are left out here; without them the report says what was not compared (docs/verification.md).
-- grant apply masking policy on account to role DEPLOYER;
-- grant apply row access policy on account to role DEPLOYER;

-- 7. Only where tags are set on tables or columns: this lets what a rebuilt table lost of them be put back, and any other be set or taken
-- off, so it is left out here. `grant apply on tag …` for single tags, with usage where they stand, is enough for the deployer's own
-- tables; without it a lost tag blocks (docs/verification.md).
-- grant apply tag on account to role DEPLOYER;
