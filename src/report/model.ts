import type { TimelineEntry } from '../deployment/timeline.js';
import type { Plan, SchemaPair } from '../selection/plan.js';
import type { CatchUpVerdict } from '../verification/late-rows.js';
import type { Verdict } from '../verification/verdict.js';
import { treatCatchUp, treatVerdict } from './sample-ids.js';
import type { SampleIds } from './sample-ids.js';

/** Rises when a field changes its meaning or goes away, not when one is added. */
export const REPORT_VERSION = 1;

/** How far a deployment is, as people are told. */
export type ReportPhase =
  | 'planned'
  /** The plan rebuilds nothing; the commit is brought live all the same. */
  | 'nothing to rebuild'
  | 'building'
  /** dbt or the action broke before there was a verdict. */
  | 'build failed'
  /** The build stopped by itself before its time limit; its next run goes on. */
  | 'stopped in time'
  | 'verified'
  | 'blocked'
  | 'swapping'
  /** Live, with steps outstanding. */
  | 'swapped'
  /** Live, but the tests after the switch could not run. */
  | 'untested'
  | 'done'
  | 'rolled back'
  /** A step broke; `reason` says what stands where. */
  | 'failed';

export interface ReportedDeployment {
  readonly id: string;
  /** Full sha of what is deployed. */
  readonly commit: string;
  /** Full sha of what was live when it was cloned. */
  readonly base: string;
  /** `owner/name` */
  readonly repository: string;
  /** The one that was merged last: it gets the comment. */
  readonly pullRequest: number | undefined;
  /** The others that came since what was live, last merged first: each gets a pointer to that comment. */
  readonly otherPullRequests: readonly number[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Login of whoever started it. */
  readonly actor: string | undefined;
  /** Stored name of the schema that keeps the former production, once there is one. */
  readonly snapshot: string | undefined;
}

/** What happened to rows that reached production while blue was built. */
export interface ReportedLateRows {
  readonly checked: readonly CatchUpVerdict[];
}

/** Everything that is told of a deployment: the one source of comment, job summary and report.json. Plain JSON. */
export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly phase: ReportPhase;
  readonly deployment: ReportedDeployment;
  readonly pairs: readonly SchemaPair[];
  readonly plan: Plan | undefined;
  readonly verdict: Verdict | undefined;
  readonly lateRows: ReportedLateRows | undefined;
  readonly timeline: readonly TimelineEntry[];
  /** What stops the deployment, for people: the verdict's blockers, or what broke. */
  readonly blockers: readonly string[];
  /** Why it stands as it does (a rollback's reason); a sentence. */
  readonly reason: string | undefined;
  /** What a person should know though nothing failed: comment refused, branch not promoted, rows to repair… */
  readonly notes: readonly string[];
  /** What to do now; a sentence. */
  readonly next: string | undefined;
  /** How sample ids are shown. */
  readonly sampleIds: SampleIds;
  /** Whether values of sample rows are shown. */
  readonly sampleValues: boolean;
  readonly links: { readonly run: string | undefined; readonly pullRequest: string | undefined };
}

/** A report before it is made safe to show: sample keys are still as the warehouse gave them. */
export type ReportDraft = Pick<Report, 'phase' | 'deployment' | 'timeline' | 'sampleIds'> &
  Partial<Omit<Report, 'version' | 'phase' | 'deployment' | 'timeline' | 'sampleIds'>>;

/** Completes a draft; sample keys and values are hashed or left out here, once, so that no rendering can leak them. */
export function createReport(draft: ReportDraft): Report {
  const { sampleIds, sampleValues = false } = draft;
  const blockers = draft.blockers ?? draft.verdict?.blockers ?? [];
  return {
    version: REPORT_VERSION,
    phase: draft.phase,
    deployment: draft.deployment,
    pairs: draft.pairs ?? draft.plan?.pairs ?? [],
    plan: draft.plan,
    verdict: draft.verdict === undefined ? undefined : treatVerdict(draft.verdict, { sampleIds, sampleValues }),
    lateRows:
      draft.lateRows === undefined
        ? undefined
        : { checked: draft.lateRows.checked.map((each) => treatCatchUp(each, sampleIds)) },
    timeline: [...draft.timeline],
    blockers,
    reason: draft.reason,
    notes: draft.notes ?? [],
    next: draft.next,
    sampleIds,
    sampleValues,
    links: draft.links ?? { run: undefined, pullRequest: undefined },
  };
}
