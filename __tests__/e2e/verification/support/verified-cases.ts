import { fileURLToPath } from 'node:url';
import { verifyUpcoming } from '../../../../src/building/verify-upcoming.js';
import { baselineSchema, productionSchema, upcomingSchema } from '../../../../src/deployment/schema-names.js';
import type { ManifestNode } from '../../../../src/dbt/manifest.js';
import { takeInventory } from '../../../../src/observing/inventory.js';
import { readTokens } from '../../../../src/observing/tokens.js';
import type { SchemaPair } from '../../../../src/selection/plan.js';
import { quoteRelation, quoteSchema } from '../../../../src/snowflake/identifiers.js';
import type { RelationName, SchemaName } from '../../../../src/snowflake/identifiers.js';
import type { CommonInputs } from '../../../../src/inputs.js';
import { silentLog } from '../../../../src/log.js';
import type { Tools } from '../../../../src/tools.js';
import type { ModelVerdict } from '../../../../src/verification/verdict.js';
import { marker } from '../../../deployment/support/schemas.js';
import { plan } from '../../../deployment/support/plans.js';
import { manifestOf, model, planned } from '../../../verification/support/manifest.js';
import type { LoggedStatement } from '../../support/local-snowflake.js';
import type { VerificationCase } from '../cases/case.js';
import { QUERY_TAG } from './two-schemas.js';
import type { TwoSchemas } from './two-schemas.js';

const DEPLOYMENT = '20261122_120000_AAAAAAA';
const STARTED_AT = '2026-11-22T12:00:00.000Z';
const DEFAULT_COLUMNS = 'ID NUMBER, V VARCHAR';

/** A project that says nothing about verification. */
const PROJECT = fileURLToPath(new URL('../../shop', import.meta.url));
/** All that verification reads of the inputs. */
const INPUTS = {
  sampleIds: 'plain',
  verifySql: [],
  verification: { mode: 'enforce', limits: '', maxBytes: '' },
  project: { dbtVars: {} },
} as unknown as CommonInputs;

/** What became of one case. */
export interface VerifiedCase {
  readonly verdict: ModelVerdict;
  /** Reads of the case's tables, as the server's own log has them. */
  readonly reads: number;
}

/** One verification of one deployment. */
export interface VerifiedDeployment {
  /** In the order of the cases. */
  readonly results: readonly VerifiedCase[];
  /** All that the verification asked of the warehouse. */
  readonly statements: readonly LoggedStatement[];
}

/**
 * Production, its baseline and blue in a database of their own, made for all cases at once: then one verification of one
 * deployment compares them all, as the modes `build` and `verify` do it.
 */
export class CaseSchemas {
  readonly #sides: TwoSchemas;
  readonly #pair: SchemaPair;

  /** @param production name of a schema that does not exist yet */
  constructor(sides: TwoSchemas, database: string, production: string) {
    this.#sides = sides;
    this.#pair = { database, production, upcoming: `${production}_UPCOMING` };
  }

  /** Models of a case are named `case_<position>`. */
  async verify(cases: readonly VerificationCase[]): Promise<VerifiedDeployment> {
    await this.#makeProduction(cases);
    const upcoming = upcomingSchema(this.#pair);
    await this.#sides.run(`CREATE SCHEMA ${quoteSchema(upcoming)}`);
    const newOnes = ({ after, columns, newColumns }: VerificationCase): Contents => ({
      rows: after,
      columns: newColumns ?? columns,
    });
    await this.#makeAll(cases, upcoming, newOnes, ({ viewAfter }) => viewAfter);
    return this.#verifyMade(cases);
  }

  /** The same where blue holds what production does: of each case only `before` counts. */
  async verifyCopies(cases: readonly VerificationCase[]): Promise<VerifiedDeployment> {
    await this.#makeProduction(cases);
    const [production, upcoming] = [productionSchema(this.#pair), upcomingSchema(this.#pair)].map(quoteSchema);
    await this.#sides.run(`CREATE SCHEMA ${upcoming} CLONE ${production}`);
    return this.#verifyMade(cases);
  }

  async #makeProduction(cases: readonly VerificationCase[]): Promise<void> {
    const production = productionSchema(this.#pair);
    await this.#sides.run(`CREATE SCHEMA ${quoteSchema(production)}`);
    await this.#makeAll(
      cases,
      production,
      ({ before, columns }) => ({ rows: before, columns }),
      ({ viewBefore }) => viewBefore,
    );
    const baseline = quoteSchema(baselineSchema(this.#pair, DEPLOYMENT));
    await this.#sides.run(`CREATE TRANSIENT SCHEMA ${baseline} CLONE ${quoteSchema(production)}`);
  }

  async #verifyMade(cases: readonly VerificationCase[]): Promise<VerifiedDeployment> {
    const production = productionSchema(this.#pair);
    const nodes = cases.map((given, position) => this.#node(given, position));
    const tables = [...(await takeInventory(this.#sides.warehouse, production)).tables.keys()];
    const tokensAtClone = await readTokens(this.#sides.warehouse, production, tables);
    for (const [position, { meanwhile }] of cases.entries()) {
      const table = quoteRelation(named(production, position));
      await this.#sides.run(...(meanwhile ?? []).map((sql) => sql.replaceAll('{{ table }}', table)));
    }
    const before = await this.#sides.server.logPosition();
    const verdict = await verifyUpcoming(this.#tools(), INPUTS, {
      code: { commit: 'a'.repeat(40), projectDir: PROJECT, top: PROJECT },
      pair: this.#pair,
      plan: {
        ...plan(nodes.map((node, position) => this.#planned(node, cases[position], position))),
        pairs: [this.#pair],
      },
      marker: marker({ deployment: DEPLOYMENT, startedAt: STARTED_AT }),
      manifest: manifestOf(...nodes, ...nodes.flatMap((node, position) => cases[position]?.tests?.(node) ?? [])),
      tokensAtClone,
    });
    const statements = (await this.#sides.server.log(before)).filter(({ query_tag }) => query_tag === QUERY_TAG);
    const reads = readsOfCases(statements);
    const results = verdict.models.map((each, position) => ({
      verdict: each,
      reads: reads.get(tableName(position)) ?? 0,
    }));
    return { results, statements };
  }

  async #makeAll(
    cases: readonly VerificationCase[],
    schema: SchemaName,
    contents: (given: VerificationCase) => Contents,
    view: (given: VerificationCase) => string | undefined,
  ): Promise<void> {
    await Promise.all(
      cases.map(async (given, position) => {
        const { rows, columns } = contents(given);
        if (rows === undefined) return;
        const query = view(given);
        const relation = quoteRelation(named(schema, position));
        const table =
          query === undefined ? relation : quoteRelation({ ...schema, name: `${tableName(position)}_ROWS` });
        await this.#sides.run(`CREATE TABLE ${table} (${columns ?? DEFAULT_COLUMNS})`);
        // SELECT, not VALUES: literals of VARIANT and of time types need expressions.
        if (rows.length > 0) await this.#sides.run(`INSERT INTO ${table} SELECT ${rows.join(' UNION ALL SELECT ')}`);
        if (query !== undefined) {
          await this.#sides.run(`CREATE VIEW ${relation} AS ${query.replaceAll('{{ rows }}', table)}`);
        }
      }),
    );
  }

  #node(given: VerificationCase, position: number): ManifestNode {
    const materialized = given.viewAfter === undefined ? 'incremental' : 'view';
    return model(`case_${position}`, { config: { unique_key: 'id' }, materialized, ...given.node });
  }

  #planned(node: ManifestNode, given: VerificationCase | undefined, position: number): ReturnType<typeof planned> {
    const relations = {
      production: named(productionSchema(this.#pair), position),
      upcoming: named(upcomingSchema(this.#pair), position),
    };
    return planned(node, { ...relations, ...given?.planned });
  }

  /** Verification without tests of dbt and without custom checks asks nothing but the warehouse. */
  #tools(): Tools {
    const { warehouse } = this.#sides;
    return { warehouse, log: silentLog, signal: new AbortController().signal } as unknown as Tools;
  }
}

function readsOfCases(statements: readonly LoggedStatement[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { text, tables_read } of statements) {
    if (text.startsWith('SHOW') || text.includes('SYSTEM$LAST_CHANGE')) continue;
    for (const full of tables_read) {
      // A view's own tables are not counted: the view is what is read.
      const name = /\bCASE_\d+(?!\w)/.exec(full)?.[0];
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

interface Contents {
  readonly rows: readonly string[] | undefined;
  readonly columns: string | undefined;
}

function tableName(position: number): string {
  return `CASE_${position}`;
}

function named(schema: SchemaName, position: number): RelationName {
  return { ...schema, name: tableName(position) };
}
