import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createDbt } from '../../../src/dbt/command.js';
import type { DisposableDbt, DbtSettings } from '../../../src/dbt/command.js';
import type { DbtCommand, DbtNodeRef } from '../../../src/dbt/dbt.js';
import type { Manifest } from '../../../src/dbt/manifest.js';
import { ActionableError } from '../../../src/errors.js';
import type { Log } from '../../../src/log.js';
import { silentLog } from '../../../src/log.js';
import { createWarehouse } from '../../../src/snowflake/client.js';
import type { Connection } from '../../../src/snowflake/connection.js';
import type { Row } from '../../../src/snowflake/warehouse.js';
import { localSnowflakeOfThisWorker } from '../support/local-snowflake.js';
import { createDeployer } from './deployer.js';
import { writeDbtProject } from './dbt-project.js';

const server = localSnowflakeOfThisWorker();
const lines: string[] = [];
const groups: string[] = [];
const log: Log = {
  ...silentLog,
  info: (message) => lines.push(message),
  group: (title, work) => {
    groups.push(title);
    return work();
  },
};

let connection: Connection;
let projectDir: string;
let dbt: DisposableDbt;
let manifest: Manifest;

function settings(changes: Partial<DbtSettings> = {}): DbtSettings {
  return {
    executable: join(process.cwd(), '.venv', 'bin', 'dbt'),
    connection,
    profile: { targetName: 'live', threads: 2, profilesDir: undefined },
    vars: { greeting: 'it is "me": {yes}' },
    tempDir: join(projectDir, 'temp'),
    log,
    env: { ...process.env, DBT_FULL_REFRESH: 'true', DBT_EMPTY: 'true' },
    ...changes,
  };
}

beforeAll(async () => {
  connection = await createDeployer(server);
  projectDir = await writeDbtProject();
  dbt = createDbt(settings());
  manifest = await dbt.parse({ projectDir, schema: 'PUBLIC_UPCOMING', targetPath: join(projectDir, 'parsed') });
});

afterEach(() => server.clearFaults());

afterAll(async () => {
  await dbt.dispose();
  await rm(projectDir, { recursive: true });
});

function node(uniqueId: string): DbtNodeRef {
  const found = manifest.nodes.get(uniqueId);
  if (found === undefined) throw new Error(`The project has no ${uniqueId}.`);
  return found;
}

function command(changes: Partial<DbtCommand> & Pick<DbtCommand, 'nodes'>): DbtCommand {
  const targetPath = join(projectDir, 'built');
  return {
    command: 'run',
    projectDir,
    schema: 'PUBLIC_UPCOMING',
    targetPath,
    title: 'a run',
    queryTag: 'adapters: dbt',
    ...changes,
  };
}

async function query(sql: string): Promise<readonly Row[]> {
  const warehouse = await createWarehouse(connection, { queryTag: 'adapters: look', log });
  try {
    return await warehouse.execute({ name: 'look', sql });
  } finally {
    await warehouse.close();
  }
}

describe('parsing', () => {
  test('renders the schema asked for, with the target of production', () => {
    expect(manifest.projectName).toBe('shop');
    expect(manifest.nodes.get('model.shop.events')).toMatchObject({
      relationName: `${connection.database}.PUBLIC_UPCOMING.events`,
      materialized: 'incremental',
      fqn: ['shop', 'events'],
    });
    expect([...manifest.nodes.values()].find((found) => found.test?.kind === 'unique')?.test).toMatchObject({
      attachedNode: 'model.shop.events',
      columnName: 'id',
    });
  });

  test("tells a project's fault in dbt's own words", async () => {
    const faulty = await writeDbtProject({ 'models/events.sql': "select * from {{ ref('nobody') }}" });
    const failure = dbt.parse({ projectDir: faulty, schema: 'PUBLIC_UPCOMING', targetPath: join(faulty, 'parsed') });
    await expect(failure).rejects.toThrow(ActionableError);
    await expect(failure).rejects.toThrow(/does not parse: .*events.* depends on a node named 'nobody'/s);
    await rm(faulty, { recursive: true });
  });
});

describe('running', () => {
  test('builds exactly the node selected, in the schema asked for, under the query tag, and leaves no secret', async () => {
    lines.length = 0;
    const since = await server.logPosition();
    const outcome = await dbt.run(
      command({ nodes: [node('model.shop.events')], fullRefresh: true, title: 'the first run' }),
    );
    // models/events/detail.sql, too, is what fqn:shop.events selects.
    expect(outcome).toMatchObject({
      kind: 'completed',
      results: expect.arrayContaining([expect.objectContaining({ uniqueId: 'model.shop.events', status: 'success' })]),
    });
    expect(outcome.results.filter((result) => result.uniqueId.startsWith('model.'))).toHaveLength(1);
    expect(lines[0]).toMatch(/^\[1\/1\] OK events \(incremental, full refresh\) \d+\.\d s$/);
    expect(groups).toContain('dbt output: the first run');
    const tags = (await server.log(since))
      .filter((entry) => entry.text.includes('create or replace'))
      .map((entry) => entry.query_tag);
    expect(new Set(tags)).toEqual(new Set(['adapters: dbt']));
    expect(await query(`SELECT * FROM ${connection.database}.PUBLIC_UPCOMING.EVENTS`)).toEqual([
      { ID: '1', GREETING: 'it is "me": {yes}', TARGET_NAME: 'live' },
    ]);
    expect(await readdir(join(projectDir, 'temp', 'dbt-profiles'))).toEqual([]);
    await expectNoSecretBelow(join(projectDir, 'built'));
  });

  test('tells of each node how it ended', async () => {
    const nodes = ['model.shop.wrong', 'model.shop.below', 'model.shop.detail'].map(node);
    const outcome = await dbt.run(command({ nodes, fullRefresh: true, title: 'with a fault' }));
    const statuses = Object.fromEntries(outcome.results.map((result) => [result.uniqueId, result.status]));
    expect(outcome.kind).toBe('completed');
    expect(statuses).toMatchObject({
      'model.shop.wrong': 'error',
      'model.shop.below': 'skipped',
      'model.shop.detail': 'success',
    });
    expect(outcome.results.find((result) => result.uniqueId === 'model.shop.wrong')?.message).toMatch(
      /no_such_column/i,
    );
  });

  test('tests', async () => {
    const unique = [...manifest.nodes.values()].filter((found) => found.resourceType === 'test');
    const outcome = await dbt.run(command({ command: 'test', nodes: unique, title: 'tests' }));
    expect(outcome.kind).toBe('completed');
    expect(outcome.results.filter((result) => result.uniqueId.startsWith('test.'))).toMatchObject([
      { status: 'pass', failures: 0 },
    ]);
  });

  test("is broken, with dbt's words, when the warehouse refuses the login", async () => {
    const stranger = createDbt(
      settings({ connection: { ...connection, credential: { kind: 'token', token: 'a-made-up-token' } } }),
    );
    const outcome = await stranger.run(command({ nodes: [node('model.shop.events')] }));
    expect(outcome).toMatchObject({
      kind: 'broken',
      results: [],
      reason: expect.stringMatching(/without a result for model\.shop\.events\.\n.*token/is),
    });
    expect(JSON.stringify(outcome)).not.toContain('a-made-up-token');
  });

  test('stopped, it cancels what it runs on the server and is gone within the grace', async () => {
    const fault = await server.addFault({ action: 'pause', matching: 'merge into .*EVENTS|insert into .*EVENTS' });
    const since = await server.logPosition();
    const stop = new AbortController();
    const run = dbt.run(command({ nodes: [node('model.shop.events')] }), stop.signal);
    const ended = run.then(
      () => 'resolved',
      (error: unknown) => error,
    );
    await server.holds(fault);
    const stopped = Date.now();
    stop.abort(new Error('The job was cancelled.'));
    expect(await ended).toEqual(new Error('The job was cancelled.'));
    expect(Date.now() - stopped).toBeLessThan(9_000);
    const held = (await server.log(since)).find((entry) => /(merge|insert) into/i.test(entry.text));
    expect(held?.status).toBe('cancelled');
  });
});

test('a dbt that is not there is told before any work', async () => {
  const missing = createDbt(settings({ executable: 'no-such-dbt' }));
  await expect(missing.version()).rejects.toThrow(/no "no-such-dbt" on PATH.*pip install/);
});

/** Artifacts and logs of dbt are uploaded for people to read. */
async function expectNoSecretBelow(folder: string): Promise<void> {
  if (connection.credential.kind !== 'key pair') throw new Error('The deployer logs in by key pair.');
  const secret = connection.credential.privateKey.split('\n')[1] ?? '';
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect((await readFile(file)).includes(secret)).toBe(false);
}

test('packages that a project declares are installed, and parsed with it', async () => {
  const folder = await writeDbtProject({
    'packages.yml': 'packages: [{ local: shared }]\n',
    'shared/dbt_project.yml': "name: shared\nversion: '1.0'\n",
    'shared/macros/two.sql': '{% macro two() %}2{% endmacro %}\n',
    'models/with_macro.sql': 'select {{ shared.two() }} as id\n',
  });
  try {
    await dbt.installPackages(folder);
    const parsed = await dbt.parse({ projectDir: folder, schema: 'PUBLIC', targetPath: join(folder, 'parsed') });
    expect(parsed.nodes.get('model.shop.with_macro')?.dependsOnMacros).toContain('macro.shared.two');
  } finally {
    await rm(folder, { recursive: true });
  }
});
