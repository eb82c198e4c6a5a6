import type { Row } from '../../snowflake/warehouse.js';
import type { ColumnDifference, ExcusedRows, Samples } from '../verdict.js';
import { countCell, countsCell } from './cells.js';
import { countWhere, sinceCutOff } from './sides.js';
import type { Sides } from './sides.js';

/** The counts of one column over all matched keys; also of columns that do not differ. */
export type ColumnCounts = ColumnDifference;

/** What both pairing forms (join and group) count. */
export interface PairingCounts {
  readonly baselineRows: number;
  readonly upcomingRows: number;
  readonly matched: number;
  readonly missing: number;
  readonly extra: number;
  readonly extraSinceCutOff: number | undefined;
  readonly changed: number;
  readonly changedSinceCutOff: number | undefined;
  readonly changedOtherwise: number;
  readonly excused: readonly ExcusedRows[];
  readonly nullKeys: { readonly baseline: number; readonly upcoming: number };
  readonly columns: readonly ColumnCounts[];
  readonly samples: Samples;
}

/**
 * Cells that split the missing and the changed; none where nothing is to be split.
 * @param missing SQL that is true for a missing key
 */
export function splittingCells(sides: Sides, missing: string): readonly string[] {
  const { time, excuses = [] } = sides;
  const since = time === undefined ? undefined : sinceCutOff(time, '"t"');
  const text = (condition: string): string => `${countWhere(condition)}::VARCHAR`;
  const otherwise = [changedFlag(sides), ...(since === undefined ? [] : [`NOT COALESCE(${since}, FALSE)`])];
  return [
    ...(since === undefined ? [] : [`${text(`"is_changed" AND ${since}`)} AS "changed_since"`]),
    ...(isSplit(sides) ? [`${text(otherwise.join(' AND '))} AS "changed_otherwise"`] : []),
    ...(excuses.length === 0
      ? []
      : [
          `CONCAT_WS(' ', ${excuses.map((_, index) => text(`${missing} AND "x" = ${index + 1}`)).join(', ')}) AS "excused"`,
        ]),
  ];
}

/** What `splittingCells` counted. */
export function readSplit(
  sides: Sides,
  row: Row,
  changed: number,
): Pick<PairingCounts, 'changedSinceCutOff' | 'changedOtherwise' | 'excused'> {
  return {
    changedSinceCutOff: sides.time === undefined ? undefined : countCell(row, 'changed_since'),
    changedOtherwise: isSplit(sides) ? countCell(row, 'changed_otherwise') : changed,
    excused: readExcused(sides, row),
  };
}

/** Counts of rows that each excuse covers, in the excuses' order. */
export function readExcused({ excuses = [] }: Pick<Sides, 'excuses'>, row: Row): readonly ExcusedRows[] {
  if (excuses.length === 0) return [];
  const counts = countsCell(row, 'excused', excuses.length);
  return excuses.map(({ kind, why }, index) => ({ kind, why, count: counts[index] ?? 0 }));
}

export function hasApart({ apart }: Sides): boolean {
  return apart !== undefined && apart.size > 0;
}

function isSplit(sides: Sides): boolean {
  return sides.time !== undefined || hasApart(sides);
}

function changedFlag(sides: Sides): string {
  return hasApart(sides) ? '"is_changed_elsewhere"' : '"is_changed"';
}
