/** The local Snowflake with one database of events, spoken to by the action's own driver code. */
import { silentLog } from '../../src/log.js';
import { createWarehouse } from '../../src/snowflake/client.js';
import type { Warehouse } from '../../src/snowflake/warehouse.js';
import { ADMIN, type LocalSnowflake, type LoggedStatement } from '../../__tests__/e2e/support/local-snowflake.js';

export const DATABASE = 'EVENTS';

export interface EventWarehouse {
  readonly warehouse: Warehouse;
  readonly server: LocalSnowflake;
  /** Runs one statement in the database; gives the number of rows that came. */
  run(sql: string, signal?: AbortSignal): Promise<number>;
  /** Statements since then, without those that only look at metadata. */
  statementsSince(position: number): Promise<readonly LoggedStatement[]>;
  close(): Promise<void>;
}

export async function openEventWarehouse(server: LocalSnowflake): Promise<EventWarehouse> {
  const warehouse = await createWarehouse(
    {
      account: 'local',
      user: 'EVENTS_CI',
      role: 'ACCOUNTADMIN',
      warehouse: undefined,
      database: DATABASE,
      accessUrl: new URL(server.url),
      credential: { kind: 'token', token: await makeDatabase(server) },
    },
    { queryTag: 'benchmark', log: silentLog },
  );
  return {
    warehouse,
    server,
    run: async (sql, signal) => {
      const options = signal === undefined ? {} : { signal };
      return (await warehouse.execute({ name: 'benchmark', sql }, options)).length;
    },
    statementsSince: async (position) =>
      (await server.log(position)).filter(
        ({ text, tables_read }) => tables_read.length > 0 && !/^\s*SHOW\b/i.test(text),
      ),
    close: () => warehouse.close(),
  };
}

async function makeDatabase(server: LocalSnowflake): Promise<string> {
  const admin = await server.connect(ADMIN);
  try {
    await admin.run(
      `CREATE DATABASE ${DATABASE}`,
      `CREATE SCHEMA ${DATABASE}.BASE`,
      `CREATE SCHEMA ${DATABASE}.BLUE`,
      'CREATE USER EVENTS_CI DEFAULT_ROLE = ACCOUNTADMIN TYPE = SERVICE',
      'GRANT ROLE ACCOUNTADMIN TO USER EVENTS_CI',
    );
    const [row] = await admin.query('ALTER USER EVENTS_CI ADD PROGRAMMATIC ACCESS TOKEN benchmark');
    return String(row?.['token_secret']);
  } finally {
    await admin.close();
  }
}
