/**
 * The time of day as the action sees it. Only `new Date()` is moved: what a login is signed with (`Date.now`) stays as it is, and
 * so does Snowflake's own clock.
 */
export class MovedClock {
  readonly #milliseconds: number;

  private constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** A clock that shows `moment` now, and goes on from there. */
  static showing(moment: Date): MovedClock {
    return new MovedClock(moment.getTime() - Date.now());
  }

  plusMinutes(minutes: number): MovedClock {
    return new MovedClock(this.#milliseconds + minutes * 60_000);
  }

  plusDays(days: number): MovedClock {
    return this.plusMinutes(days * 24 * 60);
  }

  now(): Date {
    return new Date(Date.now() + this.#milliseconds);
  }

  /** Variables of a step whose process has this clock, and a time zone that is already in tomorrow for most of the day. */
  get env(): Readonly<Record<string, string>> {
    const program =
      `const Real = Date; globalThis.Date = class extends Real { constructor(...given) { ` +
      `super(...(given.length === 0 ? [Real.now() + ${String(this.#milliseconds)}] : given)); } };`;
    const url = `data:text/javascript,${encodeURIComponent(program)}`;
    return { NODE_OPTIONS: `--import=${url}`, TZ: 'Pacific/Kiritimati' };
  }
}
