import { messageOf } from '../errors.js';
import { isRefName } from '../git/ref-names.js';
import { openApi } from './api.js';
import type { Api, ApiOptions } from './api.js';
import { fastForward, moveBack } from './branches.js';
import { createCheckRun } from './check-runs.js';
import { upsertComment, viewer } from './comments.js';
import { showOnEnvironment } from './environments.js';
import type { Delivery, GitHub } from './github.js';
import { findPullRequest, findPullRequests } from './pull-requests.js';
import type { PullRequestSearch } from './pull-requests.js';

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
  let login: Promise<string> | undefined;
  // Asked once; a question that failed is asked again.
  const author = (client: Api): Promise<string> => {
    const asked = (login ??= viewer(client));
    asked.catch(() => (login = undefined));
    return asked;
  };
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

  const search = async <T>(find: (search: PullRequestSearch) => Promise<T>, none: T): Promise<T> => {
    if (options.token === '') {
      log.info('No github-token was given, so no pull request was looked for.');
      return none;
    }
    try {
      return await find({ api: await api(), context, log, clock, explicit: options.pullRequest });
    } catch (error) {
      log.warning(`GitHub could not be asked for pull requests: ${messageOf(error)}`);
      return none;
    }
  };

  return {
    pullRequestOf: (commit) => search((given) => findPullRequest(given, commit), undefined),
    pullRequestsOf: (mainline) => search((given) => findPullRequests(given, mainline), []),
    upsertComment: (pullRequest, key, body) =>
      deliver((client) =>
        upsertComment({ api: client, context, pullRequest, key, author: () => author(client) }, body),
      ),
    createCheckRun: (check) => deliver((client) => createCheckRun(client, context, check)),
    showOnEnvironment: (told) => deliver((client) => showOnEnvironment({ api: client, context }, told)),
    fastForward: (branch, commit) =>
      onBranch(branch, (client) => fastForward({ api: client, context, branch }, commit)),
    moveBack: (branch, expected, commit) =>
      onBranch(branch, (client) => moveBack({ api: client, context, branch }, expected, commit)),
  };
}
