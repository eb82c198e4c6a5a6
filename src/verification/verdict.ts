import type { RelationName } from '../snowflake/identifiers.js';

export type Status =
  /** Compared, and every difference is within policy. */
  | 'passed'
  /** Compared; differs in a way that a person should look at. */
  | 'warned'
  /** Not safe to swap. */
  | 'failed'
  /** New in this deployment: nothing to compare. */
  | 'new'
  /** The check itself broke (error, timeout): never shown as passed. */
  | 'errored';

export type KeySource =
  | 'meta'
  | 'contract'
  | 'unique_key'
  | 'unique_combination_of_columns'
  | 'unique test'
  | 'primary key'
  | 'keyless';

/** The columns, by stored names, that identify a row, and where that was learnt. */
export interface Key {
  readonly columns: readonly string[];
  readonly source: KeySource;
}

/** Keys of sample rows of one class: each is the key's values as text, in the key's column order. */
export type SampleKeys = readonly (readonly (string | null)[])[];

export interface ColumnDifference {
  readonly column: string;
  readonly changed: number;
  readonly toNull: number;
  readonly fromNull: number;
}

/** What the comparison of one rebuilt relation found. Counts are exact (bigint in SQL, safe integers here). */
export interface Comparison {
  readonly baselineRows: number;
  readonly upcomingRows: number;
  readonly identical: boolean;
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  readonly nullKeys: { readonly baseline: number; readonly upcoming: number };
  readonly duplicateKeys: { readonly baseline: number; readonly upcoming: number };
  readonly columns: readonly ColumnDifference[];
  readonly samples: { readonly missing: SampleKeys; readonly extra: SampleKeys; readonly changed: SampleKeys };
  readonly tableReads: number;
}

export interface SchemaDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** `AMOUNT: NUMBER(38,0) -> FLOAT` */
  readonly retyped: readonly string[];
}

export interface Finding {
  readonly severity: 'info' | 'warn' | 'fail';
  /** A sentence with the number and the limit. */
  readonly text: string;
}

export interface ModelVerdict {
  readonly uniqueId: string;
  readonly name: string;
  readonly relation: RelationName;
  readonly materialized: string;
  readonly status: Status;
  readonly key: Key | undefined;
  readonly comparison: Comparison | undefined;
  readonly schema: SchemaDifference | undefined;
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

/** The verdict on a deployment: `passed` only when every model and test was really checked. */
export interface Verdict {
  readonly status: 'passed' | 'warned' | 'failed';
  readonly models: readonly ModelVerdict[];
  /** dbt tests that ran in blue. */
  readonly tests: readonly TestVerdict[];
  /** What blocks the swap, for people; empty unless failed. */
  readonly blockers: readonly string[];
  readonly baseline: { readonly kind: 'clone' | 'time travel'; readonly at: string };
}

export interface TestVerdict {
  readonly uniqueId: string;
  readonly name: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'error';
  readonly failures: number | undefined;
  readonly message: string | undefined;
}
