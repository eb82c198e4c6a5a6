import type { RelationName } from '../snowflake/identifiers.js';

/** What a change of code does to what is stored (facts: state:modified's blind spots and false alarms). */
export type Effect =
  /** The data would come out differently: only this causes a rebuild. */
  | 'rebuild'
  /** Only rows loaded from now on differ. */
  | 'future loads'
  /** Nothing in the data differs. */
  | 'metadata';

/** One reason, as a person reads it: `body changed`, `macro cents_to_dollars changed, called by …`. */
export interface Reason {
  readonly text: string;
  readonly effect: Effect;
}

/** How a node is treated in blue. */
export type Treatment =
  /** Built in blue by dbt (full refresh; seeds by dbt seed). */
  | 'rebuild'
  /** Left as the clone brought it. */
  | 'carry'
  /** Changed, but dbt never rebuilds it (dbt snapshot, `full_refresh: false`): carried and said so. */
  | 'protected';

/** What production holds of a relation, as SHOW TABLES says. */
export interface StoredSize {
  readonly rows: number;
  /** Compressed, without Time Travel and Fail-safe. */
  readonly bytes: number;
}

/** Why a node that is not rebuilt is left as it is: the part of the plan in which people find it. */
export type LeftOutGroup =
  /** Changed, but dbt never rebuilds it. */
  | 'protected'
  /** Outside the scope, or made by another dbt command: a schedule builds it, and nobody verifies it. */
  | 'next scheduled run'
  /** `select` or `exclude` left it out. */
  | 'not selected'
  /** An ephemeral model: its query is part of its readers. */
  | 'part of its readers'
  /** A function: `dbt run` builds none, so production must get it first. */
  | 'to be made first'
  | 'future loads'
  | 'metadata';

export interface PlannedNode {
  readonly uniqueId: string;
  readonly name: string;
  readonly fqn: readonly string[];
  readonly resourceType: 'model' | 'seed' | 'snapshot' | 'function';
  readonly materialized: string;
  /** The relation in production, by stored names; undefined for ephemeral models. */
  readonly production: RelationName | undefined;
  /** The same relation in blue. */
  readonly upcoming: RelationName | undefined;
  readonly treatment: Treatment;
  readonly reasons: readonly Reason[];
  /** The strongest effect of its reasons. */
  readonly effect: Effect;
  /** Changed itself (true) or rebuilt because it reads something rebuilt (false). */
  readonly changed: boolean;
  readonly originalFilePath: string;
  /** True when production has no such node: nothing to compare with. */
  readonly isNew: boolean;
  /** Unique ids of what it reads; an ephemeral model that did not change is replaced by what that reads. */
  readonly reads: readonly string[];
  /** Undefined when nobody knows: views, new models, a production that was not looked at. */
  readonly stored?: StoredSize;
}

/** A node that changed, or reads something rebuilt, and is not rebuilt all the same. */
export interface LeftOutNode extends PlannedNode {
  readonly group: LeftOutGroup;
  /** The rule that leaves it out, for people. */
  readonly why: string;
}

/** A node of the live code that the new code no longer has. */
export interface RemovedNode {
  readonly uniqueId: string;
  readonly production: RelationName | undefined;
  readonly reason: string;
}

/** A production schema with its upcoming one: stored names. */
export interface SchemaPair {
  readonly database: string;
  readonly production: string;
  readonly upcoming: string;
}

/**
 * The models to rebuild, each with its reason and its effect, and what is left out and why.
 * JSON-serialisable as it is: it is kept in the record for later steps on a fresh runner.
 */
export interface Plan {
  readonly base: string;
  readonly head: string;
  readonly dbtVersion: string;
  readonly pairs: readonly SchemaPair[];
  /** In dependency order: a node stands after everything it reads. */
  readonly rebuilt: readonly PlannedNode[];
  /** Changed nodes that are not rebuilt: effect below `rebuild`, outside the scope, or protected. */
  readonly notRebuilt: readonly LeftOutNode[];
  readonly removed: readonly RemovedNode[];
  /** Tests to run in blue and again after the swap: those of rebuilt nodes and of their readers. */
  readonly tests: readonly { readonly uniqueId: string; readonly fqn: readonly string[]; readonly name: string }[];
  /** By unique id: names of the expectations in the project that this difference adds or alters; no others count. */
  readonly expectations?: Readonly<Record<string, readonly string[]>>;
  /** What no single node tells: project hooks that changed, inputs that will be missing, tests that cannot run yet. */
  readonly notes?: readonly Reason[];
}
