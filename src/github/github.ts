export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly url: string;
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
  /** Creates or updates the one comment that carries `key`, found by its hidden marker and by author. */
  upsertComment(pullRequest: number, key: string, body: string): Promise<Delivery>;
  /** Fast-forwards `branch` to `commit`; never forces. */
  fastForward(branch: string, commit: string): Promise<Delivery>;
  /** Puts `branch` back to `commit`, only if it still points at `expected`. */
  moveBack(branch: string, expected: string, commit: string): Promise<Delivery>;
}
