import { readFileSync, readdirSync } from 'node:fs';

/**
 * Kills every process that was started with this RUNNER_TRACKING_ID, however deep below the step. Linux only (/proc).
 * @returns how many there were
 */
export function endOrphans(trackingId: string): number {
  if (trackingId === '') throw new Error('Without a tracking id nothing tells whose processes they are.');
  const orphans = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && belongsTo(name, trackingId));
  for (const pid of orphans) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Ended by itself since it was listed.
    }
  }
  return orphans.length;
}

function belongsTo(pid: string, trackingId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`RUNNER_TRACKING_ID=${trackingId}`);
  } catch {
    return false;
  }
}
