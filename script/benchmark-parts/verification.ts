/** `script/benchmark verification`: this action's comparison beside what people do today, on the local Snowflake. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnLocalSnowflake } from '../../__tests__/e2e/support/local-snowflake.js';
import { COLUMNS, SITUATIONS, createBaseline } from './event-tables.js';
import { median, seconds, table } from './figures.js';
import { type EventWarehouse, openEventWarehouse } from './event-warehouse.js';
import { quickCheck } from './usual-comparisons.js';
import { type Measured, PAIR, type Way, measure, waysToCompare } from './ways-to-compare.js';

export interface VerificationOptions {
  /** The id of one situation; undefined: all. */
  readonly only: string | undefined;
  readonly rows: number;
  readonly rounds: number;
}

type Say = (line: string) => void;

/** Runs every way in every situation, by turns, and says what each cost. */
export async function benchmarkVerification({ only, rows, rounds }: VerificationOptions, say: Say): Promise<void> {
  // On disk, so that joins of many millions of rows spill there and the tables need no memory of their own.
  const db = mkdtempSync(join(tmpdir(), 'benchmark-'));
  const server = await OwnLocalSnowflake.start({ db });
  try {
    const warehouse = await openEventWarehouse(server);
    try {
      say(`Two tables of ${rows.toLocaleString('en-US')} rows and ${COLUMNS.length} columns on the local Snowflake.`);
      await warehouse.run(createBaseline(rows));
      const ways = await waysToCompare(warehouse, say);
      for (const { id, name, blue } of SITUATIONS.filter((each) => only === undefined || each.id === only)) {
        await warehouse.run(`CREATE OR REPLACE TABLE BLUE.EVENTS AS ${blue}`);
        // Whoever comes first would read the new table for the others, too.
        for (const sql of quickCheck(PAIR)) await warehouse.run(sql);
        say(`\n${name}:`);
        say(table(await compared(id === 'all' && rows > MOST_ROWS_OUT ? staying(ways) : ways, warehouse, rounds, say)));
      }
    } finally {
      await warehouse.close();
    }
  } finally {
    await server.stop();
    rmSync(db, { recursive: true, force: true });
  }
}

/** The local Snowflake holds a whole answer in memory: more rows than this cannot leave it in one. */
const MOST_ROWS_OUT = 500_000;

/** Ways by which differing rows leave the warehouse refuse; the others go on. */
function staying(ways: readonly Way[]): readonly Way[] {
  const tooMuch = new Error('not run: all rows would leave');
  return ways.map((way) => (way.fetchesRows ? { ...way, compare: () => Promise.reject(tooMuch) } : way));
}

async function compared(
  ways: readonly Way[],
  warehouse: EventWarehouse,
  rounds: number,
  say: Say,
): Promise<readonly (readonly string[])[]> {
  const results = new Map<Way, Measured[]>(ways.map((way) => [way, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ways) {
      const measured = await measure(way, warehouse);
      results.get(way)?.push(measured);
      say(`  ${way.name}: ${measured.failure ?? seconds(measured.seconds)}`);
    }
  }
  const time = (way: Way): number => median((results.get(way) ?? []).map((each) => each.seconds));
  const [ours] = ways;
  const base = ours === undefined ? Number.NaN : time(ours);
  return [
    ['', 'statements', 'table reads', 'rows that leave', 'time', 'of ours', 'finds'],
    ...ways.map((way) => {
      const [first] = results.get(way) ?? [];
      if (first === undefined || first.failure !== undefined) {
        return [way.name, '', '', '', first?.failure ?? 'not run', '', ''];
      }
      const { statements, reads, rowsOut, finds } = first;
      const counts = [statements, reads, rowsOut].map((count) => count.toLocaleString('en-US'));
      return [way.name, ...counts, seconds(time(way)), `${(time(way) / base).toFixed(1)} x`, finds];
    }),
  ];
}
