import { silentLog } from '../../../src/log.js';
import { createWarehouse } from '../../../src/snowflake/client.js';
import type { RelationName } from '../../../src/snowflake/identifiers.js';
import type { Warehouse } from '../../../src/snowflake/warehouse.js';
import type { Manifest, ManifestNode } from '../../../src/dbt/manifest.js';
import type { PlannedNode } from '../../../src/selection/plan.js';
import type { ModelVerdict } from '../../../src/verification/verdict.js';
import { verifyModels } from '../../../src/verification/verify.js';
import type { VerificationRequest } from '../../../src/verification/verify.js';
import { OwnLocalSnowflake } from '../../e2e/support/local-snowflake.js';
import { createDeployer } from '../../snowflake/support/deployer.js';
import { manifestOf, planned } from './manifest.js';

const DATABASE = 'VERIFICATION';
export const QUERY_TAG = 'verification under test';

/** A local Snowflake with an empty schema for each side, spoken to by the action's own driver code. */
export class TwoSchemas {
  readonly server: OwnLocalSnowflake;
  readonly warehouse: Warehouse;

  private constructor(server: OwnLocalSnowflake, warehouse: Warehouse) {
    this.server = server;
    this.warehouse = warehouse;
  }

  static async start(): Promise<TwoSchemas> {
    const server = await OwnLocalSnowflake.start();
    try {
      const { connection } = await createDeployer(server, DATABASE);
      const warehouse = await createWarehouse(connection, { queryTag: QUERY_TAG, log: silentLog });
      const sides = new TwoSchemas(server, warehouse);
      await sides.run(`CREATE SCHEMA ${DATABASE}.BASE`, `CREATE SCHEMA ${DATABASE}.BLUE`);
      return sides;
    } catch (error) {
      await server.stop(true);
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.warehouse.close();
    await this.server.stop();
  }

  async run(...statements: readonly string[]): Promise<void> {
    for (const sql of statements) await this.warehouse.execute({ name: 'setUp', sql });
  }

  baseline(name: string): RelationName {
    return { database: DATABASE, schema: 'BASE', name };
  }

  upcoming(name: string): RelationName {
    return { database: DATABASE, schema: 'BLUE', name };
  }

  /** Makes a table on one side from column definitions and rows of SQL literals. */
  async table(side: 'BASE' | 'BLUE', name: string, columns: string, rows: readonly string[]): Promise<void> {
    const relation = `${DATABASE}.${side}."${name.replaceAll('"', '""')}"`;
    await this.run(`CREATE OR REPLACE TABLE ${relation} (${columns})`);
    // SELECT, not VALUES: literals of VARIANT and of time types need expressions.
    if (rows.length > 0) await this.run(`INSERT INTO ${relation} SELECT ${rows.join(' UNION ALL SELECT ')}`);
  }

  /** Verifies models, each by its tables under its name in upper case, in one go. */
  verifyAll(nodes: readonly ManifestNode[]): Promise<readonly ModelVerdict[]> {
    const targets = nodes.map((node) => ({
      node: planned(node),
      baseline: this.baseline(node.name.toUpperCase()),
      upcoming: this.upcoming(node.name.toUpperCase()),
    }));
    return verifyModels({ ...this.#defaults(), manifest: manifestOf(...nodes), targets });
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
