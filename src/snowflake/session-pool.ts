import type { Session } from './session.js';

/**
 * Sessions opened as needed, each running one statement at a time. Callers beyond the bound wait in order.
 *
 * Snowflake runs statements of one session side by side, but a lock or a lost connection then hits all of them.
 */
export class SessionPool {
  readonly #open: () => Promise<Session>;
  readonly #bound: number;
  readonly #idle: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #all = new Set<Session>();
  readonly #discarded: Session[] = [];
  #opening = 0;

  constructor(open: () => Promise<Session>, bound: number) {
    this.#open = open;
    this.#bound = bound;
  }

  /** Lends a session for the time of `work`, opening one if none is idle and the bound allows. */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#acquire();
    try {
      return await work(session);
    } finally {
      if (this.#all.has(session)) this.#idle.push(session);
      this.#waiting.shift()?.();
    }
  }

  /**
   * Takes a session out of use, e.g. after a lost reply. It is logged out only with all others: Snowflake cancels what a
   * session still runs some time after its logout, and a switch whose reply was lost must finish.
   */
  discard(session: Session): void {
    this.#all.delete(session);
    this.#discarded.push(session);
  }

  async closeAll(): Promise<void> {
    const sessions = [...this.#all, ...this.#discarded.splice(0)];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(sessions.map((session) => session.close()));
  }

  async #acquire(): Promise<Session> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle?.isUp() === true) return idle;
      if (idle !== undefined) this.discard(idle);
      else if (this.#all.size + this.#opening < this.#bound) return this.#openAnother();
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #openAnother(): Promise<Session> {
    this.#opening += 1;
    try {
      const session = await this.#open();
      this.#all.add(session);
      return session;
    } catch (error) {
      this.#waiting.shift()?.();
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }
}
