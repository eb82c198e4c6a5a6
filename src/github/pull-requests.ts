import * as z from 'zod';
import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import type { Api } from './api.js';
import type { RunContext } from './context.js';
import type { PullRequest } from './github.js';
import { refusalReason } from './refusal.js';

const pullRequestSchema = z.object({
  number: z.number(),
  title: z.string(),
  html_url: z.string(),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
});

/** Milliseconds between questions: right after a merge GitHub may not know yet which pull request a commit came from. */
const pauses = [2_000, 4_000] as const;
/** Merges that are asked for their pull request: each is one request. */
const mostMerges = 30;

export interface PullRequestSearch {
  readonly api: Api;
  readonly context: RunContext;
  readonly log: Log;
  readonly clock: Clock;
  /** The number that a person gave; it wins. */
  readonly explicit: number | undefined;
}

/**
 * The pull request that `commit` came from: the one that a person named, the event's, the merge queue's, or the merged
 * one whose result is exactly this commit. undefined when there is none, or GitHub would not say; the log says which.
 */
export async function findPullRequest(search: PullRequestSearch, commit: string): Promise<PullRequest | undefined> {
  const { explicit, context, log } = search;
  try {
    if (explicit !== undefined) {
      return await byNumber(search, explicit);
    }
    const told = fromEvent(context, commit);
    if (told !== undefined) {
      return told;
    }
    const queued = queuedNumber(context, commit);
    return queued === undefined ? await byCommit(search, commit) : await byNumber(search, queued);
  } catch (error) {
    log.warning(
      `${refusalReason(`say which pull request commit ${commit} belongs to`, 'pull-requests: read', error)} ` +
        'The report is in the job summary only.',
    );
    return undefined;
  }
}

/**
 * The pull requests that were merged by these commits, newest first. That of the newest commit is found as `findPullRequest`
 * finds it; the others are known to GitHub by now. The first question without an answer ends the search.
 *
 * @param mainline newest first
 */
export async function findPullRequests(
  search: PullRequestSearch,
  mainline: readonly string[],
): Promise<readonly PullRequest[]> {
  const [newest, ...older] = mainline;
  const latest = newest === undefined ? undefined : await findPullRequest(search, newest);
  const found = new Map(latest === undefined ? [] : [[latest.number, latest]]);
  const asked = older.slice(0, mostMerges - 1);
  try {
    for (const commit of asked) {
      const merged = await mergedBy(search, commit);
      if (merged !== undefined && !found.has(merged.number)) found.set(merged.number, merged);
    }
  } catch (error) {
    const what = 'say which other pull requests this deployment brings';
    search.log.warning(`${refusalReason(what, 'pull-requests: read', error)} They get no comment.`);
  }
  if (asked.length < older.length) {
    search.log.info(`Of ${older.length + 1} commits only the last ${mostMerges} were asked for their pull requests.`);
  }
  return [...found.values()];
}

/** The event's own pull request, when the commit is its head or its result. */
function fromEvent(context: RunContext, commit: string): PullRequest | undefined {
  const told = context.event.pull_request;
  if (told === undefined) {
    return undefined;
  }
  // For `pull_request`, GITHUB_SHA is made of the pull request; for `pull_request_target` it is the base branch's tip.
  const shas = [told.merge_commit_sha, told.head.sha, ...(context.eventName === 'pull_request' ? [context.sha] : [])];
  return shas.includes(commit) ? { number: told.number, title: told.title, url: told.html_url } : undefined;
}

/** A merge queue tests a commit before it is merged, on a branch whose name holds the pull request's number. */
function queuedNumber(context: RunContext, commit: string): number | undefined {
  const group = context.event.merge_group;
  const ref = group?.head_sha === commit ? group.head_ref : context.sha === commit ? context.ref : '';
  const number = /^refs\/heads\/gh-readonly-queue\/.+\/pr-(\d+)-[0-9a-f]{40,64}$/.exec(ref)?.[1];
  return number === undefined ? undefined : Number(number);
}

async function byNumber({ api, context }: PullRequestSearch, number: number): Promise<PullRequest> {
  const { owner, repository: repo } = context;
  const { data } = await api.rest.pulls.get({ owner, repo, pull_number: number });
  return described(pullRequestSchema.parse(data));
}

async function byCommit(search: PullRequestSearch, commit: string): Promise<PullRequest | undefined> {
  const { clock, log } = search;
  for (const pause of [...(wasJustMerged(search.context, commit) ? pauses : []), undefined]) {
    const merged = await mergedBy(search, commit);
    if (merged !== undefined) {
      return merged;
    }
    if (pause !== undefined) {
      await clock.sleep(pause);
    }
  }
  log.info(`No merged pull request has commit ${commit} as its result; the report is in the job summary only.`);
  return undefined;
}

/** Only a run that the merge itself started can be faster than GitHub's own books. */
function wasJustMerged({ eventName, sha }: RunContext, commit: string): boolean {
  return sha === commit && (eventName === 'push' || eventName === 'pull_request' || eventName === 'merge_group');
}

async function mergedBy({ api, context }: PullRequestSearch, commit: string): Promise<PullRequest | undefined> {
  const { owner, repository: repo } = context;
  const asked = { owner, repo, commit_sha: commit, per_page: 100 };
  const { data } = await api.rest.repos.listPullRequestsAssociatedWithCommit(asked);
  // Open pull requests have a merge commit too (a trial), and others merely contain the commit.
  const merged = z
    .array(pullRequestSchema)
    .parse(data)
    .find((candidate) => candidate.merged_at !== null && candidate.merge_commit_sha === commit);
  return merged === undefined ? undefined : described(merged);
}

function described({ number, title, html_url: url }: z.infer<typeof pullRequestSchema>): PullRequest {
  return { number, title, url };
}
