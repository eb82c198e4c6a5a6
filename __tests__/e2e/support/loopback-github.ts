import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { notFound, notPermitted, problem } from './loopback-github/answers.ts';
import type { Answer } from './loopback-github/answers.ts';
import { Contract } from './loopback-github/contract.ts';
import { addComment, endpoints } from './loopback-github/endpoints.ts';
import type { Endpoint } from './loopback-github/endpoints.ts';
import * as events from './loopback-github/events.ts';
import type { RunnerEvent } from './loopback-github/events.ts';
import { FaultTable } from './loopback-github/faults.ts';
import type { Fault, Misfortune } from './loopback-github/faults.ts';
import type { Json } from './loopback-github/payloads.ts';
import type {
  Account,
  CheckRunState,
  CommentState,
  DeploymentState,
  GitHubState,
  PullRequestState,
} from './loopback-github/state.ts';

export type { Fault, Misfortune } from './loopback-github/faults.ts';
export type { RunnerEvent } from './loopback-github/events.ts';

export interface LoopbackOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** Bare repository whose branches the API reads and moves. */
  readonly gitDir: string;
  /** Default true. */
  readonly private?: boolean;
  /** Address in links for people; default `https://github.com`. */
  readonly serverUrl?: string;
  /** `/api/v3` makes it look like an Enterprise Server; default none. */
  readonly basePath?: '' | '/api/v3';
  /** Permissions of the job's token, which speaks for `github-actions[bot]`; default all that the action may need. */
  readonly permissions?: readonly string[];
}

/** One request as it came, and what it got. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the API's base path, with the query. */
  readonly path: string;
  readonly body: Json | undefined;
  /** Who the token speaks for; undefined for a token that nobody has. */
  readonly login: string | undefined;
  /** Status of the answer; undefined when a fault ate it. */
  status: number | undefined;
}

const jobPermissions = [
  'contents: write',
  'pull-requests: write',
  'issues: write',
  'checks: write',
  'deployments: write',
];

/**
 * A GitHub on 127.0.0.1 with one repository: it remembers, checks what it receives, and answers in GitHub's own shapes.
 *
 * Runs in jest and in a plain script alike: these files hold erasable TypeScript only and import each other as `.ts`, so
 * Node 24 runs them as they are (`import { LoopbackGitHub } from '…/loopback-github.ts'`).
 */
export class LoopbackGitHub {
  /** The job's token; `addAccount` makes more. */
  readonly token = 'ghs_loopbackJobToken';
  readonly requests: RecordedRequest[] = [];
  /** Called when a request meets `silence`, so that a test need not wait until the other side loses patience. */
  onSilence: () => void = () => undefined;
  readonly #server: Server;
  readonly #contract = new Contract();
  readonly #faults = new FaultTable();
  readonly #state: GitHubState;
  readonly #basePath: string;

  private constructor(server: Server, options: LoopbackOptions) {
    this.#server = server;
    this.#basePath = options.basePath ?? '';
    const port = String((server.address() as AddressInfo).port);
    this.#state = {
      repository: options.repository,
      private: options.private ?? true,
      serverUrl: options.serverUrl ?? 'https://github.com',
      apiUrl: `http://127.0.0.1:${port}${this.#basePath}`,
      gitDir: options.gitDir,
      accounts: new Map(),
      pullRequests: new Map(),
      comments: [],
      checkRuns: [],
      deployments: [],
      lagOfCommitPulls: 0,
      nextNumber: 1,
      nextComment: 492_700_400,
      nextCheckRun: 128_620_228,
      nextDeployment: 145_988_746,
    };
    this.addAccount(this.token, 'github-actions[bot]', options.permissions ?? jobPermissions);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response));
  }

  static async start(options: LoopbackOptions): Promise<LoopbackGitHub> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LoopbackGitHub(server, options);
  }

  /** For GITHUB_API_URL. */
  get apiUrl(): string {
    return this.#state.apiUrl;
  }

  /** For GITHUB_SERVER_URL. */
  get serverUrl(): string {
    return this.#state.serverUrl;
  }

  get repository(): string {
    return this.#state.repository;
  }

  /**
   * Closes all connections, also those that a `silence` holds.
   * @throws Error when a request or a reply was not as GitHub's own description of its API has it
   */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const breaches = this.takeBreaches();
    if (breaches.length > 0) {
      throw new Error(`Not as GitHub describes its API:\n${[...new Set(breaches)].join('\n')}`);
    }
  }

  /** What went against GitHub's description of its API so far; for a test that does so on purpose, `stop` then passes over it. */
  takeBreaches(): readonly string[] {
    return this.#contract.breaches.splice(0);
  }

  addAccount(token: string, login: string, permissions: readonly string[]): void {
    this.#state.accounts.set(token, { login, permissions });
  }

  /** @returns its number */
  openPullRequest(given: Pick<PullRequestState, 'title' | 'head' | 'base'> & { readonly author?: string }): number {
    const number = this.#state.nextNumber;
    this.#state.nextNumber += 1;
    const { title, head, base, author = 'octocat' } = given;
    this.#state.pullRequests.set(number, { number, title, head, base, author, merged: undefined, locked: false });
    return number;
  }

  /** Notes that a pull request was merged; the commit itself is made with git. @param commit what came out of the merge */
  markMerged(number: number, commit: string): void {
    this.#pullRequest(number).merged = { commit, at: new Date().toISOString() };
  }

  lock(number: number): void {
    this.#pullRequest(number).locked = true;
  }

  /** Lets the next `times` questions for the pull requests of a commit find none, as right after a merge. */
  lagBehind(times: number): void {
    this.#state.lagOfCommitPulls = times;
  }

  /** Comments of a pull request, oldest first. */
  comments(number: number): readonly CommentState[] {
    return this.#state.comments.filter(({ pullRequest }) => pullRequest === number);
  }

  /** Check runs of a commit, oldest first, as they were asked for. */
  checkRuns(sha: string): readonly CheckRunState[] {
    return this.#state.checkRuns.filter((run) => run.sha === sha);
  }

  /** Deployments to an environment, oldest first: commit, payload, and the states they went through. */
  deployments(environment: string): readonly Pick<DeploymentState, 'sha' | 'body' | 'statuses'>[] {
    return this.#state.deployments.filter(({ body }) => body['environment'] === environment);
  }

  addComment(number: number, author: string, body: string): CommentState {
    return addComment(this.#state, number, author, body);
  }

  deleteComment(id: number): void {
    const index = this.#state.comments.findIndex((comment) => comment.id === id);
    this.#state.comments.splice(index, index < 0 ? 0 : 1);
  }

  addFault(fault: Fault): void {
    this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  pullRequestClosed(number: number): RunnerEvent {
    return events.pullRequestClosed(this.#state, number);
  }

  push(branch: string, before: string, after: string): RunnerEvent {
    return events.push(this.#state, branch, before, after);
  }

  mergeGroup(number: number, sha: string): RunnerEvent {
    return events.mergeGroup(this.#state, number, sha);
  }

  workflowDispatch(branch: string, sha: string, inputs?: Readonly<Record<string, string>>): RunnerEvent {
    return events.workflowDispatch(this.#state, branch, sha, inputs);
  }

  schedule(branch: string, sha: string): RunnerEvent {
    return events.schedule(branch, sha);
  }

  #pullRequest(number: number): PullRequestState {
    const pull = this.#state.pullRequests.get(number);
    if (pull === undefined) {
      throw new Error(`There is no pull request ${number}.`);
    }
    return pull;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const path = this.#pathOf(request.url ?? '/');
    const text = await textOf(request);
    const account = this.#accountOf(request);
    const recorded: RecordedRequest = { method, path, body: jsonOf(text), login: account?.login, status: undefined };
    this.requests.push(recorded);
    const url = new URL(path, 'http://127.0.0.1');
    this.#contract.checkRequest(method, url, recorded.body);
    const fault = this.#faults.take(method, url.pathname);
    const carriedOut =
      fault === undefined || fault.afterwards === true
        ? await this.#answer(request, url, recorded, account, text).catch((error: unknown) =>
            problem(500, `The fake failed: ${String(error)}`),
          )
        : undefined;
    const misfortune = fault?.meets;
    if (misfortune === 'silence') {
      this.onSilence();
      return;
    }
    if (typeof misfortune === 'string') {
      meet(misfortune, response);
      return;
    }
    const answer = misfortune === undefined ? carriedOut : refusalOf(misfortune);
    if (answer === undefined) return;
    this.#contract.checkReply(method, url, answer.status, answer.body);
    send(answer, response, recorded);
  }

  /** Enterprise Servers have GraphQL beside, not below, the base path of REST. */
  #pathOf(url: string): string {
    if (this.#basePath !== '' && url === '/api/graphql') {
      return '/graphql';
    }
    return url.startsWith(`${this.#basePath}/`) ? url.slice(this.#basePath.length) : `(outside of the API)${url}`;
  }

  #accountOf(request: IncomingMessage): Account | undefined {
    const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return token === undefined ? undefined : this.#state.accounts.get(token);
  }

  async #answer(
    request: IncomingMessage,
    url: URL,
    { method, body }: RecordedRequest,
    account: Account | undefined,
    text: string,
  ): Promise<Answer> {
    const found = this.#endpointOf(method, url.pathname);
    if (found === undefined) {
      this.#contract.noteUnknown(method, url);
      return notFound();
    }
    const refusal = refusalAtTheDoor(request, text, body, account, found.endpoint);
    if (refusal !== undefined || account === undefined) {
      return refusal ?? problem(401, 'Bad credentials');
    }
    const parts = found.parts.map((part) => decodeURIComponent(part));
    return found.endpoint.answer({ state: this.#state, account, parts, query: url.searchParams, body: body ?? {} });
  }

  #endpointOf(method: string, path: string): { endpoint: Endpoint; parts: readonly string[] } | undefined {
    const prefix = `/repos/${this.#state.repository}`;
    for (const endpoint of endpoints) {
      const inside = path.toLowerCase().startsWith(prefix.toLowerCase()) ? path.slice(prefix.length) : undefined;
      const match = endpoint.path.exec((endpoint.ofRepository ? inside : path) ?? '(another repository)');
      if (match !== null && endpoint.method === method) {
        return { endpoint, parts: match.slice(1) };
      }
    }
    return undefined;
  }
}

/** What GitHub checks before it looks at the request itself. */
function refusalAtTheDoor(
  request: IncomingMessage,
  text: string,
  body: Json | undefined,
  account: Account | undefined,
  endpoint: Endpoint,
): Answer | undefined {
  if (request.headers['user-agent'] === undefined) {
    return problem(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    );
  }
  if (!/application\/(vnd\.github|json)|\*\/\*/.test(request.headers.accept ?? '')) {
    return problem(415, "Unsupported 'Accept' header. Must accept 'application/json'.");
  }
  if (account === undefined) {
    return problem(401, request.headers.authorization === undefined ? 'Requires authentication' : 'Bad credentials');
  }
  const granted = (need: string): boolean =>
    account.permissions.includes(need) || account.permissions.includes(need.replace(/: read$/, ': write'));
  if (endpoint.needs.length > 0 && !endpoint.needs.some(granted)) {
    return notPermitted();
  }
  return text !== '' && body === undefined ? problem(400, 'Problems parsing JSON') : undefined;
}

function send({ status, body, headers }: Answer, response: ServerResponse, recorded: RecordedRequest): void {
  recorded.status = status;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': 'A1B2:C3D4:E5F6',
    'x-ratelimit-limit': '1000',
    'x-ratelimit-remaining': '990',
    ...headers,
  });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}

function meet(misfortune: 'cut' | 'cut body', response: ServerResponse): void {
  if (misfortune === 'cut') {
    response.socket?.destroy();
  } else {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': '1000' });
    response.write('[{"id":');
    setTimeout(() => response.socket?.destroy(), 20);
  }
}

function refusalOf({ status, message = 'Fault of the test', headers }: Extract<Misfortune, object>): Answer {
  return { ...problem(status, message), ...(headers === undefined ? {} : { headers }) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}
