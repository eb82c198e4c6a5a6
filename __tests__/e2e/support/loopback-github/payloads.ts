import { createRequire } from 'node:module';
import { isApp } from './state.ts';
import type { CheckRunState, CommentState, DeploymentState, GitHubState, PullRequestState } from './state.ts';

export type Json = Readonly<Record<string, unknown>>;

interface Definition {
  readonly name: string;
  readonly examples: readonly Json[];
}

/** Events as GitHub really sent them: https://github.com/octokit/webhooks/tree/main/payload-examples */
let definitions: readonly Definition[] | undefined;

/** @param action of the event; undefined for events without one */
export function exampleOf(state: GitHubState, name: string, action?: string): Json {
  definitions ??= createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Definition[];
  const examples = definitions.find((definition) => definition.name === name)?.examples ?? [];
  const example = examples.find((candidate) => action === undefined || candidate['action'] === action);
  if (example === undefined) {
    throw new Error(`There is no example of the event ${name} ${action ?? ''}.`);
  }
  return JSON.parse(
    JSON.stringify(example)
      .replaceAll('Codertocat/Hello-World', state.repository)
      .replaceAll('https://api.github.com', state.apiUrl)
      .replaceAll('https://github.com', state.serverUrl),
  ) as Json;
}

/** The object under `key` of an example. */
export function part(example: Json, key: string): Json {
  const value = example[key];
  if (typeof value !== 'object' || value === null) {
    throw new Error(`The example has no object ${key}.`);
  }
  return value as Json;
}

export function user(state: GitHubState, login: string): Json {
  const example = part(exampleOf(state, 'issue_comment', 'created'), 'sender');
  const page = isApp(login) ? `apps/${login.replace(/\[bot\]$/, '')}` : login;
  return { ...example, login, type: isApp(login) ? 'Bot' : 'User', html_url: `${state.serverUrl}/${page}` };
}

/** As GET /user has it, without what only the person may see. */
export function authenticatedUser(state: GitHubState, login: string): Json {
  const untold = { name: null, company: null, blog: null, location: null, email: null, hireable: null, bio: null };
  const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
  const since = { created_at: '2011-01-25T18:44:36Z', updated_at: '2026-01-14T04:33:35Z' };
  return { ...user(state, login), ...untold, ...counts, ...since };
}

export function repository(state: GitHubState): Json {
  const example = part(exampleOf(state, 'pull_request', 'closed'), 'repository');
  const [owner = '', name = ''] = state.repository.split('/');
  return {
    ...example,
    name,
    full_name: state.repository,
    private: state.private,
    visibility: state.private ? 'private' : 'public',
    owner: { ...part(example, 'owner'), login: owner },
  };
}

/** As GET …/pulls/{number} has it. */
export function pullRequest(state: GitHubState, pull: PullRequestState): Json {
  const example = part(exampleOf(state, 'pull_request', 'closed'), 'pull_request');
  const merged = pull.merged;
  return {
    ...example,
    number: pull.number,
    url: `${state.apiUrl}/repos/${state.repository}/pulls/${pull.number}`,
    html_url: `${state.serverUrl}/${state.repository}/pull/${pull.number}`,
    title: pull.title,
    state: merged === undefined ? 'open' : 'closed',
    locked: pull.locked,
    user: user(state, pull.author),
    head: { ...part(example, 'head'), ref: pull.head.ref, sha: pull.head.sha, repo: repository(state) },
    base: { ...part(example, 'base'), ref: pull.base.ref, sha: pull.base.sha, repo: repository(state) },
    closed_at: merged?.at ?? null,
    merged: merged !== undefined,
    merged_at: merged?.at ?? null,
    merged_by: merged === undefined ? null : user(state, pull.author),
    // An open pull request has the commit of a trial merge here.
    merge_commit_sha: merged?.commit ?? pull.head.sha,
  };
}

const onlyInFullPullRequest = new Set(
  'merged mergeable rebaseable mergeable_state merged_by comments review_comments maintainer_can_modify commits additions deletions changed_files'.split(
    ' ',
  ),
);

/** As lists have it: without what GitHub would have to compute. */
export function simplePullRequest(state: GitHubState, pull: PullRequestState): Json {
  return Object.fromEntries(
    Object.entries(pullRequest(state, pull)).filter(([key]) => !onlyInFullPullRequest.has(key)),
  );
}

export function comment(state: GitHubState, { id, pullRequest: number, ...said }: CommentState): Json {
  const example = part(exampleOf(state, 'issue_comment', 'created'), 'comment');
  return {
    ...example,
    id,
    url: `${state.apiUrl}/repos/${state.repository}/issues/comments/${id}`,
    html_url: `${state.serverUrl}/${state.repository}/pull/${number}#issuecomment-${id}`,
    issue_url: `${state.apiUrl}/repos/${state.repository}/issues/${number}`,
    user: user(state, said.author),
    created_at: said.createdAt,
    updated_at: said.updatedAt,
    body: said.body,
  };
}

export function checkRun(state: GitHubState, { id, sha, body }: CheckRunState): Json {
  const example = part(exampleOf(state, 'check_run', 'created'), 'check_run');
  const output = (body['output'] ?? {}) as Json;
  return {
    ...example,
    ...body,
    id,
    head_sha: sha,
    url: `${state.apiUrl}/repos/${state.repository}/check-runs/${id}`,
    html_url: `${state.serverUrl}/${state.repository}/runs/${id}`,
    output: {
      title: output['title'] ?? null,
      summary: output['summary'] ?? null,
      text: null,
      annotations_count: Array.isArray(output['annotations']) ? output['annotations'].length : 0,
      annotations_url: `${state.apiUrl}/repos/${state.repository}/check-runs/${id}/annotations`,
    },
  };
}

export function deployment(state: GitHubState, { id, sha, author, at, body }: DeploymentState): Json {
  const { ref, task, payload = {}, environment, description = null } = body;
  const repo = `${state.apiUrl}/repos/${state.repository}`;
  return {
    ...part(exampleOf(state, 'deployment', 'created'), 'deployment'),
    ...{ id, sha, ref, task, payload, environment, description },
    original_environment: environment,
    production_environment: body['production_environment'] ?? environment === 'production',
    transient_environment: body['transient_environment'] ?? false,
    creator: user(state, author),
    created_at: at,
    updated_at: at,
    url: `${repo}/deployments/${id}`,
    statuses_url: `${repo}/deployments/${id}/statuses`,
    repository_url: repo,
  };
}

export function deploymentStatus(
  state: GitHubState,
  of: DeploymentState,
  { id, at, body }: DeploymentState['statuses'][number],
): Json {
  const repo = `${state.apiUrl}/repos/${state.repository}`;
  // GitHub calls the same address by its old name, too.
  const address = body['log_url'] ?? body['target_url'] ?? state.serverUrl;
  return {
    ...part(exampleOf(state, 'deployment_status', 'created'), 'deployment_status'),
    id,
    state: body['state'],
    creator: user(state, of.author),
    description: body['description'] ?? '',
    environment: body['environment'] ?? of.body['environment'],
    target_url: address,
    log_url: address,
    created_at: at,
    updated_at: at,
    url: `${repo}/deployments/${of.id}/statuses/${id}`,
    deployment_url: `${repo}/deployments/${of.id}`,
    repository_url: repo,
  };
}

/** @param ref full name, e.g. `refs/heads/prod` */
export function gitRef(state: GitHubState, ref: string, sha: string): Json {
  const base = `${state.apiUrl}/repos/${state.repository}/git`;
  return {
    ref,
    node_id: Buffer.from(`Ref:${ref}`).toString('base64'),
    url: `${base}/${ref}`,
    object: { type: 'commit', sha, url: `${base}/commits/${sha}` },
  };
}
