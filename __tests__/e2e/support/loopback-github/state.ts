/** An account that a token speaks for. */
export interface Account {
  /** An app's ends in `[bot]`, as REST shows it. */
  readonly login: string;
  /** e.g. `contents: write`, as a job's `permissions:` has them; `write` includes `read`. */
  readonly permissions: readonly string[];
}

export interface PullRequestState {
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string; readonly sha: string };
  /** Set when it is merged: the commit that came out, and when (ISO 8601). */
  merged: { readonly commit: string; readonly at: string } | undefined;
  locked: boolean;
}

export interface CommentState {
  readonly id: number;
  readonly pullRequest: number;
  readonly author: string;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
}

/** A check run as it was asked for. */
export interface CheckRunState {
  readonly id: number;
  readonly sha: string;
  readonly author: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A deployment on an environment as it was asked for, and its statuses, oldest first. */
export interface DeploymentState {
  readonly id: number;
  readonly sha: string;
  readonly author: string;
  readonly at: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly statuses: { readonly id: number; readonly at: string; readonly body: Readonly<Record<string, unknown>> }[];
}

/** What the fake knows besides the git repository. */
export interface GitHubState {
  /** `owner/name`. */
  readonly repository: string;
  readonly private: boolean;
  /** Address in links for people. */
  readonly serverUrl: string;
  /** Address of the API, with its base path. */
  readonly apiUrl: string;
  /** The bare repository behind it. */
  readonly gitDir: string;
  readonly accounts: Map<string, Account>;
  readonly pullRequests: Map<number, PullRequestState>;
  readonly comments: CommentState[];
  readonly checkRuns: CheckRunState[];
  readonly deployments: DeploymentState[];
  /** Times that the pull requests of a commit are not yet known, as right after a merge. */
  lagOfCommitPulls: number;
  /** Ids that are given out next. */
  nextNumber: number;
  nextComment: number;
  nextCheckRun: number;
  nextDeployment: number;
}

export function isApp(login: string): boolean {
  return login.endsWith('[bot]');
}
