import type { Marker } from '../deployment/marker.js';
import type { SchemaPair } from '../selection/plan.js';
import type { Tools } from '../tools.js';
import { messageOf } from '../errors.js';
import { holdsLock, writeMarker } from './lock.js';

const BEAT_MS = 60_000;

/**
 * Keeps the marker of a build fresh while `work` runs, so that others can tell a long build from a dead one. A beat that fails is
 * only logged: the build itself decides what a lost connection means.
 */
export async function withHeartbeat<T>(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  pair: SchemaPair,
  words: string,
  marker: Marker,
  work: () => Promise<T>,
): Promise<T> {
  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    // One at a time: of two on their way, the older could be the last to write, and only the newer would be waited for.
    beating ??= beat(tools, pair, words, marker)
      .catch((error: unknown) => {
        tools.log.debug(`Heartbeat failed: ${messageOf(error)}`);
      })
      .finally(() => (beating = undefined));
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    // A beat on its way would write an old marker over the one that the next step writes.
    await beating;
  }
}

async function beat(
  tools: Pick<Tools, 'warehouse' | 'log' | 'clock'>,
  pair: SchemaPair,
  words: string,
  marker: Marker,
): Promise<void> {
  if (!(await holdsLock(tools, pair, marker))) return;
  await writeMarker(tools, pair, words, { ...marker, heartbeat: tools.clock.now().toISOString() });
}

/**
 * A build is alive when it gave a sign of life within `silenceMinutes`, did not say that it stopped, and is not an earlier
 * attempt of the same run.
 */
export function isAlive(
  marker: Marker,
  now: Date,
  silenceMinutes: number,
  self: { readonly run: string; readonly attempt: number },
): boolean {
  if (marker.stopped !== undefined) return false;
  // GitHub runs one attempt of a run at a time: a later attempt proves that the earlier one is over.
  if (marker.run === self.run && marker.attempt < self.attempt) return false;
  const lastSign = Date.parse(marker.heartbeat ?? marker.startedAt);
  return now.getTime() - lastSign < silenceMinutes * 60_000;
}
