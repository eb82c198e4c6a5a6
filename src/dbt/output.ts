import { stripVTControlCharacters } from 'node:util';
import type { Log } from '../log.js';
import type { DbtEvent } from './events.js';

/** Lines kept; what is older is in dbt's own log file beside the artifacts. */
const KEPT_LINES = 5_000;
const REASON_LINES = 12;

/** What one dbt command said, for the folded part of the log and for the reason when it breaks. */
export class DbtOutput {
  readonly #lines: string[] = [];
  readonly #errors: string[] = [];
  #dropped = 0;

  take(line: string, event: DbtEvent | undefined): void {
    // Colours mean nothing in a report, where the reason of a failure is shown too.
    const text = stripVTControlCharacters(event === undefined ? line : event.message);
    if (event?.level === 'debug' || text.trim() === '') return;
    if (event?.level === 'error') this.#errors.push(text.trim());
    this.#lines.push(...text.split('\n'));
    const excess = this.#lines.length - KEPT_LINES;
    if (excess > 0) {
      this.#lines.splice(0, excess);
      this.#dropped += excess;
    }
  }

  /** dbt's last error lines, or its last words if it named no error. */
  reason(): string {
    const said = this.#errors.length > 0 ? this.#errors.join('\n').split('\n') : this.#lines;
    const last = said.map((line) => line.trim()).filter((line) => line !== '');
    return last.length === 0 ? 'dbt said nothing.' : last.slice(-REASON_LINES).join('\n');
  }

  /** Writes everything into a folded group. */
  show(log: Log, title: string): Promise<void> {
    return log.group(title, () => {
      if (this.#dropped > 0) log.info(`(the first ${this.#dropped} lines are only in dbt's log file)`);
      for (const line of this.#lines) log.info(line);
      return Promise.resolve();
    });
  }
}
