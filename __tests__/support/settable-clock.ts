import type { Clock } from '../../src/clock.js';

/** Stands still but for its sleeps, which take no time. */
export class SettableClock implements Clock {
  readonly sleeps: number[] = [];
  #now: Date;

  constructor(now = '2026-11-22T15:30:45Z') {
    this.#now = new Date(now);
  }

  now(): Date {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.#now = new Date(this.#now.getTime() + milliseconds);
    return Promise.resolve();
  }
}
