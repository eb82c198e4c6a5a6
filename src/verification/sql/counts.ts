import type { ColumnDifference, Samples } from '../verdict.js';

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
  readonly nullKeys: { readonly baseline: number; readonly upcoming: number };
  readonly columns: readonly ColumnCounts[];
  readonly samples: Samples;
}
