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
  'meta' | 'contract' | 'unique_key' | 'unique_combination_of_columns' | 'unique test' | 'primary key' | 'keyless';

/** The columns, by stored names, that identify a row, and where that was learnt. */
export interface Key {
  readonly columns: readonly string[];
  readonly source: KeySource;
}

/** Keys of sample rows of one class: each is the key's values as text, in the key's column order. */
export type SampleKeys = readonly (readonly (string | null)[])[];

/** Some keys of each class; `duplicate` are keys that repeat in blue. Empty when keyless, or when none were asked for. */
export interface Samples {
  readonly missing: SampleKeys;
  readonly extra: SampleKeys;
  readonly changed: SampleKeys;
  readonly duplicate: SampleKeys;
}

/** What differs in one sample row that both sides have; texts are cut. Only where values were asked for. */
export interface ChangedValues {
  /** The key's values as text, in the key's column order. */
  readonly key: readonly (string | null)[];
  readonly values: readonly {
    readonly column: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** How one column differs over the keys that both sides have. */
export interface ColumnDifference {
  readonly column: string;
  readonly changed: number;
  readonly toNull: number;
  readonly fromNull: number;
  /** Rows in which the column is not NULL, on each side. */
  readonly filled: { readonly baseline: number; readonly upcoming: number };
}

/** Where less was compared than there is: some of the ids, no values, or nothing but the number of rows. */
export type Shortcut = 'sampled' | 'keys only' | 'rows only';

/** How the rows of both sides were paired. */
export type ComparisonForm =
  /** Both sides have the same fingerprint: nothing had to be paired. */
  | 'fingerprint'
  /** Full outer join by key; only where no key is NULL or repeated. */
  | 'join'
  /** Grouped by key, NULL keys being equal; a key's rows are compared as a multiset. */
  | 'group'
  /** Whole rows as a multiset: a changed row is one missing and one extra. */
  | 'keyless'
  /** Only how many rows each side has. */
  | 'counted';

/** Keys of the baseline (rows when keyless) that blue lacks and may lack. */
export interface ExcusedRows {
  /** Too old for the source; deleted at the source; what the change is expected to leave out. */
  readonly kind: 'expired' | 'deleted' | 'expected';
  /** The condition or the reason in words. */
  readonly why: string;
  readonly count: number;
}

/** What the comparison of one rebuilt relation found. Counts are exact (bigint in SQL, safe integers here). */
export interface Comparison {
  readonly form: ComparisonForm;
  readonly baselineRows: number;
  readonly upcomingRows: number;
  readonly identical: boolean;
  /** Keys that both sides have; rows when keyless. */
  readonly matched: number;
  /** Keys (rows when keyless) that only the baseline has. */
  readonly missing: number;
  /** Keys (rows when keyless) that only blue has. */
  readonly extra: number;
  /** Of the extra keys, those at or after the cut-off by the time column; undefined without one. */
  readonly extraSinceCutOff: number | undefined;
  /** Matched keys whose compared values differ. */
  readonly changed: number;
  /** Of the changed keys, those that blue dates at or after the cut-off by the time column; undefined without one. */
  readonly changedSinceCutOff: number | undefined;
  /** Of the changed keys, those neither dated so nor changed only in columns that are judged by themselves. */
  readonly changedOtherwise: number;
  /** Of the missing keys (rows when keyless), those that blue may lack. */
  readonly excused: readonly ExcusedRows[];
  /** Rows whose key has a NULL in it. */
  readonly nullKeys: { readonly baseline: number; readonly upcoming: number };
  /** Rows beyond the first of each key; rows with a NULL in the key do not count. */
  readonly duplicateKeys: { readonly baseline: number; readonly upcoming: number };
  readonly columns: readonly ColumnDifference[];
  readonly samples: Samples;
  /** Of some of the changed rows; missing unless the project asked to see values. */
  readonly changedValues?: readonly ChangedValues[];
  /** Scans of one side of the table: 0, 2 or 4. */
  readonly tableReads: number;
}

export interface SchemaDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** `AMOUNT: NUMBER(38,0) -> FLOAT` */
  readonly retyped: readonly string[];
  /** Those of `retyped` whose new type cannot hold all that the old one could. */
  readonly narrowed: readonly string[];
  /** `NAME: none -> en-ci` */
  readonly recollated: readonly string[];
  /** `EMAIL: NOT NULL -> nullable` */
  readonly nullability: readonly string[];
  /** Columns whose comment differs. */
  readonly comments: readonly string[];
  /** Columns that both sides have stand in another order. */
  readonly reordered: boolean;
}

/** What SHOW tells of a relation as a whole and a full refresh can lose. */
export interface RelationChange {
  readonly property: 'kind' | 'owner' | 'clustering' | 'retention' | 'secure' | 'comment';
  /** As production has it, and blue; empty for none. */
  readonly before: string;
  readonly after: string;
}

/** A masking or row access policy or a tag that blue has otherwise than production. */
export interface PolicyChange {
  readonly kind: 'masking policy' | 'row access policy' | 'tag';
  /** Stored name of the masked or tagged column. */
  readonly column?: string;
  /** The full name in production, and in blue, of a tag with its value; empty for none. */
  readonly before: string;
  readonly after: string;
}

/** A column that both sides have and whose values were not compared. */
export interface UncomparedColumn {
  readonly column: string;
  readonly why: string;
}

export interface Finding {
  readonly severity: 'info' | 'warn' | 'fail';
  /** A sentence with the number and the limit. */
  readonly text: string;
  /** The reason by which the project expects it in this deployment. */
  readonly expected?: string;
  /** Rows changed, and as few as rows that came since the clone can have changed. */
  readonly isLateChange?: true;
}

export interface ModelVerdict {
  readonly uniqueId: string;
  readonly name: string;
  readonly relation: RelationName;
  /** What it was compared with; undefined when there was nothing. */
  readonly baseline: RelationName | undefined;
  readonly materialized: string;
  readonly status: Status;
  readonly key: Key | undefined;
  readonly comparison: Comparison | undefined;
  readonly schema: SchemaDifference | undefined;
  /** Where blue differs from production as a whole; absent when there is nothing to compare with, or nothing differs. */
  readonly properties?: readonly RelationChange[];
  /** Policies lost, gained or set otherwise, and tags lost or with another value, as far as this role may see them; absent when nothing differs. */
  readonly policies?: readonly PolicyChange[];
  readonly uncompared: readonly UncomparedColumn[];
  readonly findings: readonly Finding[];
  /**
   * Ids are missing that may be rows which production received since the clone (a view was compared with production's own).
   * They must be checked again after the catch-up: until then this verdict is not the last word.
   */
  readonly isProvisional: boolean;
  /** SQL by which rows were left out, and by which blue may lack rows of the baseline: it holds for late rows as well. */
  readonly conditions?: {
    readonly where: string | undefined;
    readonly mayLack: readonly string[];
    /** What makes the key changed on purpose: late rows cannot be matched by it. */
    readonly keyChanged: boolean;
  };
  /** What makes this less than a comparison of all rows and values; absent when it is one. */
  readonly partial?: readonly Shortcut[];
  readonly seconds: number;
}

/** Where the tables came from that blue was compared with. */
export type BaselineOrigin =
  /** Cloned with blue, `at` the start of the deployment. */
  | { readonly kind: 'clone'; readonly at: string }
  /** Of some `tables`, by stored name, the clone was gone: production as Time Travel has it of `at`, just before the clone. */
  | { readonly kind: 'time travel'; readonly at: string; readonly tables: readonly string[] };

/** The verdict on a deployment: `passed` only when every model and test was really checked. */
export interface Verdict {
  readonly status: 'passed' | 'warned' | 'failed';
  readonly models: readonly ModelVerdict[];
  /** dbt tests that ran in blue. */
  readonly tests: readonly TestVerdict[];
  /** What blocks the swap, for people; empty unless failed. */
  readonly blockers: readonly string[];
  /** Differences that would block and do not, since verification only reports; absent when there are none. */
  readonly wouldBlock?: readonly string[];
  /** What was compared in no model, why, and what would let it be; absent when everything was. */
  readonly uncompared?: readonly string[];
  readonly baseline: BaselineOrigin;
}

export interface TestVerdict {
  readonly uniqueId: string;
  readonly name: string;
  readonly status: 'pass' | 'warn' | 'fail' | 'error';
  readonly failures: number | undefined;
  /** What the same test finds in production, asked where it failed in blue. */
  readonly failuresInProduction?: number;
  readonly message: string | undefined;
}
