/** dbt-coves' `blue-green`, on the same models and rows: it clones, builds and swaps whole databases. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEW_VERSION, ROWS, VIEWS, watchedAt } from '../../__tests__/contention/support/dashboards.js';
import { Reader, type Seen, watchedBy } from '../../__tests__/contention/support/reader.js';
import { ADMIN, type Login, OwnLocalSnowflake, type Session } from '../../__tests__/e2e/support/local-snowflake.js';
import type { Changes } from '../../__tests__/e2e/support/shop-project.js';
import { python, pythonPrograms, repositoryRoot } from './places.js';
import { run } from './programs.js';

/** dbt of requirements.txt, so that both ways build with the same. */
const PACKAGES = ['dbt-coves==1.12.2', 'dbt-core==1.11.16', 'dbt-snowflake==1.12.3'];
const PARTS = join(repositoryRoot, 'script', 'benchmark-parts', 'dbt-coves');
const SHOP = join(repositoryRoot, '__tests__', 'e2e', 'shop');
const READERS = ['BI', 'ONE_VIEW'] as const;

export interface Measured {
  readonly seen: readonly Seen[];
  readonly statements: number;
  readonly seconds: number;
}

/** @returns the folder of its programs; undefined where it cannot be installed */
export async function installDbtCoves(say: (line: string) => void): Promise<string | undefined> {
  const folder = join(repositoryRoot, '.cache', 'benchmark-switching', 'dbt-coves');
  const programs = join(folder, 'bin');
  try {
    if (!existsSync(join(programs, 'dbt-coves'))) {
      await run(python, ['-m', 'venv', '--clear', folder], { cwd: pythonPrograms });
      await run(join(programs, 'python'), ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { cwd: folder });
    }
    return programs;
  } catch (error) {
    say(
      `dbt-coves cannot be installed here and is left out: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

/** Builds the new version and switches it in while readers read. @param programs what `installDbtCoves` gave */
export async function switchByDbtCoves(programs: string): Promise<Measured> {
  const server = await OwnLocalSnowflake.start();
  const folder = mkdtempSync(join(tmpdir(), 'dbt-coves-'));
  const admin = await server.connect(ADMIN);
  try {
    await makeWarehouse(admin);
    const environment = environmentOf(programs, folder, new URL(server.url).port);
    writeProject(folder);
    apply(VIEWS, folder);
    await run(join(programs, 'dbt'), ['run', '--profiles-dir', '.'], { cwd: folder, env: environment });
    await admin.run('grant select on view LIVE.MARTS.BEST_CUSTOMERS to role ONE_VIEW');
    apply(NEW_VERSION, folder);
    return await whileRead(server, () =>
      run(join(programs, 'dbt-coves'), COMMAND, { cwd: folder, env: { ...environment, PYTHONPATH: PARTS } }),
    );
  } finally {
    await admin.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Full refresh of what changed and what reads it, as the other ways have built it. */
const COMMAND = [
  ...[
    'blue-green',
    '--disable-tracking',
    '--profiles-dir',
    '.',
    '--project-dir',
    '.',
    '--prod-db-env-var',
    'LIVE_DATABASE',
  ],
  ...['--dbt-selector', '-s orders customers daily_orders best_customers', '--full-refresh'],
];

async function whileRead(server: OwnLocalSnowflake, exchange: () => Promise<unknown>): Promise<Measured> {
  const [all, one] = READERS.map((name): Login => ({
    username: name,
    password: 'reads',
    role: name,
    warehouse: 'LOCAL_WH',
    database: 'LIVE',
  }));
  if (all === undefined || one === undefined) throw new Error('There are two kinds of readers.');
  const readers = await Promise.all(watchedAt('LIVE.MARTS', all, one).map((each) => Reader.start(server, each)));
  try {
    const position = await server.logPosition();
    const started = performance.now();
    let seconds = 0;
    const seen = await watchedBy(readers, 'new', async () => {
      await exchange();
      seconds = (performance.now() - started) / 1000;
    });
    const sent = (await server.log(position)).filter(({ user }) => user === ADMIN.username);
    return { seen, statements: sent.length, seconds };
  } finally {
    await Promise.all(readers.map((each) => each.stop()));
  }
}

async function makeWarehouse(admin: Session): Promise<void> {
  const ids = Array.from({ length: ROWS }, (_, index) => index + 1);
  await admin.run(
    'create database LIVE',
    'create schema LIVE.RAW',
    // It clones no schema of the name PUBLIC.
    'create schema LIVE.MARTS',
    'create table LIVE.RAW.ORDERS (order_id number(38, 0), customer_id number(38, 0), price number(38, 2), ordered_at timestamp_ntz)',
    'create table LIVE.RAW.PAGE_VIEWS (view_id number(38, 0), page_id number(38, 0), viewed_at timestamp_ntz)',
    `insert into LIVE.RAW.ORDERS values ${ids.map((id) => `(${id}, ${id % 7}, ${id}, '2026-01-01 00:00:00')`).join(', ')}`,
    `insert into LIVE.RAW.PAGE_VIEWS values ${ids.map((id) => `(${id}, ${id % 5}, '2026-01-01 00:00:00')`).join(', ')}`,
  );
  for (const role of READERS) {
    await admin.run(
      `create role ${role}`,
      `create user ${role} password = 'reads' default_role = ${role}`,
      `grant role ${role} to user ${role}`,
      `grant usage on warehouse LOCAL_WH to role ${role}`,
      `grant usage on database LIVE to role ${role}`,
      `grant usage on schema LIVE.MARTS to role ${role}`,
    );
  }
  for (const kind of ['tables', 'views'])
    await admin.run(`grant select on future ${kind} in schema LIVE.MARTS to role BI`);
}

function writeProject(folder: string): void {
  cpSync(SHOP, folder, { recursive: true });
  const prod = {
    ...{ type: 'snowflake', account: 'local', host: '127.0.0.1', protocol: 'http', threads: 4 },
    port: "{{ env_var('LOCAL_SNOWFLAKE_PORT') | int }}",
    ...{ user: ADMIN.username, password: ADMIN.password, role: ADMIN.role, warehouse: 'LOCAL_WH' },
    ...{ database: "{{ env_var('LIVE_DATABASE') }}", schema: 'MARTS' },
  };
  // JSON is YAML.
  writeFileSync(join(folder, 'profiles.yml'), JSON.stringify({ shop: { target: 'prod', outputs: { prod } } }));
  // As its authors' own project does, else views would go on naming the database that they were built in.
  cpSync(join(PARTS, 'ref_without_database.sql'), join(folder, 'macros', 'ref_without_database.sql'));
}

function apply(changes: Changes, folder: string): void {
  for (const [path, change] of Object.entries(changes)) {
    const file = join(folder, path);
    if (change === null) throw new Error(`${path} is to be deleted, which no version here does.`);
    writeFileSync(file, typeof change === 'string' ? change : change(readFileSync(file, 'utf8')));
  }
}

function environmentOf(programs: string, folder: string, port: string): Readonly<Record<string, string>> {
  const path = `${programs}:/usr/local/bin:/usr/bin:/bin`;
  return { PATH: path, HOME: folder, LIVE_DATABASE: 'LIVE', LOCAL_SNOWFLAKE_PORT: port };
}
