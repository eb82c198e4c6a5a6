import { randomBytes } from 'node:crypto';
import { silentLog } from '../../src/log.js';
import { createWarehouse } from '../../src/snowflake/client.js';
import { serverTime } from '../../src/observing/server-time.js';
import type { Connection } from '../../src/snowflake/connection.js';
import { quoteName, quoteRelation, quoteSchema } from '../../src/snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../../src/snowflake/identifiers.js';
import { optionalText, text } from '../../src/snowflake/rows.js';
import { currentSession } from '../../src/snowflake/statements/checks.js';
import { dropSchema, showSchemas } from '../../src/snowflake/statements/schemas.js';
import type { Row, Statement, Warehouse } from '../../src/snowflake/warehouse.js';
import { NotTried } from './assumption.js';

/** A statement should last at least this long, so that something can be done while it runs. */
const SLOW_MS = 1_500;
const MOST_ROWS = 4_000_000_000;

/**
 * What a check works with: schemas of its own in the given database, sessions of its own, roles of its own. All of it is gone
 * after `close`, whatever the check did to it.
 */
export class Bench {
  readonly database: string;
  readonly role: string;
  readonly user: string;
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #warehouse: Warehouse;
  readonly #sessions: Warehouse[] = [];
  readonly #roles: string[] = [];
  #slowRows = 1_000_000;

  private constructor(connection: Connection, warehouse: Warehouse, session: Row) {
    this.database = connection.database;
    this.role = text(session, 'role');
    this.user = text(session, 'user');
    this.#connection = connection;
    this.#warehouse = warehouse;
    this.#prefix = `ASSUMPTION_${randomBytes(4).toString('hex').toUpperCase()}`;
  }

  /** @throws ActionableError when the login fails, NotTried without a warehouse */
  static async open(connection: Connection): Promise<Bench> {
    const warehouse = await createWarehouse(connection, { queryTag: 'assumptions', log: silentLog, concurrency: 8 });
    const [session = {}] = await warehouse.execute(currentSession());
    if (optionalText(session, 'warehouse') !== undefined) return new Bench(connection, warehouse, session);
    await warehouse.close();
    throw new NotTried('No warehouse is in use: set SNOWFLAKE_WAREHOUSE to one that the role may use.');
  }

  /** The name of a schema that this bench may make; it makes none. */
  schemaName(name: string): SchemaName {
    return { database: this.database, schema: `${this.#prefix}_${name}` };
  }

  /** Makes a schema with one table T that has the given numbers in its column x. */
  async schema(name: string, ...numbers: readonly number[]): Promise<RelationName> {
    const table = { ...this.schemaName(name), name: 'T' };
    await this.run(`CREATE SCHEMA ${quoteSchema(table)}`);
    await this.run(`CREATE TABLE ${quoteRelation(table)} ("x" NUMBER(38, 0))`);
    if (numbers.length > 0)
      await this.run(`INSERT INTO ${quoteRelation(table)} VALUES ${numbers.map((number) => `(${number})`).join(', ')}`);
    return table;
  }

  execute(statement: Statement): Promise<readonly Row[]> {
    return this.#warehouse.execute(statement);
  }

  run(sql: string): Promise<readonly Row[]> {
    return this.execute({ name: 'assumption', sql });
  }

  /** What Snowflake's clock shows, a moment before anything that is done next. */
  async serverTime(): Promise<Date> {
    const time = await serverTime(this.#warehouse);
    // Time Travel counts in milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 10));
    return time;
  }

  /** The only value of the first row. */
  async value(sql: string): Promise<string | null> {
    return Object.values((await this.run(sql))[0] ?? {})[0] ?? null;
  }

  /** One session that is used for nothing else, e.g. for what `USE` sets. */
  async session(changes: Partial<Connection> = {}, queryTag = 'assumptions'): Promise<Warehouse> {
    const options = { queryTag, log: silentLog, concurrency: 1 };
    const session = await createWarehouse({ ...this.#connection, ...changes }, options);
    this.#sessions.push(session);
    return session;
  }

  /** Makes a role that may use this database and make schemas in it, and that this user may take on. */
  async newRole(name: string): Promise<string> {
    const role = `${this.#prefix}_${name}`;
    await this.run(`CREATE ROLE ${quoteName(role)}`);
    this.#roles.push(role);
    await this.run(`GRANT ROLE ${quoteName(role)} TO USER ${quoteName(this.user)}`);
    await this.run(`GRANT USAGE, CREATE SCHEMA ON DATABASE ${quoteName(this.database)} TO ROLE ${quoteName(role)}`);
    if (this.#connection.warehouse !== undefined)
      await this.run(`GRANT USAGE ON WAREHOUSE ${quoteName(this.#connection.warehouse)} TO ROLE ${quoteName(role)}`);
    return role;
  }

  /** A SELECT of the greatest x of a table that lasts a second or two, however fast the warehouse is. */
  async slowSelect(table: RelationName): Promise<string> {
    for (;;) {
      const sql = slowSelect(table, this.#slowRows);
      const began = Date.now();
      await this.run(sql);
      if (Date.now() - began >= SLOW_MS) return sql;
      if (this.#slowRows >= MOST_ROWS) throw new NotTried('No statement could be made slow enough.');
      this.#slowRows *= 4;
    }
  }

  /** Drops every schema and role that it made, under whatever name, and ends its sessions. */
  async close(): Promise<void> {
    try {
      const rows = await this.execute(showSchemas(this.database, `${this.#prefix}_`));
      for (const row of rows) await this.execute(dropSchema({ database: this.database, schema: text(row, 'name') }));
      for (const role of this.#roles) await this.run(`DROP ROLE ${quoteName(role)}`);
    } finally {
      for (const session of [...this.#sessions, this.#warehouse]) await session.close();
    }
  }
}

function slowSelect(table: RelationName, rows: number): string {
  return (
    `SELECT MAX("t"."x") AS "x", MAX(MD5("g"."n"::VARCHAR)) AS "work" FROM ${quoteRelation(table)} AS "t" ` +
    `CROSS JOIN (SELECT SEQ8() AS "n" FROM TABLE(GENERATOR(ROWCOUNT => ${rows}))) AS "g"`
  );
}
