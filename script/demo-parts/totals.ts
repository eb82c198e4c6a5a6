/** Whether production holds exactly what its sources call for: nothing lost, nothing double. */
import type { ExampleWarehouse } from './example-warehouse.js';
import { readSql } from './example-warehouse.js';
import { type Story, figure } from './story.js';
import type { Promised } from './promises.js';

export interface TableTotals {
  readonly table: string;
  readonly sourceRows: number;
  readonly liveRows: number;
  readonly missing: number;
  readonly unexpected: number;
  readonly doubled: number;
  readonly sourceSum: number;
  readonly liveSum: number;
}

const TABLES = 4;

/** Counts both sides of each table, in one statement. */
export async function compareTotals(warehouse: ExampleWarehouse): Promise<readonly TableTotals[]> {
  const rows = await warehouse.query(readSql('totals.sql'));
  return rows.map((row) => ({
    table: String(row['TABLE_NAME']),
    sourceRows: Number(row['SOURCE_ROWS']),
    liveRows: Number(row['LIVE_ROWS']),
    missing: Number(row['MISSING']),
    unexpected: Number(row['UNEXPECTED']),
    doubled: Number(row['DOUBLED']),
    sourceSum: Number(row['SOURCE_SUM']),
    liveSum: Number(row['LIVE_SUM']),
  }));
}

function agree(totals: TableTotals): boolean {
  return (
    totals.liveRows > 0 &&
    totals.sourceRows === totals.liveRows &&
    totals.missing + totals.unexpected + totals.doubled === 0 &&
    totals.sourceSum === totals.liveSum
  );
}

/** Shows the comparison and keeps the promise that it proves. */
export async function keepTotals(
  story: Story,
  warehouse: ExampleWarehouse,
  promised: Promised,
  when: string,
): Promise<void> {
  const totals = await compareTotals(warehouse);
  story.table([
    ['table in analytics.public', 'source', 'public', 'missing', 'double'],
    ...totals.map((one) => [
      one.table,
      figure(one.sourceRows),
      figure(one.liveRows),
      figure(one.missing),
      figure(one.doubled + one.unexpected),
    ]),
  ]);
  story.keep(
    promised,
    totals.length === TABLES && totals.every(agree),
    `public holds what its sources call for, ${when}: nothing lost, nothing double`,
    `Totals: ${JSON.stringify(totals)}`,
  );
}
