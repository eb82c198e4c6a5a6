import type { Marker } from '../deployment/marker.js';
import { namesSchema } from '../deployment/marker.js';
import type { RunIdentity } from '../deployment/run-identity.js';
import { messageOf } from '../errors.js';
import type { History } from '../history/history.js';
import { observe } from '../observing/observe.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { holdsLock, writeMarker } from './lock.js';

/**
 * Runs a build; when it breaks, marks blue as blocked so that the next build takes it over at once instead of waiting for the
 * silence of a dead one. What it broke with goes on to the caller.
 */
export async function givingUp<T>(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  history: History,
  pair: SchemaPair,
  words: string,
  marker: Marker,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await markBlocked(tools, history, pair, words, marker).catch((second: unknown) => {
      tools.log.info(
        `The marker could not be set to "blocked" (${messageOf(second)}): unless the end of this job does it, the next build waits for the lock timeout.`,
      );
    });
    throw error;
  }
}

/**
 * For a build that was cut short: marks what this attempt of the run left half-built as blocked. Call it once nothing of the run
 * is at work any more. What another run, another attempt or a later phase owns stays as it is.
 */
export async function giveUpCutShort(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  history: History,
  pair: SchemaPair,
  run: Pick<RunIdentity, 'repository' | 'run' | 'attempt'>,
): Promise<void> {
  const { upcoming } = await observe(tools.warehouse, pair);
  const marker = upcoming?.comment.marker;
  if (upcoming === undefined || marker?.phase !== 'building' || !namesSchema(marker, upcoming.name)) return;
  if (marker.repository !== run.repository || marker.run !== run.run || marker.attempt !== run.attempt) return;
  await markBlocked(tools, history, pair, upcoming.comment.words, marker);
  tools.log.info(`Deployment ${marker.deployment} was cut short and is given up: the next build starts anew at once.`);
}

async function markBlocked(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  history: History,
  pair: SchemaPair,
  words: string,
  marker: Marker,
): Promise<void> {
  if (!(await holdsLock(tools, pair, marker))) return;
  await writeMarker(tools, pair, words, { ...marker, phase: 'blocked', verdict: 'failed', heartbeat: null });
  await history.update(marker.deployment, { PHASE: 'build failed', FINISHED_AT: tools.clock.now().toISOString() });
}
