import { silentLog } from '../../../../src/log.js';
import { createWarehouse } from '../../../../src/snowflake/client.js';
import type { RelationName } from '../../../../src/snowflake/identifiers.js';
import type { Warehouse } from '../../../../src/snowflake/warehouse.js';
import type { Manifest, ManifestNode } from '../../../../src/dbt/manifest.js';
import type { PlannedNode } from '../../../../src/selection/plan.js';
import type { ModelVerdict } from '../../../../src/verification/verdict.js';
import { verifyModels } from '../../../../src/verification/verify.js';
import type { VerificationRequest } from '../../../../src/verification/verify.js';
import { manifestOf, planned } from '../../../verification/support/manifest.js';
import { ADMIN, localSnowflakeOfThisWorker } from '../../support/local-snowflake.js';
import type { LocalSnowflake } from '../../support/local-snowflake.js';

export const QUERY_TAG = 'verification under test';

/** A database of the local Snowflake with a schema for each side, spoken to by the action's own driver code. */
export class TwoSchemas {
  readonly server: LocalSnowflake;
  readonly warehouse: Warehouse;
  readonly #database: string;

  private constructor(server: LocalSnowflake, warehouse: Warehouse, database: string) {
    this.server = server;
    this.warehouse = warehouse;
    this.#database = database;
  }

  /** Makes the database and a role that owns its two schemas. */
  static async start(database: string): Promise<TwoSchemas> {
    const server = localSnowflakeOfThisWorker();
    const token = await setUp(server, database);
    const connection = {
      account: 'local',
      user: `${database}_CI`,
      role: `${database}_OWNER`,
      warehouse: undefined,
      database,
      accessUrl: new URL(server.url),
      credential: { kind: 'token', token },
    } as const;
    return new TwoSchemas(server, await createWarehouse(connection, { queryTag: QUERY_TAG, log: silentLog }), database);
  }

  async stop(): Promise<void> {
    await this.server.clearFaults();
    await this.warehouse.close();
  }

  async run(...statements: readonly string[]): Promise<void> {
    for (const sql of statements) await this.warehouse.execute({ name: 'setUp', sql });
  }

  baseline(name: string): RelationName {
    return { database: this.#database, schema: 'BASE', name };
  }

  upcoming(name: string): RelationName {
    return { database: this.#database, schema: 'BLUE', name };
  }

  /** Makes a table on one side from column definitions and rows of SQL literals. */
  async table(side: 'BASE' | 'BLUE', name: string, columns: string, rows: readonly string[]): Promise<void> {
    const relation = `${this.#database}.${side}."${name.replaceAll('"', '""')}"`;
    await this.run(`CREATE OR REPLACE TABLE ${relation} (${columns})`);
    // SELECT, not VALUES: literals of VARIANT and of time types need expressions.
    if (rows.length > 0) await this.run(`INSERT INTO ${relation} SELECT ${rows.join(' UNION ALL SELECT ')}`);
  }

  /** Verifies models, each by its tables under its name in upper case, in one go. */
  verifyAll(
    nodes: readonly ManifestNode[],
    given: { readonly manifest?: Manifest; readonly changed?: (node: ManifestNode) => boolean } = {},
  ): Promise<readonly ModelVerdict[]> {
    const targets = nodes.map((node) => ({
      node: planned(node, { changed: given.changed?.(node) ?? true }),
      baseline: this.baseline(node.name.toUpperCase()),
      upcoming: this.upcoming(node.name.toUpperCase()),
    }));
    return verifyModels({ ...this.#defaults(), manifest: given.manifest ?? manifestOf(...nodes), targets });
  }

  /** Verifies one model whose tables were made under its name in upper case. */
  async verify(
    node: ManifestNode,
    given: {
      readonly manifest?: Manifest;
      readonly planned?: Partial<PlannedNode>;
      readonly request?: Partial<VerificationRequest>;
      readonly table?: string;
    } = {},
  ): Promise<ModelVerdict> {
    const name = given.table ?? node.name.toUpperCase();
    const [verdict] = await verifyModels({
      ...this.#defaults(),
      targets: [{ node: planned(node, given.planned), baseline: this.baseline(name), upcoming: this.upcoming(name) }],
      manifest: given.manifest ?? manifestOf(node),
      ...given.request,
    });
    if (verdict === undefined) throw new Error('No verdict came.');
    return verdict;
  }

  #defaults(): Omit<VerificationRequest, 'targets' | 'manifest'> {
    return {
      warehouse: this.warehouse,
      cutOff: new Date('2026-11-22T12:00:00Z'),
      concurrency: 4,
      timeoutSeconds: 60,
      sampleIds: 5,
    };
  }
}

async function setUp(server: LocalSnowflake, database: string): Promise<string> {
  const role = `${database}_OWNER`;
  const admin = await server.connect(ADMIN);
  try {
    await admin.run(
      `CREATE DATABASE ${database}`,
      `CREATE ROLE ${role}`,
      `CREATE USER ${database}_CI DEFAULT_ROLE = ${role} TYPE = SERVICE`,
      `GRANT ROLE ${role} TO USER ${database}_CI`,
      `GRANT USAGE, CREATE SCHEMA ON DATABASE ${database} TO ROLE ${role}`,
      `CREATE SCHEMA ${database}.BASE`,
      `CREATE SCHEMA ${database}.BLUE`,
      `GRANT OWNERSHIP ON SCHEMA ${database}.BASE TO ROLE ${role}`,
      `GRANT OWNERSHIP ON SCHEMA ${database}.BLUE TO ROLE ${role}`,
    );
    const [row] = await admin.query(`ALTER USER ${database}_CI ADD PROGRAMMATIC ACCESS TOKEN tests`);
    return String(row?.['token_secret']);
  } finally {
    await admin.close();
  }
}
