import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { silentLog } from '../../../src/log.js';
import { createWarehouse } from '../../../src/snowflake/client.js';
import { quoteName, quoteRelation, quoteSchema } from '../../../src/snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../../../src/snowflake/identifiers.js';
import * as grants from '../../../src/snowflake/statements/grants.js';
import * as history from '../../../src/snowflake/statements/history.js';
import * as objects from '../../../src/snowflake/statements/objects.js';
import * as schemas from '../../../src/snowflake/statements/schemas.js';
import type { Row, Statement, Warehouse } from '../../../src/snowflake/warehouse.js';
import { HOSTILE_NAMES } from '../../snowflake/support/hostile.js';
import { randomNames } from '../../snowflake/support/random-names.js';
import { ADMIN, localSnowflakeOfThisWorker } from '../support/local-snowflake.js';
import type { Session } from '../support/local-snowflake.js';
import { createDeployer } from './deployer.js';

/** Another seed tries other names: FUZZ_SEED=7 npm run e2e -- adapters/hostile-names */
const SEED = Number(process.env['FUZZ_SEED'] ?? '20261123');
/** Every database has these two. */
const TAKEN = ['PUBLIC', 'INFORMATION_SCHEMA'];
const NAMES = [...new Set([...HOSTILE_NAMES, ...randomNames(60, SEED)])]
  .filter((name) => !TAKEN.includes(name))
  .slice(0, 60);

const server = localSnowflakeOfThisWorker();
let warehouse: Warehouse;
let administrator: Session;
let database: string;
let deployer: string;
let bystander: RelationName;

beforeAll(async () => {
  const connection = await createDeployer(server);
  database = connection.database;
  deployer = connection.role ?? '';
  bystander = { database, schema: 'BYSTANDER', name: 'ROWS' };
  warehouse = await createWarehouse(connection, { queryTag: 'blue-green: hostile names', log: silentLog });
  administrator = await server.connect(ADMIN);
  await run(schemas.createSchemaIfNotExists(bystander, 'nobody names it'));
  await run(history.createHistory(bystander));
  await run(history.insertHistory(bystander, 'D', { PHASE: 'done' }));
});

afterAll(async () => {
  await warehouse.close();
  await administrator.close();
});

/** Leaves room for an ending; no character is cut in two. */
function shortened(name: string, ending = ''): string {
  return Array.from(name).slice(0, 100).join('') + ending;
}

function run(statement: Statement): Promise<readonly Row[]> {
  return warehouse.execute(statement);
}

function at(schema: string): SchemaName {
  return { database, schema };
}

async function names(statement: Statement): Promise<readonly (string | null | undefined)[]> {
  return (await run(statement)).map((row) => row['name']);
}

/** All schemas with their comments and tables, and when a table of another schema last changed: what no name may touch. */
async function everything(): Promise<unknown> {
  const rows = await run(schemas.showSchemas(database, ''));
  const own = rows.filter((row) => row['name'] !== 'INFORMATION_SCHEMA');
  const [token] = await run(objects.changeTokens([bystander]));
  const seen = await Promise.all(
    own.map(async (row) => ({
      schema: row['name'],
      comment: row['comment'],
      tables: await names(objects.showTables(at(row['name'] ?? ''))),
    })),
  );
  return { seen, token };
}

/** Makes a schema, a table with a row and a view of one name, and reads them back. */
async function make(name: string): Promise<RelationName> {
  const table = { ...at(name), name };
  await run(schemas.createSchemaIfNotExists(table, name));
  const found = await run(schemas.showSchemas(database, name));
  expect(found.map((row) => [row['name'], row['comment']])).toContainEqual([name, name]);
  await run(history.createHistory(table));
  await run(history.insertHistory(table, name, { PHASE: 'begun', KIND: 'deployment' }));
  await run(history.updateHistory(table, name, { PHASE: name, SNAPSHOT: name }));
  for (const read of [history.selectHistory(table, name), history.selectHistoryBySnapshot(table, name)]) {
    expect(await run(read)).toEqual([expect.objectContaining({ DEPLOYMENT: name, PHASE: name })]);
  }
  const view = { ...table, name: shortened(name, ' view') };
  await run({ name: 'test', sql: `CREATE VIEW ${quoteRelation(view)} AS SELECT * FROM ${quoteRelation(table)}` });
  expect(await names(objects.showViews(table))).toEqual([view.name]);
  expect(await names(objects.showTables(table))).toEqual([name]);
  return table;
}

test.each(NAMES)(`%j comes back as it was, and nothing else is touched (seed ${SEED})`, async (name) => {
  const before = await everything();
  const role = shortened(name, ' role');
  const [staged, former] = [shortened(name, ' staged'), shortened(name, ' kept')];
  await administrator.run(`CREATE ROLE IF NOT EXISTS ${quoteName(role)}`);
  const table = await make(name);

  await run(schemas.cloneSchema(at(staged), table, { transient: true, managedAccess: false }, name));
  expect(await names(objects.showTables(at(staged)))).toEqual([name]);
  await run(objects.cloneTable({ ...at(staged), name: former }, table, true));
  await run(objects.replaceTableByClone({ ...at(staged), name: former }, table, true));
  expect(await names(objects.showTables(at(staged)))).toEqual([name, former].sort());
  await run(objects.dropTable({ ...at(staged), name: former }));
  const [tokens] = await run(objects.changeTokens([table, { ...table, schema: staged }]));
  expect(Object.values(tokens ?? {})).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);

  const usage = { privilege: 'USAGE', grantee: { kind: 'ROLE', name: role }, grantOption: false } as const;
  await run(grants.grantOnSchema(usage, at(staged)));
  await run(grants.grantOnObject({ ...usage, privilege: 'SELECT' }, 'TABLE', { ...table, schema: staged }));
  const granted = [
    await run(grants.showGrantsOnSchema(at(staged))),
    await run(grants.showGrantsOnObject('TABLE', { ...table, schema: staged })),
  ].flat();
  expect(granted.filter((row) => row['grantee_name'] === role).map((row) => row['privilege'])).toEqual([
    'USAGE',
    'SELECT',
  ]);
  await run(grants.grantOwnershipOfSchema(at(staged), { kind: 'ROLE', name: deployer }));

  await run(schemas.commentOnSchema(at(staged), `new ${name}`));
  await run(schemas.swapAndKeep([{ live: table, staged: at(staged), keepAs: at(former) }]));
  const swapped = await run(schemas.showSchemas(database, shortened(name)));
  const comments = new Map(swapped.map((row) => [row['name'], row['comment']]));
  expect([name, former, staged].map((schema) => comments.get(schema))).toEqual([`new ${name}`, name, undefined]);
  await run(schemas.renameSchema(at(former), at(staged)));

  await run(objects.dropTable(table));
  await run(objects.dropView({ ...table, name: shortened(name, ' view') }));
  expect(await names(objects.showViews(table))).toEqual([]);
  await run(schemas.dropSchema(at(staged)));
  await run(schemas.dropSchema(table));
  await administrator.run(`DROP ROLE ${quoteName(role)}`);
  expect(await everything()).toEqual(before);
});

test('a name that begins as another one does is not taken for it', async () => {
  await run(schemas.createSchemaIfNotExists(at('x%'), 'x'));
  await run(schemas.createSchemaIfNotExists(at('xy'), 'xy'));
  expect(await names(schemas.showSchemas(database, 'x%'))).toEqual(['x%']);
  expect(quoteSchema(at('x%'))).toBe(`"${database}"."x%"`);
  await run(schemas.dropSchema(at('x%')));
  await run(schemas.dropSchema(at('xy')));
});
