import { quoteName, quoteRelation } from '../identifiers.js';
import type { RelationName } from '../identifiers.js';
import type { Statement } from '../warehouse.js';

/**
 * The columns of the deployment history: one row a deployment or rollback. Text throughout: times are ISO 8601 in UTC, the
 * larger parts are JSON (PARSE_JSON them to query inside).
 */
export const HISTORY_COLUMNS = [
  'DEPLOYMENT',
  'KIND',
  'REPOSITORY',
  'COMMIT',
  'BASE_COMMIT',
  'PARENT',
  'RUN',
  'ACTOR',
  'PHASE',
  'VERDICT',
  'STARTED_AT',
  'FINISHED_AT',
  'PULL_REQUEST',
  'SNAPSHOT',
  'REJECTED',
  'PLAN',
  'REBUILT',
  'TOKENS_AT_CLONE',
  'TOKENS_AT_SWAP',
  'TOKENS_OF_RELEASE',
  'TOKENS_OF_UPCOMING',
  'RESULTS',
  'REPORT',
] as const;

export type HistoryColumn = (typeof HISTORY_COLUMNS)[number];

const LARGE_COLUMNS: readonly HistoryColumn[] = [
  'PLAN',
  'REBUILT',
  'TOKENS_AT_CLONE',
  'TOKENS_AT_SWAP',
  'TOKENS_OF_RELEASE',
  'TOKENS_OF_UPCOMING',
  'RESULTS',
  'REPORT',
];

/** The table of the deployment history, unless it is there. */
export function createHistory(table: RelationName): Statement {
  const columns = HISTORY_COLUMNS.map((column) => `${quoteName(column)} VARCHAR`);
  return {
    name: 'createHistory',
    sql: `CREATE TABLE IF NOT EXISTS ${quoteRelation(table)} (${columns.join(', ')})`,
  };
}

/** Adds the row unless it is there: safe to send again after a lost reply. */
export function insertHistory(
  table: RelationName,
  deployment: string,
  values: Partial<Readonly<Record<HistoryColumn, string | null>>>,
): Statement {
  const columns = HISTORY_COLUMNS.filter((column) => column !== 'DEPLOYMENT' && values[column] !== undefined);
  const names = ['DEPLOYMENT', ...columns].map(quoteName).join(', ');
  const marks = ['DEPLOYMENT', ...columns].map(() => '?').join(', ');
  return {
    name: 'insertHistory',
    sql:
      `INSERT INTO ${quoteRelation(table)} (${names}) SELECT ${marks} ` +
      `WHERE NOT EXISTS (SELECT 1 FROM ${quoteRelation(table)} WHERE "DEPLOYMENT" = ?)`,
    binds: [deployment, ...columns.map((column) => values[column] ?? null), deployment],
  };
}

/** Writes the given columns of a row; what is not given stays. */
export function updateHistory(
  table: RelationName,
  deployment: string,
  values: Partial<Readonly<Record<HistoryColumn, string | null>>>,
): Statement {
  const columns = HISTORY_COLUMNS.filter((column) => column !== 'DEPLOYMENT' && values[column] !== undefined);
  const assignments = columns.map((column) => `${quoteName(column)} = ?`).join(', ');
  return {
    name: 'updateHistory',
    sql: `UPDATE ${quoteRelation(table)} SET ${assignments} WHERE "DEPLOYMENT" = ?`,
    binds: [...columns.map((column) => values[column] ?? null), deployment],
  };
}

/** The row of one deployment or rollback. */
export function selectHistory(table: RelationName, deployment: string): Statement {
  return {
    name: 'selectHistory',
    sql: `SELECT * FROM ${quoteRelation(table)} WHERE "DEPLOYMENT" = ?`,
    binds: [deployment],
  };
}

/** The deployment that a snapshot was kept by. Rows of kind deployment only: a rollback names the snapshot that it used. */
export function selectHistoryBySnapshot(table: RelationName, snapshot: string): Statement {
  return {
    name: 'selectHistoryBySnapshot',
    sql: `SELECT * FROM ${quoteRelation(table)} WHERE "SNAPSHOT" = ? AND "KIND" = 'deployment'`,
    binds: [snapshot],
  };
}

/** The newest rows first, without the large JSON columns. */
export function listHistory(table: RelationName, limit: number): Statement {
  const columns = HISTORY_COLUMNS.filter((column) => !LARGE_COLUMNS.includes(column)).map(quoteName);
  return {
    name: 'listHistory',
    sql: `SELECT ${columns.join(', ')} FROM ${quoteRelation(table)} ORDER BY "STARTED_AT" DESC LIMIT ${limit}`,
  };
}
