import { quoteName } from '../snowflake/identifiers.js';
import type { RelationName } from '../snowflake/identifiers.js';
import { optionalText, text } from '../snowflake/rows.js';
import {
  createHistory,
  insertHistory,
  listHistory,
  selectHistory,
  selectHistoryBySnapshot,
  updateHistory,
} from '../snowflake/statements/history.js';
import type { HistoryColumn } from '../snowflake/statements/history.js';
import { createSchemaIfNotExists } from '../snowflake/statements/schemas.js';
import { isMissingObject, isNameTaken } from '../snowflake/warehouse.js';
import type { Row, Statement, Warehouse } from '../snowflake/warehouse.js';
import type { SchemaPair } from '../selection/plan.js';
import { readPlan, writePlan } from '../deployment/plan-document.js';
import { parseRebuilt, parseTokens, readVerdict } from '../deployment/record.js';
import type { DeploymentRecord, Tokens } from '../deployment/record.js';
import { historySchema } from '../deployment/schema-names.js';

export type HistoryChanges = Partial<Readonly<Record<HistoryColumn, string | null>>>;

/** One line of the history as `status` lists it. */
export type HistoryLine = Readonly<Partial<Record<HistoryColumn, string>>>;

/** The deployment history beside a production schema: one row a deployment or rollback, for people and for later steps. */
export class History {
  readonly #warehouse: Warehouse;
  readonly #pair: SchemaPair;
  readonly #table: RelationName;

  constructor(warehouse: Warehouse, pair: SchemaPair) {
    this.#warehouse = warehouse;
    this.#pair = pair;
    this.#table = { ...historySchema(pair), name: 'HISTORY' };
  }

  /** Makes schema and table of the history where they are missing. */
  async prepare(): Promise<void> {
    const purpose = `Deployments of ${quoteName(this.#pair.production)}: plans, verdicts and rollbacks`;
    await this.#unlessThere(createSchemaIfNotExists(historySchema(this.#pair), purpose));
    await this.#unlessThere(createHistory(this.#table));
  }

  /** Of two runs that make the same thing at once, IF NOT EXISTS does not promise the later one that it is no error. */
  async #unlessThere(statement: Statement): Promise<void> {
    try {
      await this.#warehouse.execute(statement);
    } catch (error) {
      if (!isNameTaken(error)) throw error;
    }
  }

  async begin(record: DeploymentRecord, who: { readonly run: string; readonly actor: string }): Promise<void> {
    await this.#warehouse.execute(
      insertHistory(this.#table, record.deployment, {
        KIND: 'deployment',
        REPOSITORY: record.repository,
        COMMIT: record.commit,
        BASE_COMMIT: record.base,
        PARENT: record.parent,
        RUN: who.run,
        ACTOR: who.actor,
        PHASE: record.phase,
        STARTED_AT: record.startedAt,
        PULL_REQUEST: record.pullRequests.length === 0 ? null : record.pullRequests.join(' '),
        PLAN: writePlan(record.plan),
        TOKENS_AT_CLONE: JSON.stringify(record.tokensAtClone),
      }),
    );
  }

  async beginRollback(operation: string, values: HistoryChanges): Promise<void> {
    await this.#warehouse.execute(insertHistory(this.#table, operation, { KIND: 'rollback', ...values }));
  }

  async update(deployment: string, changes: HistoryChanges): Promise<void> {
    await this.#warehouse.execute(updateHistory(this.#table, deployment, changes));
  }

  /** The record of a deployment; undefined when there is none (or no history at all). */
  async read(deployment: string): Promise<DeploymentRecord | undefined> {
    const rows = await this.#rows(() => this.#warehouse.execute(selectHistory(this.#table, deployment)));
    const row = rows.find((candidate) => candidate['PLAN'] !== null);
    return row === undefined ? undefined : recordOf(row);
  }

  /** The record of the deployment whose swap left `snapshot` (a stored schema name) behind. */
  async readBySnapshot(snapshot: string): Promise<DeploymentRecord | undefined> {
    const rows = await this.#rows(() => this.#warehouse.execute(selectHistoryBySnapshot(this.#table, snapshot)));
    const row = rows.find((candidate) => candidate['PLAN'] !== null);
    return row === undefined ? undefined : recordOf(row);
  }

  /** The newest lines first. */
  async list(limit: number): Promise<readonly HistoryLine[]> {
    const rows = await this.#rows(() => this.#warehouse.execute(listHistory(this.#table, limit)));
    return rows.map(
      (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as HistoryLine,
    );
  }

  async #rows(read: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
    try {
      return await read();
    } catch (error) {
      if (isMissingObject(error)) return [];
      throw error;
    }
  }
}

function recordOf(row: Row): DeploymentRecord {
  const tokens = (column: HistoryColumn): Tokens | undefined => {
    const json = optionalText(row, column);
    return json === undefined ? undefined : parseTokens(json);
  };
  const results = optionalText(row, 'RESULTS');
  const rebuilt = optionalText(row, 'REBUILT');
  return {
    deployment: text(row, 'DEPLOYMENT'),
    repository: text(row, 'REPOSITORY'),
    commit: text(row, 'COMMIT'),
    base: text(row, 'BASE_COMMIT'),
    parent: text(row, 'PARENT'),
    phase: text(row, 'PHASE'),
    startedAt: text(row, 'STARTED_AT'),
    pullRequests: (optionalText(row, 'PULL_REQUEST')?.split(' ') ?? []).map(Number),
    snapshot: optionalText(row, 'SNAPSHOT'),
    rejected: optionalText(row, 'REJECTED'),
    plan: readPlan(text(row, 'PLAN')),
    rebuilt: rebuilt === undefined ? undefined : parseRebuilt(rebuilt),
    tokensAtClone: tokens('TOKENS_AT_CLONE') ?? {},
    tokensAtSwap: tokens('TOKENS_AT_SWAP'),
    tokensOfRelease: tokens('TOKENS_OF_RELEASE'),
    tokensOfUpcoming: tokens('TOKENS_OF_UPCOMING'),
    verdict: results === undefined ? undefined : readVerdict(results),
  };
}
