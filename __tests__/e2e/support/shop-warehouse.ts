/**
 * The warehouse that a test deploys to: a database of its own with sources in RAW, production in PUBLIC, a role that deploys
 * (key pair, least privileges) and one that only reads.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { LocalSnowflake, Login, Session } from './local-snowflake.js';
import { setupStatements } from './setup-statements.js';

/** Made once for a test file: 2048 bits cost a tenth of a second. */
const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const PUBLIC_KEY = KEYS.publicKey.replaceAll(/-----[^-]+-----|\n/g, '');
const READER_PASSWORD = 'reads';
const WAREHOUSE = 'SHOP_WAREHOUSE';

export class ShopWarehouse {
  readonly server: LocalSnowflake;
  /** Also the suffix of everything that is account-wide. */
  readonly database: string;
  readonly admin: Session;

  private constructor(server: LocalSnowflake, database: string, admin: Session) {
    this.server = server;
    this.database = database;
    this.admin = admin;
  }

  /** Makes the database with empty sources; PUBLIC is empty, too. */
  static async create(server: LocalSnowflake, admin: Session): Promise<ShopWarehouse> {
    const database = `SHOP_${randomBytes(4).toString('hex').toUpperCase()}`;
    const warehouse = new ShopWarehouse(server, database, admin);
    await admin.run(...warehouse.#objects(), ...warehouse.#roles());
    return warehouse;
  }

  /** A database that `create` made earlier, on a server that has it. */
  static of(server: LocalSnowflake, database: string, admin: Session): ShopWarehouse {
    return new ShopWarehouse(server, database, admin);
  }

  get deployRole(): string {
    return `DEPLOYER_${this.database}`;
  }

  get deployUser(): string {
    return `DEPLOY_${this.database}`;
  }

  get readerRole(): string {
    return `READER_${this.database}`;
  }

  /** PEM of the deploying user's key, as a repository secret holds it. */
  get privateKey(): string {
    return KEYS.privateKey;
  }

  get deployLogin(): Login {
    return {
      username: this.deployUser,
      authenticator: 'SNOWFLAKE_JWT',
      privateKey: KEYS.privateKey,
      role: this.deployRole,
      warehouse: WAREHOUSE,
      database: this.database,
    };
  }

  get readerLogin(): Login {
    return {
      username: this.readerRole,
      password: READER_PASSWORD,
      role: this.readerRole,
      warehouse: WAREHOUSE,
      database: this.database,
    };
  }

  /** Inputs of the action that say where and as whom. */
  get inputs(): Readonly<Record<string, string>> {
    return {
      account: 'local',
      'access-url': this.server.url,
      user: this.deployUser,
      'private-key': KEYS.privateKey,
      role: this.deployRole,
      warehouse: WAREHOUSE,
      database: this.database,
    };
  }

  /** docs/snowflake-setup.sql for this database; they may be run again. */
  get setupStatements(): readonly string[] {
    const { database, deployRole, deployUser, readerRole } = this;
    return setupStatements({
      database,
      deployRole,
      deployUser,
      readerRole,
      warehouse: WAREHOUSE,
      publicKey: PUBLIC_KEY,
    });
  }

  /** New source rows: `count` orders and as many page views, with ids that go on from the last. */
  async arrive(count: number): Promise<void> {
    const next =
      Number(await this.admin.value(`select coalesce(max(order_id), 0) from ${this.database}.RAW.ORDERS`)) + 1;
    const ids = Array.from({ length: count }, (_, index) => next + index);
    const orders = ids.map((id) => `(${id}, ${id % 7}, ${(id * 13) % 100}, '${momentOf(id)}')`);
    const views = ids.map((id) => `(${id}, ${id % 5}, '${momentOf(id)}')`);
    await this.admin.run(
      `insert into ${this.database}.RAW.ORDERS values ${orders.join(', ')}`,
      `insert into ${this.database}.RAW.PAGE_VIEWS values ${views.join(', ')}`,
    );
  }

  /** Schemas of the database by name, without INFORMATION_SCHEMA and the sources, with their comments. */
  async schemas(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.admin.query(`show schemas in database ${this.database}`);
    const named = rows.map((row): [string, string] => [String(row['name']), String(row['comment'] ?? '')]);
    return new Map(named.filter(([name]) => name !== 'INFORMATION_SCHEMA' && name !== 'RAW'));
  }

  #objects(): readonly string[] {
    const raw = `${this.database}.RAW`;
    return [
      `create warehouse if not exists ${WAREHOUSE}`,
      `create database ${this.database}`,
      `create schema if not exists ${this.database}.PUBLIC`,
      `create schema ${raw}`,
      `create table ${raw}.ORDERS (order_id number(38, 0), customer_id number(38, 0), price number(38, 2), ordered_at timestamp_ntz)`,
      `create table ${raw}.PAGE_VIEWS (view_id number(38, 0), page_id number(38, 0), viewed_at timestamp_ntz)`,
    ];
  }

  /** What an administrator runs, as the documentation says; and a person who reads with a password. */
  #roles(): readonly string[] {
    return [
      ...this.setupStatements,
      `create user ${this.readerRole} password = '${READER_PASSWORD}' default_role = ${this.readerRole}`,
      `grant role ${this.readerRole} to user ${this.readerRole}`,
    ];
  }
}

/** One row a minute from a fixed day on. */
function momentOf(id: number): string {
  return new Date(Date.UTC(2026, 0, 1) + id * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}
