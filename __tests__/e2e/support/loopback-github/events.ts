import * as payloads from './payloads.ts';
import type { GitHubState } from './state.ts';

/** An event as the runner hands it to a job: its name, the file at GITHUB_EVENT_PATH, and the variables that go with it. */
export interface RunnerEvent {
  readonly name: string;
  readonly payload: payloads.Json;
  /** GITHUB_SHA and GITHUB_REF. */
  readonly sha: string;
  readonly ref: string;
}

function common(state: GitHubState): payloads.Json {
  return { repository: payloads.repository(state), sender: payloads.user(state, 'octocat') };
}

/** `pull_request` with action `closed`. @param number of a pull request that was merged or is open (closed without merge) */
export function pullRequestClosed(state: GitHubState, number: number): RunnerEvent {
  const pull = state.pullRequests.get(number);
  if (pull === undefined) {
    throw new Error(`There is no pull request ${number}.`);
  }
  const example = payloads.exampleOf(state, 'pull_request', 'closed');
  const payload = { ...example, ...common(state), number, pull_request: payloads.pullRequest(state, pull) };
  return {
    name: 'pull_request',
    payload,
    sha: pull.merged?.commit ?? pull.head.sha,
    ref: `refs/heads/${pull.base.ref}`,
  };
}

/** @param branch short name */
export function push(state: GitHubState, branch: string, before: string, after: string): RunnerEvent {
  const ref = `refs/heads/${branch}`;
  const example = payloads.exampleOf(state, 'push');
  return {
    name: 'push',
    payload: { ...example, ...common(state), ref, before, after, deleted: false },
    sha: after,
    ref,
  };
}

/** @param sha of the commit that the queue made from the pull request */
export function mergeGroup(state: GitHubState, number: number, sha: string): RunnerEvent {
  const base = state.pullRequests.get(number)?.base;
  const ref = `refs/heads/gh-readonly-queue/${base?.ref ?? ''}/pr-${number}-${base?.sha ?? ''}`;
  const example = payloads.exampleOf(state, 'merge_group', 'checks_requested');
  const group = { ...payloads.part(example, 'merge_group'), head_sha: sha, head_ref: ref };
  return { name: 'merge_group', payload: { ...example, ...common(state), merge_group: group }, sha, ref };
}

/** @param inputs as GitHub sends them: all are text */
export function workflowDispatch(
  state: GitHubState,
  branch: string,
  sha: string,
  inputs: Readonly<Record<string, string>> = {},
): RunnerEvent {
  const ref = `refs/heads/${branch}`;
  const example = payloads.exampleOf(state, 'workflow_dispatch');
  return { name: 'workflow_dispatch', payload: { ...example, ...common(state), ref, inputs }, sha, ref };
}

/** A schedule's payload holds nothing about the repository. */
export function schedule(branch: string, sha: string, cron = '0 * * * *'): RunnerEvent {
  return { name: 'schedule', payload: { schedule: cron }, sha, ref: `refs/heads/${branch}` };
}
