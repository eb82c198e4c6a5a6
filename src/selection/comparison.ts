import type { Manifest } from '../dbt/manifest.js';
import type { DispatchOrder } from './project-settings.js';
import type { SchemaName } from '../snowflake/identifiers.js';
import type { Variables } from './variables.js';

/** `incremental`: only connected parts that hold a model which accumulates rows; `all`: every changed part. */
export type Scope = 'incremental' | 'all';

/** Everything a plan is made from; nothing else is read. The three manifests come from one dbt in one environment. */
export interface Comparison {
  /** The live commit. */
  readonly base: string;
  /** The commit to be deployed. */
  readonly head: string;
  /** The live commit, rendered as production. */
  readonly live: Manifest;
  /** The commit to be deployed, rendered as production. */
  readonly production: Manifest;
  /** The commit to be deployed, rendered for the upcoming schema. */
  readonly upcoming: Manifest;
  /** Files that differ between the two commits, relative to the dbt project's folder, `/` between folders. */
  readonly changedFiles: readonly string[];
  readonly scope: Scope;
  /** Unique ids that `select` and `exclude` leave (as `dbt ls` lists them); absent: no narrowing. */
  readonly selected?: ReadonlySet<string>;
  /**
   * `vars:` of both versions (see project-settings.ts): no manifest holds them. Absent: taken as unchanged. Values of
   * environment variables cannot be compared at all, since both versions are parsed in one environment.
   */
  readonly variables?: { readonly live: Variables; readonly head: Variables };
  /** `dispatch:` of both versions. Absent: taken as unchanged. */
  readonly dispatch?: { readonly live: DispatchOrder; readonly head: DispatchOrder };
  /** The target's own schema and its upcoming one, by stored names: this pair stands first in the plan. */
  readonly productionSchema?: string;
  readonly upcomingSchema?: string;
}

/** What a plan is made from when nothing is compared with the live version: it may be lost, or not parse any more. */
export interface EverythingAsked extends Pick<
  Comparison,
  'base' | 'head' | 'production' | 'upcoming' | 'selected' | 'productionSchema' | 'upcomingSchema'
> {
  /** Tables and views that stand in one production schema: only there is it known what is absent. */
  readonly standing: { readonly schema: SchemaName; readonly names: ReadonlySet<string> };
}
