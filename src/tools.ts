import type { Clock } from './clock.js';
import type { Dbt } from './dbt/dbt.js';
import type { Git } from './git/git.js';
import type { GitHub } from './github/github.js';
import type { Log } from './log.js';
import type { Report } from './report/model.js';
import type { Plan } from './selection/plan.js';
import type { Warehouse } from './snowflake/warehouse.js';
import type { RunIdentity } from './deployment/run-identity.js';

/** The collaborators that main hands to a mode. */
export interface Tools {
  readonly warehouse: Warehouse;
  readonly dbt: Dbt;
  readonly git: Git;
  readonly github: GitHub;
  readonly log: Log;
  readonly clock: Clock;
  readonly run: RunIdentity;
  /** A private folder for artifacts and worktrees of this run. */
  readonly tempDir: string;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Writes the plan to a file and sets the outputs that speak of it, at once: a step that fails later has them, too. */
  publishPlan(plan: Plan): Promise<void>;
  /** Writes the report to a file and to the job summary, for a run that breaks: whoever has no pull request reads it there. */
  publishReport(report: Report): Promise<void>;
}

/** Where the deployed things are; the same for all modes. */
export interface Project {
  /** Folder of the dbt project inside the repository, e.g. `.` or `warehouse/dbt`. */
  readonly projectDir: string;
  /** dbt variables that production is run with. */
  readonly dbtVars: Readonly<Record<string, unknown>>;
  readonly productionBranch: string;
  readonly database: string;
  /** Stored names. */
  readonly productionSchema: string;
  readonly upcomingSchema: string;
}
