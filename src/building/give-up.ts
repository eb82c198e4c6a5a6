import type { Marker } from '../deployment/marker.js';
import { messageOf } from '../errors.js';
import type { History } from '../history/history.js';
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
        `The marker could not be set to "blocked" (${messageOf(second)}): the next build waits for the lock timeout.`,
      );
    });
    throw error;
  }
}

async function markBlocked(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  history: History,
  pair: SchemaPair,
  words: string,
  marker: Marker,
): Promise<void> {
  if (!(await holdsLock(tools, pair, marker.deployment))) return;
  await writeMarker(tools, pair, words, { ...marker, phase: 'blocked', verdict: 'failed', heartbeat: null });
  await history.update(marker.deployment, { PHASE: 'build failed', FINISHED_AT: tools.clock.now().toISOString() });
}
