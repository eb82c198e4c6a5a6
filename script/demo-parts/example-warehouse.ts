/** The example's warehouse: roles, sources, and the rows that arrive each hour. The SQL lies in examples/event-stream/warehouse. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleFolder } from './environment.js';
import { ADMIN, type LocalSnowflake, type Row, type Session } from '../../__tests__/e2e/support/local-snowflake.js';

const HOUR = 3600;
const DAYS_OF_HISTORY = 90;
const HISTORY_STARTS = Date.UTC(2026, 7, 1);

export const DEPLOY_USER = 'DEPLOY_BOT';
export const DEPLOY_ROLE = 'DEPLOYER';
/** People and tools that read with a password, as the driver wants it. */
export const DASHBOARD = reader('DASHBOARD', 'BI_READER');
export const FINANCE = reader('FINANCE', 'FINANCE_READER');

function reader(
  username: string,
  role: string,
): { username: string; password: string; role: string; database: string } {
  return { username, password: username.toLowerCase(), role, database: 'ANALYTICS' };
}

/** Key pair of the deploying user: the private half as PEM, as a repository secret would hold it. */
export interface DeployKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

export function makeDeployKey(): DeployKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKey, publicKey: publicKey.replaceAll(/-----[^-]+-----|\n/g, '') };
}

export class ExampleWarehouse {
  readonly #admin: Session;
  /** Number of the next event. */
  #next = 0;
  /** When the next event happens, in milliseconds. */
  #clock = HISTORY_STARTS;
  #hours = 0;

  private constructor(admin: Session) {
    this.#admin = admin;
  }

  /** Makes roles, users and empty sources on a fresh server. */
  static async create(server: LocalSnowflake, key: DeployKey): Promise<ExampleWarehouse> {
    const admin = await server.connect(ADMIN);
    const warehouse = new ExampleWarehouse(admin);
    await warehouse.runFile('roles.sql');
    for (const sql of usersOf(key)) await admin.query(sql);
    await warehouse.runFile('sources.sql');
    return warehouse;
  }

  /** Fills the sources with 90 days of history and lets finance book it. */
  async fillHistory(rows: number): Promise<void> {
    const from = timestamp(this.#clock);
    await this.runFile('first-customers.sql', { from });
    await this.#deliver(rows, DAYS_OF_HISTORY * 24 * HOUR);
    await this.runFile('booked-revenue.sql', { from: timestamp(this.#clock) });
  }

  /** One more hour of events, and ten customers in another segment. @returns how many events happened */
  async growOneHour(historyRows: number): Promise<number> {
    const rows = Math.max(60, Math.round(historyRows / (DAYS_OF_HISTORY * 24)));
    await this.#deliver(rows, HOUR);
    this.#hours += 1;
    await this.runFile('changed-customers.sql', { at: timestamp(this.#clock), hour: String(this.#hours) });
    return rows;
  }

  /** A query as an administrator, for checks. */
  query(sql: string): Promise<readonly Row[]> {
    return this.#admin.query(sql);
  }

  /** Runs the statements of a file of examples/event-stream/warehouse, with SnowSQL's `&{name}` variables replaced. */
  async runFile(file: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    for (const statement of statementsOf(readSql(file, variables))) await this.#admin.query(statement);
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }

  async #deliver(rows: number, seconds: number): Promise<void> {
    await this.runFile('new-events.sql', {
      first: String(this.#next),
      count: String(rows),
      seconds: String(seconds),
      from: timestamp(this.#clock),
    });
    this.#next += rows;
    this.#clock += seconds * 1000;
  }
}

/** Text of a file of examples/event-stream/warehouse with its variables replaced. @throws Error for one without a value */
export function readSql(file: string, variables: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(join(exampleFolder, 'warehouse', file), 'utf8');
  return text.replaceAll(/&\{(\w+)\}/g, (_, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`${file} wants a value for &{${name}}.`);
    return value;
  });
}

/** The files hold no semicolon but at the end of a statement. */
function statementsOf(sql: string): readonly string[] {
  return sql
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

function usersOf(key: DeployKey): readonly string[] {
  const people = [DASHBOARD, FINANCE].flatMap(({ username, password, role }) => [
    `create user ${username} password = '${password}' default_role = ${role} default_warehouse = dbt_warehouse`,
    `grant role ${role} to user ${username}`,
  ]);
  return [
    `create user ${DEPLOY_USER} type = service rsa_public_key = '${key.publicKey}' default_role = ${DEPLOY_ROLE}`,
    `grant role ${DEPLOY_ROLE} to user ${DEPLOY_USER}`,
    ...people,
  ];
}

function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}
