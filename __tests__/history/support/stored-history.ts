import type { Row, Statement } from '../../../src/snowflake/warehouse.js';
import { RecordingWarehouse } from '../../support/recording-warehouse.js';

/** Keeps the rows of a history as the table would: what INSERT and UPDATE bind is what SELECT gives back. */
export class StoredHistory extends RecordingWarehouse {
  readonly rows: Map<string, Record<string, string | null>>;

  constructor() {
    const rows = new Map<string, Record<string, string | null>>();
    super((statement) => answer(rows, statement));
    this.rows = rows;
  }
}

function answer(rows: Map<string, Record<string, string | null>>, statement: Statement): readonly Row[] {
  const { name, sql } = statement;
  const binds = (statement.binds ?? []).map((bind) => (bind === null ? null : String(bind)));
  const key = binds.at(-1) ?? '';
  if (name === 'insertHistory') {
    const columns = [...(/\((.*?)\) SELECT/.exec(sql)?.[1] ?? '').matchAll(/"([A-Z_]+)"/g)].map(
      ([, column]) => column ?? '',
    );
    const values = new Map(columns.map((column, index) => [column, binds[index] ?? null]));
    if (!rows.has(key)) rows.set(key, { ...EMPTY, ...Object.fromEntries(values) });
  }
  if (name === 'updateHistory') {
    const columns = [...sql.matchAll(/"([A-Z_]+)" = \?/g)].map(([, column]) => column ?? '').slice(0, -1);
    const row = rows.get(key);
    columns.forEach((column, index) => {
      if (row !== undefined) row[column] = binds[index] ?? null;
    });
  }
  if (name === 'selectHistory') return [...rows.values()].filter((row) => row['DEPLOYMENT'] === key);
  if (name === 'selectHistoryBySnapshot')
    return [...rows.values()].filter((row) => row['SNAPSHOT'] === key && row['KIND'] === 'deployment');
  return name === 'listHistory' ? [...rows.values()] : [];
}

const EMPTY = { PLAN: null, SNAPSHOT: null, REJECTED: null, RESULTS: null, PULL_REQUEST: null, TOKENS_AT_SWAP: null };
