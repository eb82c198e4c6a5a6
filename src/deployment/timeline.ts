import type { Clock } from '../clock.js';
import type { Log } from '../log.js';

/** One step that was taken, for the report. */
export interface TimelineEntry {
  readonly title: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly outcome: 'done' | 'failed';
}

/** Runs the steps of a mode one by one: each gets a group in the log and a line with its duration in the report. */
export class Timeline {
  readonly entries: TimelineEntry[] = [];
  readonly #log: Log;
  readonly #clock: Clock;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const started = this.#clock.now();
    let outcome: TimelineEntry['outcome'] = 'failed';
    try {
      const result = await this.#log.group(title, work);
      outcome = 'done';
      return result;
    } finally {
      const seconds = (this.#clock.now().getTime() - started.getTime()) / 1000;
      this.entries.push({ title, startedAt: started.toISOString(), seconds, outcome });
    }
  }
}
