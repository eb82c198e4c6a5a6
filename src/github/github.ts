export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly url: string;
}

/** A finished check on a commit. Texts may be of any length: what GitHub does not take is cut. */
export interface CheckRun {
  /** Rules that require a check know it by this name. */
  readonly name: string;
  /** Full sha. */
  readonly commit: string;
  /** Tells this check from all others that were made for the commit. */
  readonly externalId: string;
  readonly detailsUrl: string;
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** The first 50 are shown. Paths from the repository's top. */
  readonly annotations: readonly {
    readonly path: string;
    readonly level: 'warning' | 'failure';
    readonly title: string;
    readonly message: string;
  }[];
}

/** How a deployment stands, as an environment's page shows it. */
export interface EnvironmentState {
  /** Name of the environment; GitHub makes it when it is not there. */
  readonly environment: string;
  /** Id of ours. */
  readonly deployment: string;
  /** Full sha. */
  readonly commit: string;
  /** `success`: live; `inactive`: no longer live; `failure`: it did not come or stay live. */
  readonly state: 'in_progress' | 'success' | 'failure' | 'inactive';
  /** The first 140 characters are shown. */
  readonly description: string;
  readonly runUrl: string;
  /** Whether a deployment that the environment does not know yet is added to it. */
  readonly mayCreate: boolean;
}

/** How a call to GitHub ended that must not fail a deployment: the reason is a sentence that says what to change. */
export type Delivery =
  { readonly kind: 'done'; readonly url?: string } | { readonly kind: 'refused'; readonly reason: string };

/**
 * GitHub as the modes see it. `refused` results never throw: after the swap nothing that GitHub answers may undo or hide
 * the deployment (design invariant 7).
 */
export interface GitHub {
  /** The merged pull request that `commit` belongs to; undefined when there is none or GitHub would not say. */
  pullRequestOf(commit: string): Promise<PullRequest | undefined>;
  /**
   * The pull requests that came to be by these commits, each once.
   * @param mainline what was merged, newest first, as Git.mainlineBetween gives it
   * @returns last merged first; those that GitHub would not tell of are missing
   */
  pullRequestsOf(mainline: readonly string[]): Promise<readonly PullRequest[]>;
  /** Creates or updates the one comment that carries `key`, found by its hidden marker and by author. */
  upsertComment(pullRequest: number, key: string, body: string): Promise<Delivery>;
  /** Puts a finished check on its commit. */
  createCheckRun(check: CheckRun): Promise<Delivery>;
  /** Shows on an environment how a deployment stands. */
  showOnEnvironment(told: EnvironmentState): Promise<Delivery>;
  /** Fast-forwards `branch` to `commit`; never forces. */
  fastForward(branch: string, commit: string): Promise<Delivery>;
  /** Puts `branch` back to `commit`, only if it still points at `expected`. */
  moveBack(branch: string, expected: string, commit: string): Promise<Delivery>;
}
