import { ActionableError } from '../errors.js';

/** A commit that neither the checkout nor the remote has: the server was asked and does not know it. */
export class MissingCommit extends ActionableError {}

/** A folder that holds one commit's files, apart from the checkout. */
export interface Worktree {
  readonly path: string;
  /** Removes folder and registration; never throws. */
  dispose(): Promise<void>;
}

/** The repository that the workflow checked out. Refs come from outside: none can be taken for an option. */
export interface Git {
  /**
   * Full sha of a branch, tag or sha, fetching it when the clone is shallow.
   * @throws MissingCommit for a full sha that nobody has; ActionableError when unknown otherwise, or when the server cannot be asked
   */
  commitOf(ref: string): Promise<string>;
  /** Full sha of the tip of a branch of the remote (fetched now). undefined: no such branch. */
  tipOf(branch: string): Promise<string | undefined>;
  /** Whether `ancestor` is `descendant` or one of its ancestors; fetches history that a shallow clone lacks. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Commits of `head` that `base` lacks, newest first: sha and subject. */
  commitsBetween(base: string, head: string): Promise<readonly { readonly sha: string; readonly subject: string }[]>;
  /**
   * Commits by which a branch got from `base` to `head`, newest first: what was merged into it, without the commits that came
   * with a merge.
   */
  mainlineBetween(base: string, head: string): Promise<readonly string[]>;
  /** Files that differ between two commits, with paths relative to the repository's top. */
  changedFiles(base: string, head: string): Promise<readonly string[]>;
  addWorktree(commit: string): Promise<Worktree>;
}
