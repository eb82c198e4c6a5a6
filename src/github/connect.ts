import { messageOf } from '../errors.js';
import { isRefName } from '../git/ref-names.js';
import { openApi } from './api.js';
import type { Api, ApiOptions } from './api.js';
import { fastForward, moveBack } from './branches.js';
import { createCheckRun } from './check-runs.js';
import { upsertComment } from './comments.js';
import type { Delivery, GitHub } from './github.js';
import { findPullRequest } from './pull-requests.js';

/** An empty token: every call is refused, with a sentence that says so. */
export interface GitHubOptions extends ApiOptions {
  /** The pull request that a person named in the inputs. */
  readonly pullRequest?: number;
}

/** GitHub at the address that the runner names. Nothing is asked or loaded before the first call; no call throws. */
export function connectGitHub(options: GitHubOptions): GitHub {
  const { context, log, clock } = options;
  let opened: Promise<Api> | undefined;
  const api = (): Promise<Api> => (opened ??= openApi(options));
  const deliver = async (call: (api: Api) => Promise<Delivery>): Promise<Delivery> => {
    if (options.token === '') {
      return { kind: 'refused', reason: 'No github-token was given, so nothing was sent to GitHub.' };
    }
    try {
      return await call(await api());
    } catch (error) {
      return { kind: 'refused', reason: `GitHub could not be asked: ${messageOf(error)}` };
    }
  };
  const onBranch = (branch: string, call: (api: Api) => Promise<Delivery>): Promise<Delivery> =>
    isRefName(branch)
      ? deliver(call)
      : Promise.resolve({ kind: 'refused', reason: `${JSON.stringify(branch)} cannot be the name of a branch.` });

  return {
    async pullRequestOf(commit) {
      if (options.token === '') {
        log.info('No github-token was given, so no pull request was looked for.');
        return undefined;
      }
      try {
        return await findPullRequest({ api: await api(), context, log, clock, explicit: options.pullRequest }, commit);
      } catch (error) {
        log.warning(`GitHub could not be asked for the pull request of ${commit}: ${messageOf(error)}`);
        return undefined;
      }
    },
    upsertComment: (pullRequest, key, body) =>
      deliver((client) => upsertComment({ api: client, context, pullRequest, key }, body)),
    createCheckRun: (check) => deliver((client) => createCheckRun(client, context, check)),
    fastForward: (branch, commit) =>
      onBranch(branch, (client) => fastForward({ api: client, context, branch }, commit)),
    moveBack: (branch, expected, commit) =>
      onBranch(branch, (client) => moveBack({ api: client, context, branch }, expected, commit)),
  };
}
