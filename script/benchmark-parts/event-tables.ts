/** Two versions of one table of events, in the situations that a verification meets. */

/** Stored names of the 12 columns, the key first. */
export const COLUMNS = [
  'EVENT_ID',
  'USER_ID',
  'OCCURRED_AT',
  'DAY',
  'KIND',
  'COUNTRY',
  'PAGE',
  'AMOUNT',
  'QUANTITY',
  'SCORE',
  'IS_NEW',
  'NOTE',
] as const;
export const KEY = COLUMNS[0];

export interface Situation {
  /** For the command line. */
  readonly id: 'identical' | 'changed' | 'missing' | 'all';
  readonly name: string;
  /** The query that makes blue from the table `BASE.EVENTS`. */
  readonly blue: string;
}

/** Rows are numbered from 0 by EVENT_ID, so a remainder picks an exact share of them. */
export const SITUATIONS: readonly Situation[] = [
  { id: 'identical', name: 'identical', blue: 'SELECT * FROM BASE.EVENTS' },
  {
    id: 'changed',
    name: '0.01 % changed in one column',
    blue: replaced({ AMOUNT: 'IFF(MOD(EVENT_ID, 10000) = 7, AMOUNT + 1, AMOUNT)' }),
  },
  { id: 'missing', name: '1 % missing', blue: 'SELECT * FROM BASE.EVENTS WHERE MOD(EVENT_ID, 100) <> 7' },
  {
    id: 'all',
    name: 'all changed',
    blue: replaced({
      ...{ USER_ID: 'USER_ID + 1', OCCURRED_AT: "DATEADD('second', 1, OCCURRED_AT)", DAY: "DATEADD('day', 1, DAY)" },
      ...{ KIND: "KIND || 'x'", COUNTRY: "COUNTRY || 'x'", PAGE: "PAGE || 'x'", AMOUNT: 'AMOUNT + 1' },
      ...{ QUANTITY: 'QUANTITY + 1', SCORE: 'SCORE + 1', IS_NEW: 'NOT IS_NEW', NOTE: "NOTE || 'x'" },
    }),
  },
];

/** Makes `BASE.EVENTS` with so many rows. */
export function createBaseline(rows: number): string {
  return `CREATE TABLE BASE.EVENTS AS
SELECT
  n AS EVENT_ID,
  MOD(n * 7919, 100003) AS USER_ID,
  DATEADD('second', n, '2026-01-01 00:00:00'::TIMESTAMP_NTZ) AS OCCURRED_AT,
  DATEADD('second', n, '2026-01-01 00:00:00'::TIMESTAMP_NTZ)::DATE AS DAY,
  CASE MOD(n, 4) WHEN 0 THEN 'view' WHEN 1 THEN 'click' WHEN 2 THEN 'order' ELSE 'return' END AS KIND,
  CASE MOD(n, 5) WHEN 0 THEN 'AT' WHEN 1 THEN 'DE' WHEN 2 THEN 'FR' WHEN 3 THEN NULL ELSE 'IT' END AS COUNTRY,
  '/products/' || MOD(n * 31, 20011)::VARCHAR AS PAGE,
  (MOD(n * 13, 100000) / 100)::NUMBER(12, 2) AS AMOUNT,
  MOD(n, 9) AS QUANTITY,
  (MOD(n * 17, 10007) / 7)::FLOAT AS SCORE,
  MOD(n, 3) = 0 AS IS_NEW,
  'note ' || MD5(n::VARCHAR) AS NOTE
FROM (SELECT SEQ8() AS n FROM TABLE(GENERATOR(ROWCOUNT => ${rows})))`;
}

/** All columns of the baseline, with some of them changed. */
function replaced(changes: Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>): string {
  const list = COLUMNS.map((column) => {
    const change = changes[column];
    return change === undefined ? column : `${change} AS ${column}`;
  });
  return `SELECT ${list.join(', ')} FROM BASE.EVENTS`;
}
