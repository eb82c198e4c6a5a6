import type { Manifest } from './manifest.js';

/** What every dbt command needs: which code, for which schema. */
export interface DbtScope {
  /** The dbt project's folder inside a worktree of the commit that is to run. */
  readonly projectDir: string;
  /** The schema written into the generated profile, by its stored name; everything else of the target stays as in production. */
  readonly schema: string;
  /** Artifacts go here: one folder for each step, never shared between commands (each overwrites run_results.json). */
  readonly targetPath: string;
}

export interface DbtCommand extends DbtScope {
  readonly command: 'seed' | 'run' | 'test';
  /** Nodes to run, by unique id; an empty list is the caller's mistake and throws. */
  readonly nodes: readonly DbtNodeRef[];
  readonly fullRefresh?: boolean;
  /** Title of the log group and of progress lines, e.g. `full refresh`. */
  readonly title: string;
  /** Names the deployment in Snowflake's query history. */
  readonly queryTag: string;
  readonly listener?: NodeListener;
}

/** Hears of each node, by its unique id, as soon as dbt says so. */
export interface NodeListener {
  started(uniqueId: string): void;
  /** Once for each node, also for one that dbt skipped and never started. */
  ended(uniqueId: string, end: NodeEnd): void;
}

export interface NodeEnd {
  /** It did what it should, hooks included. */
  readonly isGood: boolean;
  readonly seconds: number;
}

/** Enough of a node to select it exactly with dbt's `fqn:` method. */
export interface DbtNodeRef {
  readonly uniqueId: string;
  readonly fqn: readonly string[];
}

export type DbtNodeStatus = 'success' | 'error' | 'skipped' | 'pass' | 'fail' | 'warn' | 'unknown';

export interface DbtNodeResult {
  readonly uniqueId: string;
  /** dbt's status; what this version of the action does not know is `unknown` and counts as a failure. */
  readonly status: DbtNodeStatus;
  readonly message: string | undefined;
  /** Rows that a test found. */
  readonly failures: number | undefined;
  readonly seconds: number;
}

/**
 * How a dbt command ended. `completed`: every selected node has a result (some may have failed).
 * `broken`: dbt could not run them (parse error, no connection, killed); `reason` is for people.
 */
export type DbtOutcome =
  | { readonly kind: 'completed'; readonly results: readonly DbtNodeResult[] }
  | { readonly kind: 'broken'; readonly results: readonly DbtNodeResult[]; readonly reason: string };

/** Criteria in dbt's own syntax: https://docs.getdbt.com/reference/node-selection/syntax. None begins with a dash. */
export interface DbtCriteria {
  /** Empty: all nodes. */
  readonly select: readonly string[];
  readonly exclude: readonly string[];
}

export interface DbtListing {
  readonly uniqueIds: readonly string[];
  /** What dbt warned about, e.g. a criterion that matches nothing. */
  readonly warnings: readonly string[];
}

/** The user's own dbt, as a child process. */
export interface Dbt {
  /** e.g. `1.11.16`. @throws ActionableError when dbt is missing, is the dbt Cloud CLI, or is older than 1.8. */
  version(): Promise<string>;
  /**
   * `dbt deps` where the project declares packages and has none installed.
   * @param like a project whose packages are installed: they are copied instead where both declare the same
   */
  installPackages(projectDir: string, like?: string): Promise<void>;
  /** `dbt parse`; no warehouse is contacted. @throws ActionableError with dbt's own words when the project does not parse. */
  parse(scope: DbtScope): Promise<Manifest>;
  /**
   * The same manifest, of code whose configurations another parse validates or has validated: dbt does it with each parse, which
   * takes a quarter of its time, and only warns of what is deprecated. It is left out where that can be done.
   */
  parseChecked(scope: DbtScope): Promise<Manifest>;
  /** `dbt ls`; no warehouse is contacted. @throws ActionableError with dbt's own words when it refuses the criteria. */
  list(scope: DbtScope, criteria: DbtCriteria): Promise<DbtListing>;
  /**
   * `dbt compile`: the SQL of nodes by unique id, as it would run in the scope's schema. The warehouse is read (macros may ask
   * it), no hook runs and nothing is built. @throws ActionableError with dbt's own words when it fails.
   */
  compile(scope: DbtScope, nodes: readonly DbtNodeRef[], signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Runs a command; progress goes to the log. Rejects only when aborted or when the process cannot be started. */
  run(command: DbtCommand, signal?: AbortSignal): Promise<DbtOutcome>;
}

/** A status that means the node did what it should. */
export function isGood(status: DbtNodeStatus): boolean {
  return status === 'success' || status === 'pass' || status === 'warn';
}
