import { isBusy } from '../deployment/state.js';
import type { Tools } from '../tools.js';
import type { Situation } from './situation.js';

/** Milliseconds between looks: a switch takes minutes, so a schedule that begins this much later loses nothing. */
const PAUSE = 20_000;
const MINUTE = 60_000;

/**
 * Looks again while code and tables are being exchanged, so that a schedule begins as soon as they fit.
 *
 * @param minutes the longest wait; 0 looks once
 * @returns the last thing seen; it is still busy when the wait was too short or the job was cancelled
 */
export async function lookUntilCalm(
  { clock, log, signal }: Pick<Tools, 'clock' | 'log' | 'signal'>,
  minutes: number,
  look: () => Promise<Situation>,
): Promise<Situation> {
  const end = clock.now().getTime() + minutes * MINUTE;
  for (;;) {
    const situation = await look();
    const left = end - clock.now().getTime();
    if (!isBusy(situation.state) || left <= 0 || signal.aborted) return situation;
    log.info(
      `Versions are being exchanged; looked at again, for ${String(Math.ceil(left / MINUTE))} more minutes at most.`,
    );
    await clock.sleep(Math.min(PAUSE, left), signal);
  }
}
