import { duration } from '../figures.js';
import type { TimelineEntry } from '../deployment/timeline.js';
import { details, prose, table } from './markdown.js';

/** The steps so far with their durations. */
export function timelineSection(timeline: readonly TimelineEntry[]): string | undefined {
  if (timeline.length === 0) return undefined;
  const rows = timeline.map((entry) => [
    entry.outcome === 'done' ? '✅' : '❌',
    prose(entry.title),
    prose(entry.startedAt.slice(0, 19).replace('T', ' ')),
    duration(entry.seconds),
  ]);
  const total = timeline.reduce((sum, entry) => sum + entry.seconds, 0);
  return details(`Steps (${duration(total)})`, table(['', 'step', 'begun (UTC)', 'took'], rows, new Set([3])));
}
