import type { ManifestNode } from '../../../../src/dbt/manifest.js';
import type { PlannedNode } from '../../../../src/selection/plan.js';
import type { Comparison, KeySource, Shortcut, Status } from '../../../../src/verification/verdict.js';

/** What the verdict on a case must say. Only what is given is compared. */
export interface ExpectedVerdict {
  readonly status: Status;
  /** Reads of the case's own tables, by the warehouse's log. */
  readonly reads?: number;
  readonly key?: readonly string[];
  readonly source?: KeySource;
  readonly counts?: Partial<Omit<Comparison, 'columns' | 'samples'>>;
  /** All differing columns: `NAME changed toNull fromNull`. */
  readonly columns?: readonly string[];
  readonly samples?: Partial<Comparison['samples']>;
  /** All findings, in order: `severity: text`, or the beginning of it. */
  readonly findings?: readonly string[];
  /** In which ways less was compared than there is; `undefined` for all. */
  readonly partial?: readonly Shortcut[] | undefined;
  /** Columns that were not compared, with the reason. */
  readonly uncompared?: readonly string[];
}

/** Two versions of one relation, and what the verification must say of them. */
export interface VerificationCase {
  /** A sentence that is true of the action. */
  readonly what: string;
  /** Column definitions of production and, unless `newColumns` is given, of blue; `ID NUMBER, V VARCHAR` by default. */
  readonly columns?: string;
  readonly newColumns?: string;
  /** Rows of SQL literals. `before`: production when blue was cloned; undefined: it had no such table. */
  readonly before: readonly string[] | undefined;
  /** Rows of blue. */
  readonly after: readonly string[];
  /** The query of a view over those rows, with `{{ rows }}` for their table; undefined: the relation is a table itself. */
  readonly viewBefore?: string;
  readonly viewAfter?: string;
  /** What dbt's manifest says of the model; `unique_key: id` by default. */
  readonly node?: Partial<ManifestNode>;
  /** Tests of the model in the manifest. */
  readonly tests?: (node: ManifestNode) => readonly ManifestNode[];
  readonly planned?: Partial<PlannedNode>;
  /** Statements run on production after the clone; `{{ table }}` is production's table. */
  readonly meanwhile?: readonly string[];
  readonly expected: ExpectedVerdict;
}

/** A model that dbt knows by these settings under `meta.blue_green`, keyed by ID. */
export function withSettings(settings: Readonly<Record<string, unknown>>): Partial<ManifestNode> {
  return { config: { unique_key: 'id' }, meta: { blue_green: settings } };
}

/** A model whose `unique_key` is this. */
export function keyedBy(...columns: readonly string[]): Partial<ManifestNode> {
  return { config: { unique_key: columns } };
}

/** A model that dbt knows no key of. */
export const KEYLESS: Partial<ManifestNode> = { config: {} };
