import type { getOctokit } from '@actions/github';
import type { Clock } from '../clock.js';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import type { RunContext } from './context.js';
import { pauseBeforeRetry } from './patience.js';

/** GitHub's API with bounded waiting: each request is limited in time and made three times at most. */
export type Api = ReturnType<typeof getOctokit>;

export interface ApiOptions {
  readonly token: string;
  readonly context: RunContext;
  readonly log: Log;
  readonly clock: Clock;
  /** Milliseconds after which a request counts as unanswered. */
  readonly answerLimit?: number;
  /** Makes the signal that ends a request after so many milliseconds; one for each attempt. */
  readonly signalAfter?: (milliseconds: number) => AbortSignal;
}

/**
 * Makes the client. @actions/github is loaded here and not at the top, because its import reads the event file, prints
 * to the log when that is missing, and settles proxy and address for good.
 */
export async function openApi(options: ApiOptions): Promise<Api> {
  const { token, context, log, clock, answerLimit = 20_000 } = options;
  const signalAfter = options.signalAfter ?? ((limit) => AbortSignal.timeout(limit));
  const { getOctokit } = await import('@actions/github');
  const say = (message: string): void => log.debug(message);
  const api = getOctokit(token, {
    baseUrl: context.apiUrl,
    log: { debug: () => undefined, info: () => undefined, warn: say, error: say },
  });
  api.hook.wrap('request', async (request, asked) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // A signal counts from when it is made, so each attempt needs its own. It is put into the options that all hooks
        // share, because a hook further in ignores those handed to it: https://github.com/gr2m/before-after-hook
        asked.request = { ...asked.request, signal: signalAfter(answerLimit) };
        return await request(asked);
      } catch (error) {
        const pause = pauseBeforeRetry(error, attempt, isRepeatable(asked), clock.now());
        if (pause === undefined) {
          throw error;
        }
        log.debug(`${asked.method} ${asked.url} is tried again in ${pause} ms: ${messageOf(error)}`);
        await clock.sleep(pause);
      }
    }
  });
  return api;
}

/** Reads, and writes that set something to a value. A POST creates something anew each time, except to GraphQL, where we only ask. */
function isRepeatable(options: { readonly method: string; readonly url: string }): boolean {
  return options.method !== 'POST' || options.url.endsWith('/graphql');
}
