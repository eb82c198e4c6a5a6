import type { Log } from '../../src/log.js';

/** Keeps every line as `level: text`. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];

  debug(message: string): void {
    this.lines.push(`debug: ${message}`);
  }

  info(message: string): void {
    this.lines.push(`info: ${message}`);
  }

  warning(message: string): void {
    this.lines.push(`warning: ${message}`);
  }

  group<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.lines.push(`group: ${title}`);
    return work();
  }
}
