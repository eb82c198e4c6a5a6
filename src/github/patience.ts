import { failureOf, isRateLimit } from './refusal.js';

/** Requests that are made for one call at most. */
const attempts = 3;

const pauses = [1_000, 4_000] as const;
/** A deployment waits while it holds its lock: longer pauses than this are not taken, whatever GitHub asks for. */
const longestPause = 60_000;

/**
 * Milliseconds to wait before a failed request is made again; undefined when it must not be.
 *
 * @param attempt requests made so far, from 1
 * @param repeatable whether the request does no harm if it is carried out twice
 */
export function pauseBeforeRetry(error: unknown, attempt: number, repeatable: boolean, now: Date): number | undefined {
  const pause = pauses[attempt - 1];
  if (pause === undefined || attempt >= attempts) {
    return undefined;
  }
  const failure = failureOf(error);
  if (isRateLimit(failure)) {
    const asked = askedPause(failure.headers, now) ?? pause;
    return asked <= longestPause ? asked : undefined;
  }
  const unanswered = failure.status === undefined || failure.status >= 500;
  return unanswered && repeatable ? pause : undefined;
}

/** https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately */
function askedPause(headers: Readonly<Record<string, string | number | undefined>>, now: Date): number | undefined {
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after)) {
    return Math.max(after, 0) * 1_000;
  }
  const reset = Number(headers['x-ratelimit-reset']);
  return Number.isFinite(reset) ? Math.max(reset * 1_000 - now.getTime(), 0) + 1_000 : undefined;
}
