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
  /** Changed itself (true) or rebuilt because it reads something rebuilt (false). */
  readonly changed: boolean;
  readonly originalFilePath: string;
  /** True when production has no such node: nothing to compare with. */
  readonly isNew: boolean;
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
  readonly notRebuilt: readonly (PlannedNode & { readonly why: string })[];
  readonly removed: readonly RemovedNode[];
  /** Tests to run in blue and again after the swap: those of rebuilt nodes and of their readers. */
  readonly tests: readonly { readonly uniqueId: string; readonly fqn: readonly string[]; readonly name: string }[];
  /** What no single node tells: project hooks that changed, inputs that will be missing, tests that cannot run yet. */
  readonly notes?: readonly Reason[];
}
