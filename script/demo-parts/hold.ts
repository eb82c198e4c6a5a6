/** A statement held by the local Snowflake, so that something can be done at an exact point of a deployment. */
import type { LocalSnowflake } from './local-snowflake.js';

const LOOK_EVERY_MS = 100;

export class Hold {
  readonly #server: LocalSnowflake;
  readonly #id: number;

  private constructor(server: LocalSnowflake, id: number) {
    this.#server = server;
    this.#id = id;
  }

  /** From now on the first statement whose text matches (a regular expression, case ignored) is held, for a minute at most. */
  static async set(server: LocalSnowflake, matching: string, when: 'before' | 'after'): Promise<Hold> {
    const fault = (await server.control('POST', '/local/faults', { action: 'pause', when, matching })) as {
      id: number;
    };
    return new Hold(server, fault.id);
  }

  /** Waits until a statement is held. @throws Error when `work`, which should have sent it, ends first */
  async reached(work: Promise<{ readonly log: string }>): Promise<void> {
    let ended: string | undefined;
    work.then(
      (result) => (ended = result.log),
      (error: unknown) => (ended = String(error)),
    );
    while (!(await this.#isHolding())) {
      if (ended !== undefined)
        throw new Error(`The step ended before the statement came that was to be held:\n${tail(ended)}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Lets the statement go on. */
  async release(): Promise<void> {
    await this.#server.control('POST', `/local/faults/${this.#id}/release`);
  }

  async #isHolding(): Promise<boolean> {
    const faults = (await this.#server.control('GET', '/local/faults')) as readonly { id: number; waiting: number }[];
    return faults.some((fault) => fault.id === this.#id && fault.waiting > 0);
  }
}

function tail(text: string): string {
  return text.trimEnd().split('\n').slice(-25).join('\n');
}
