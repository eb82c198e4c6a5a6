import * as checks from '../../src/snowflake/statements/checks.js';
import * as grants from '../../src/snowflake/statements/grants.js';
import * as history from '../../src/snowflake/statements/history.js';
import * as objects from '../../src/snowflake/statements/objects.js';
import * as policies from '../../src/snowflake/statements/policies.js';
import * as schemas from '../../src/snowflake/statements/schemas.js';
import * as sessions from '../../src/snowflake/statements/sessions.js';
import * as tags from '../../src/snowflake/statements/tags.js';
import { beside, besideTable, kept, live, liveTable } from './example.js';
import type { Example, ExampleNames } from './example.js';
import { VERIFICATION_EXAMPLES } from './verification-examples.js';

const ANY = 'nothing: shows what the role may see';
const OWNER = 'OWNERSHIP of the schema';
const SELECT = 'SELECT on the table';
const MANAGING_GRANTS = 'MANAGE GRANTS on the account, or OWNERSHIP of a schema with managed access';
const GRANTING = 'OWNERSHIP of the object, or MANAGE GRANTS on the account';

function select(names: ExampleNames): grants.Grant {
  return { privilege: 'SELECT', grantee: { kind: 'ROLE', name: names.role }, grantOption: false };
}

const SESSION_EXAMPLES: readonly Example[] = [
  { make: () => sessions.setParameters(), needs: 'nothing' },
  { make: () => sessions.readServerTime(), needs: 'nothing' },
  { make: () => sessions.identifySession(), needs: 'nothing' },
  { make: () => sessions.cancelAllOfSession('4503599627370497'), needs: 'to be the same user' },
  { make: ({ id }) => sessions.cancelQuery(id), needs: 'to be the same user' },
  { make: ({ database, id }) => sessions.listRunning(database, id), needs: 'to be the same user; a warehouse' },
];

const SCHEMA_EXAMPLES: readonly Example[] = [
  { make: ({ database, live: prefix }) => schemas.showSchemas(database, prefix), needs: ANY },
  {
    make: (names) =>
      schemas.cloneSchema(beside(names), live(names), { transient: true, managedAccess: true }, names.text),
    needs:
      'CREATE SCHEMA on the database, USAGE of the cloned schema; what the role may not read is left out of the clone, hence OWNERSHIP of all',
  },
  { make: (names) => schemas.createTransientSchema(beside(names), names.text), needs: 'CREATE SCHEMA on the database' },
  {
    make: (names) => schemas.createSchemaIfNotExists(beside(names), names.text),
    needs: 'CREATE SCHEMA on the database',
  },
  { make: (names) => schemas.commentOnSchema(beside(names), names.text), needs: OWNER },
  {
    make: (names) => schemas.renameSchema(beside(names), kept(names)),
    needs: `${OWNER}, CREATE SCHEMA on the database`,
  },
  { make: (names) => schemas.dropSchema(kept(names)), needs: OWNER },
  {
    make: (names) => schemas.dropSchemaWhile({ schema: beside(names), commentHolds: ['"deployment":"D2"'] }),
    needs: OWNER,
  },
  {
    make: (names) =>
      schemas.commentWhile(
        [{ schema: live(names), commentHolds: ['"deployment":"D2"', '"restored":null'] }],
        [{ schema: live(names), comment: names.text }],
      ),
    needs: OWNER,
  },
  {
    make: (names) =>
      schemas.swapAndKeep(
        [{ live: live(names), staged: beside(names), keepAs: kept(names) }],
        [{ schema: live(names), commentHolds: ['"deployment":"D1"'] }],
      ),
    needs: 'OWNERSHIP of both schemas, CREATE SCHEMA on the database',
  },
];

const OBJECT_EXAMPLES: readonly Example[] = [
  { make: (names) => objects.showTables(live(names), names.table), needs: ANY },
  { make: (names) => objects.showViews(live(names), names.table), needs: ANY },
  { make: ({ database }) => objects.showViewsOfDatabase(database), needs: ANY },
  { make: ({ database }) => objects.showAllSchemas(database), needs: ANY },
  {
    make: (names) => objects.cloneTable(besideTable(names), liveTable(names), false),
    needs: 'CREATE TABLE on the schema, SELECT on the cloned table',
  },
  {
    make: (names) => objects.cloneTableAsOf(besideTable(names), liveTable(names), new Date('2026-11-22T15:30:45.123Z')),
    needs: 'CREATE TABLE on the schema, SELECT on the cloned table; its Time Travel',
  },
  {
    make: (names) => objects.replaceTableByClone(besideTable(names), liveTable(names), true),
    needs: 'CREATE TABLE on the schema, OWNERSHIP of the replaced table, SELECT on the cloned one',
  },
  { make: (names) => objects.dropTable(besideTable(names)), needs: 'OWNERSHIP of the table' },
  { make: (names) => objects.dropView(besideTable(names)), needs: 'OWNERSHIP of the view' },
  { make: (names) => objects.resumeClustering(besideTable(names)), needs: 'OWNERSHIP of the table' },
  { make: (names) => objects.changeTokens([liveTable(names), besideTable(names)]), needs: `${SELECT}; a warehouse` },
  { make: (names) => objects.showKind('DYNAMIC TABLES', live(names)), needs: ANY },
  { make: ({ database }) => objects.showStreamsOfDatabase(database), needs: ANY },
];

const POLICY_NEEDS = 'OWNERSHIP of the table; APPLY on the policy, or the global APPLY … POLICY';

const POLICY_EXAMPLES: readonly Example[] = [
  {
    make: (names) => policies.setMaskingPolicy(besideTable(names), names.column, liveTable(names)),
    needs: POLICY_NEEDS,
  },
  {
    make: (names) => policies.addRowAccessPolicy(besideTable(names), liveTable(names), [names.column]),
    needs: POLICY_NEEDS,
  },
];

const TAG_NEEDS = 'OWNERSHIP of the table and APPLY on the tag, or the global APPLY TAG; USAGE where the tag stands';

const TAG_EXAMPLES: readonly Example[] = [
  { make: (names) => tags.setTag(besideTable(names), liveTable(names), "it's"), needs: TAG_NEEDS },
  {
    make: (names) => tags.setColumnTag(besideTable(names), names.column, liveTable(names), "it's"),
    needs: TAG_NEEDS,
  },
];

const GRANT_EXAMPLES: readonly Example[] = [
  { make: (names) => grants.showGrantsOnSchema(live(names)), needs: ANY },
  { make: (names) => grants.showFutureGrants(live(names)), needs: OWNER },
  { make: (names) => grants.showGrantsOnObject('VIEW', liveTable(names)), needs: ANY },
  {
    make: (names) => grants.tablePrivileges([live(names), beside(names)]),
    needs: 'OWNERSHIP of the objects; a warehouse',
  },
  { make: ({ database }) => grants.showDatabaseRoles(database), needs: 'any privilege on the database' },
  { make: ({ database }) => grants.showGrantsOnDatabase(database), needs: ANY },
  {
    make: (names) => grants.grantOnSchema({ ...select(names), privilege: 'USAGE', grantOption: true }, beside(names)),
    needs: GRANTING,
  },
  {
    make: (names) => {
      const { database, role: name } = names;
      return grants.grantOnObject(
        { ...select(names), grantee: { kind: 'DATABASE_ROLE', database, name } },
        'TABLE',
        besideTable(names),
      );
    },
    needs: GRANTING,
  },
  { make: (names) => grants.revokeOnObject(select(names), 'VIEW', besideTable(names)), needs: GRANTING },
  {
    make: (names) => grants.grantOnFuture({ ...select(names), on: 'EXTERNAL_TABLE' }, beside(names)),
    needs: MANAGING_GRANTS,
  },
  {
    make: (names) => grants.revokeOnFuture({ ...select(names), on: 'TABLE' }, beside(names)),
    needs: MANAGING_GRANTS,
  },
  {
    make: (names) => grants.grantOwnershipOfSchema(beside(names), { kind: 'ROLE', name: names.role }),
    needs: `${OWNER}, or MANAGE GRANTS on the account`,
  },
];

const HISTORY_EXAMPLES: readonly Example[] = [
  { make: (names) => history.createHistory(liveTable(names)), needs: 'CREATE TABLE on the schema' },
  {
    make: (names) => history.insertHistory(liveTable(names), names.id, { KIND: 'deployment', PHASE: 'building' }),
    needs: `INSERT and ${SELECT}; a warehouse`,
  },
  {
    make: (names) => history.updateHistory(liveTable(names), names.id, { PHASE: 'verified', VERDICT: 'passed' }),
    needs: `UPDATE and ${SELECT}; a warehouse`,
  },
  { make: (names) => history.selectHistory(liveTable(names), names.id), needs: `${SELECT}; a warehouse` },
  {
    make: (names) => history.selectHistoryBySnapshot(liveTable(names), names.kept),
    needs: `${SELECT}; a warehouse`,
  },
  { make: (names) => history.listHistory(liveTable(names), 20), needs: `${SELECT}; a warehouse` },
];

const CHECK_EXAMPLES: readonly Example[] = [
  { make: () => checks.currentSession(), needs: 'nothing' },
  {
    make: () => checks.countCheckRows('select * from analytics.public_upcoming.page_views where event_id is null;'),
    needs: 'what the SELECT of the check reads; a warehouse',
  },
  {
    make: () =>
      checks.countTestFailures('select * from analytics.public.page_views where event_id is null', 'count(*)'),
    needs: 'what the test of the project reads; a warehouse',
  },
  { make: (names) => checks.explainRead(liveTable(names)), needs: SELECT },
  { make: ({ role }) => checks.rolesInSession([role, 'DEPLOYER']), needs: 'nothing; a warehouse' },
];

/** One example of every statement that the action can issue, in the order of the sources. */
export const EXAMPLES: readonly Example[] = [
  ...SESSION_EXAMPLES,
  ...SCHEMA_EXAMPLES,
  ...OBJECT_EXAMPLES,
  ...GRANT_EXAMPLES,
  ...POLICY_EXAMPLES,
  ...TAG_EXAMPLES,
  ...HISTORY_EXAMPLES,
  ...CHECK_EXAMPLES,
  ...VERIFICATION_EXAMPLES,
];
