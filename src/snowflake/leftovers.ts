import type { Clock } from '../clock.js';
import { cancelQuery, listRunning } from './statements/sessions.js';
import type { ExecuteOptions, Row, Statement } from './warehouse.js';

type Run = (statement: Statement, options: ExecuteOptions) => Promise<readonly Row[]>;

/** Each of these statements takes moments; a warehouse that must start first is not worth more. */
const STATEMENT_SECONDS = 15;
const POLL_MS = 1_000;

/**
 * Cancels by query tag until nothing runs under it any more or the signal says that it took too long.
 * @returns how many statements were still running at the end.
 */
export async function cancelByTag(
  run: Run,
  where: { readonly database: string; readonly queryTag: string },
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const options = { timeoutSeconds: STATEMENT_SECONDS, signal };
  for (;;) {
    const running = await run(listRunning(where.database, where.queryTag), options);
    if (running.length === 0 || signal.aborted) return running.length;
    for (const row of running) {
      if (typeof row['query_id'] === 'string') await run(cancelQuery(row['query_id']), options);
    }
    await clock.sleep(POLL_MS, signal);
  }
}
