import { invalid, notFound, notPermitted, problem } from './answers.ts';
import type { Answer } from './answers.ts';
import { checkRunsOfCommit, createCheckRun } from './check-runs.ts';
import { deploymentEndpoints } from './deployments.ts';
import { GitRefs } from './git-refs.ts';
import * as payloads from './payloads.ts';
import { isApp } from './state.ts';
import type { Account, CommentState, GitHubState, PullRequestState } from './state.ts';

/** A request that passed the doorman: the account is known, the body is an object. */
export interface Call {
  readonly state: GitHubState;
  readonly account: Account;
  /** Captured parts of the path, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: payloads.Json;
}

export interface Endpoint {
  readonly method: string;
  /** After `/repos/owner/name` for the repository's own; whole for others. */
  readonly path: RegExp;
  readonly ofRepository: boolean;
  /** One of these is enough; none: any token. */
  readonly needs: readonly string[];
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

const ofRepository = true;

/** Every endpoint that the fake knows: https://docs.github.com/rest */
export const endpoints: readonly Endpoint[] = [
  { method: 'GET', path: /^$/, ofRepository, needs: [], answer: getRepository },
  {
    method: 'GET',
    path: /^\/commits\/([^/]+)\/pulls$/,
    ofRepository,
    needs: ['pull-requests: read'],
    answer: pullsOfCommit,
  },
  { method: 'GET', path: /^\/pulls\/(\d+)$/, ofRepository, needs: ['pull-requests: read'], answer: getPull },
  { method: 'GET', path: /^\/issues\/(\d+)\/comments$/, ofRepository, needs: readComments(), answer: listComments },
  { method: 'POST', path: /^\/issues\/(\d+)\/comments$/, ofRepository, needs: writeComments(), answer: createComment },
  { method: 'PATCH', path: /^\/issues\/comments\/(\d+)$/, ofRepository, needs: writeComments(), answer: updateComment },
  {
    method: 'DELETE',
    path: /^\/issues\/comments\/(\d+)$/,
    ofRepository,
    needs: writeComments(),
    answer: deleteComment,
  },
  { method: 'POST', path: /^\/check-runs$/, ofRepository, needs: ['checks: write'], answer: createCheckRun },
  {
    method: 'GET',
    path: /^\/commits\/([^/]+)\/check-runs$/,
    ofRepository,
    needs: ['checks: read'],
    answer: checkRunsOfCommit,
  },
  ...deploymentEndpoints,
  { method: 'GET', path: /^\/git\/ref\/(.+)$/, ofRepository, needs: ['contents: read'], answer: getRef },
  { method: 'PATCH', path: /^\/git\/refs\/(.+)$/, ofRepository, needs: ['contents: write'], answer: updateRef },
  { method: 'GET', path: /^\/user$/, ofRepository: false, needs: [], answer: getUser },
  { method: 'POST', path: /^\/graphql$/, ofRepository: false, needs: [], answer: graphql },
];

function readComments(): readonly string[] {
  return ['pull-requests: read', 'issues: read'];
}

function writeComments(): readonly string[] {
  return ['pull-requests: write', 'issues: write'];
}

function getRepository({ state }: Call): Answer {
  return { status: 200, body: payloads.repository(state) };
}

async function pullsOfCommit({ state, parts: [sha = ''] }: Call): Promise<Answer> {
  const refs = new GitRefs(state.gitDir);
  if (!(await refs.hasCommit(sha))) {
    return problem(422, `No commit found for SHA: ${sha}`);
  }
  if (state.lagOfCommitPulls > 0) {
    state.lagOfCommitPulls -= 1;
    return { status: 200, body: [] };
  }
  const found: PullRequestState[] = [];
  for (const pull of state.pullRequests.values()) {
    const inside = (await refs.isAncestor(sha, pull.head.sha)) && !(await refs.isAncestor(sha, pull.base.sha));
    if (pull.merged?.commit === sha || inside) {
      found.push(pull);
    }
  }
  return { status: 200, body: found.map((pull) => payloads.simplePullRequest(state, pull)) };
}

function getPull({ state, parts: [number] }: Call): Answer {
  const pull = state.pullRequests.get(Number(number));
  return pull === undefined ? notFound() : { status: 200, body: payloads.pullRequest(state, pull) };
}

function listComments({ state, parts: [number], query }: Call): Answer {
  if (!state.pullRequests.has(Number(number))) {
    return notFound();
  }
  const all = state.comments.filter(({ pullRequest }) => pullRequest === Number(number));
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30) || 30, 1), 100);
  const page = Math.max(Number(query.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const link = (to: number, rel: string): string =>
    `<${state.apiUrl}/repos/${state.repository}/issues/${Number(number)}/comments?per_page=${size}&page=${to}>; rel="${rel}"`;
  const links = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  return {
    status: 200,
    body: all.slice((page - 1) * size, page * size).map((comment) => payloads.comment(state, comment)),
    ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
  };
}

/** The text of a comment, or the answer that GitHub gives to one it does not take. */
function bodyOf({ body }: Call): string | Answer {
  const text = body['body'];
  if (typeof text !== 'string') {
    return problem(422, 'Invalid request.\n\n"body" wasn\'t supplied.');
  }
  if (text.trim() === '') {
    return invalid('IssueComment', 'data', 'Body cannot be blank');
  }
  return text.length > 65_536
    ? invalid('IssueComment', 'data', 'Body is too long (maximum is 65536 characters)')
    : text;
}

function createComment(call: Call): Answer {
  const { state, account, parts } = call;
  const pull = state.pullRequests.get(Number(parts[0]));
  const text = bodyOf(call);
  if (pull === undefined) {
    return notFound();
  }
  if (pull.locked) {
    return problem(403, 'Unable to create comment because issue is locked.');
  }
  if (typeof text !== 'string') {
    return text;
  }
  const made = addComment(state, pull.number, account.login, text);
  return { status: 201, body: payloads.comment(state, made) };
}

/** Adds a comment as `author` would. */
export function addComment(state: GitHubState, pullRequest: number, author: string, body: string): CommentState {
  const createdAt = new Date().toISOString();
  const made = { id: state.nextComment, pullRequest, author, body, createdAt, updatedAt: createdAt };
  state.nextComment += 1;
  state.comments.push(made);
  return made;
}

function updateComment(call: Call): Answer {
  const { state, account, parts } = call;
  const comment = state.comments.find(({ id }) => id === Number(parts[0]));
  const text = bodyOf(call);
  if (comment === undefined) {
    return notFound();
  }
  // An app may edit its own comments only; people who may write to the repository edit anybody's.
  if (comment.author !== account.login && isApp(account.login)) {
    return notPermitted();
  }
  if (typeof text !== 'string') {
    return text;
  }
  comment.body = text;
  comment.updatedAt = new Date().toISOString();
  return { status: 200, body: payloads.comment(state, comment) };
}

function deleteComment({ state, account, parts }: Call): Answer {
  const index = state.comments.findIndex(({ id }) => id === Number(parts[0]));
  if (index < 0) {
    return notFound();
  }
  if (state.comments[index]?.author !== account.login && isApp(account.login)) {
    return notPermitted();
  }
  state.comments.splice(index, 1);
  return { status: 204, body: undefined };
}

async function getRef({ state, parts: [name = ''] }: Call): Promise<Answer> {
  const sha = await new GitRefs(state.gitDir).shaOf(`refs/${name}`);
  return sha === undefined ? notFound() : { status: 200, body: payloads.gitRef(state, `refs/${name}`, sha) };
}

async function updateRef({ state, parts: [name = ''], body }: Call): Promise<Answer> {
  const refs = new GitRefs(state.gitDir);
  const { sha, force } = body;
  if (typeof sha !== 'string') {
    return problem(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  }
  if (force !== undefined && typeof force !== 'boolean') {
    return problem(422, "Invalid request.\n\nFor 'properties/force', the value is not a boolean.");
  }
  if (sha.length < 40) {
    return problem(422, `At least 40 characters are required; only ${sha.length} were supplied.`);
  }
  const from = await refs.shaOf(`refs/${name}`);
  if (from === undefined) {
    return problem(422, 'Reference does not exist');
  }
  if (!(await refs.hasCommit(sha))) {
    return problem(422, 'Object does not exist');
  }
  if (force !== true && !(await refs.isAncestor(from, sha))) {
    return problem(422, 'Update is not a fast forward');
  }
  const moved = await refs.move(`refs/${name}`, from, sha);
  return moved
    ? { status: 200, body: payloads.gitRef(state, `refs/${name}`, sha) }
    : problem(409, 'Reference was updated meanwhile');
}

/** People's accounts only: an app has no REST way to learn its name. */
function getUser({ state, account }: Call): Answer {
  return isApp(account.login)
    ? notPermitted()
    : { status: 200, body: payloads.authenticatedUser(state, account.login) };
}

/** GraphQL answers 200 even to what it does not understand; the fake understands one question. */
function graphql({ account, body }: Call): Answer {
  const query = String(body['query']).replaceAll(/\s+/g, ' ').trim();
  if (/^(query )?\{ viewer \{ login \} \}$/.test(query)) {
    return { status: 200, body: { data: { viewer: { login: account.login } } } };
  }
  return { status: 200, body: { errors: [{ message: `The fake does not know the query ${query}` }] } };
}
