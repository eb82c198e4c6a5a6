import { ZodError } from 'zod';
import { messageOf } from '../errors.js';

/** How a request to GitHub failed, from what octokit throws. `status` is undefined when no answer came. */
export interface Failure {
  readonly status: number | undefined;
  readonly message: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/** Reads whatever a request threw; nothing it may hold makes this fail. */
export function failureOf(error: unknown): Failure {
  const thrown: object = typeof error === 'object' && error !== null ? error : {};
  const response: unknown = 'response' in thrown ? thrown.response : undefined;
  const status: unknown = 'status' in thrown ? thrown.status : undefined;
  if (typeof response !== 'object' || response === null) {
    // octokit gives status 500 to requests that were never answered; an answer that was cut off fails its schema.
    const message = error instanceof ZodError ? 'its answer was incomplete' : innermostMessage(error);
    return { status: undefined, message, headers: {} };
  }
  const headers: unknown = 'headers' in response ? response.headers : undefined;
  return {
    // GraphQL reports its errors with 200, which octokit leaves out.
    status: typeof status === 'number' ? status : 200,
    message: messageOf(error).replace(/ - https:\/\/docs\.github\.com\S*$/, ''),
    headers: typeof headers === 'object' && headers !== null ? { ...headers } : {},
  };
}

/** "fetch failed" hides the reason (refused, unknown host, certificate) in its causes. */
function innermostMessage(error: unknown): string {
  const messages: string[] = [];
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const message = 'message' in current ? String(current.message) : '';
    const code = 'code' in current ? String(current.code) : '';
    messages.unshift(message || code);
    current = 'cause' in current ? current.cause : undefined;
  }
  return messages.find((message) => message !== '') ?? 'no reason was given';
}

/** GitHub's sign for "too many requests", which has its own status (429) or borrows 403. */
export function isRateLimit({ status, message, headers }: Failure): boolean {
  const spent = String(headers['x-ratelimit-remaining'] ?? '') === '0' || headers['retry-after'] !== undefined;
  return status === 429 || (status === 403 && (spent || /rate limit/i.test(message)));
}

/** A line for the job's `permissions:`, e.g. `pull-requests: write`. */
export type Permission = `${string}: ${'read' | 'write'}`;

/**
 * The sentence that tells a person why GitHub did not do something, and what to change.
 *
 * @param what the thing that was tried, as it continues "GitHub did not …", e.g. `accept the comment on pull request 7`
 * @param needs the permission that the request takes
 */
export function refusalReason(what: string, needs: Permission, error: unknown): string {
  const failure = failureOf(error);
  return `GitHub did not ${what}: ${causeAndRemedy(failure, needs)}`;
}

function causeAndRemedy(failure: Failure, needs: Permission): string {
  const { status, message } = failure;
  if (status === undefined) {
    return `it could not be reached (${message}). Check the runner's network and proxy; the rest of the run is not affected.`;
  }
  const answer = `it answered ${String(status)}, "${message}".`;
  if (isRateLimit(failure)) {
    return `${answer} Too many requests were made with this token; run again later.`;
  }
  if (status === 401) {
    return `${answer} The github-token is wrong or has expired; leave the input out to use the job's own token.`;
  }
  if (status === 403 && /locked/i.test(message)) {
    return `${answer} The conversation is locked; unlock it to get the next report there.`;
  }
  if (status === 403 || status === 404) {
    return (
      `${answer} Add "${needs}" under "permissions:" of the job; runs for a fork's pull request never get it, ` +
      'and a protected branch or ruleset must allow the token.'
    );
  }
  if (status >= 500) {
    return `${answer} GitHub has trouble (https://www.githubstatus.com); run again later.`;
  }
  return answer;
}
