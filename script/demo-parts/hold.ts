/** A statement held by the local Snowflake, so that something can be done at an exact point of a deployment. */
import type { FaultState, LocalSnowflake } from '../../__tests__/e2e/support/local-snowflake.js';
import { type ActionRun, lastLines } from './packaged-action.js';

const LOOK_EVERY_MS = 50;

export class Hold {
  readonly #server: LocalSnowflake;
  readonly #fault: FaultState;

  private constructor(server: LocalSnowflake, fault: FaultState) {
    this.#server = server;
    this.#fault = fault;
  }

  /** From now on the first statement whose text matches (a regular expression, case ignored) is held, for a minute at most. */
  static async set(server: LocalSnowflake, matching: string, when: 'before' | 'after'): Promise<Hold> {
    return new Hold(server, await server.addFault({ action: 'pause', when, matching }));
  }

  /** Waits until a statement is held. @throws Error when the step, which should have sent it, ends first */
  async reached(step: Promise<ActionRun>): Promise<void> {
    const ended: { run?: ActionRun } = {};
    void step.then((run) => (ended.run = run));
    while (!(await this.#isHolding())) {
      if (ended.run !== undefined) {
        throw new Error(`The step ended before the statement came that was to be held. ${lastLines(ended.run)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Lets the statement go on. @throws Error when it went on by itself: what was to be shown was not shown at that point */
  async release(): Promise<void> {
    if (!(await this.#isHolding())) {
      throw new Error(
        'A statement is held for a minute at most, and what was done meanwhile took longer. Is the machine busy?',
      );
    }
    await this.#server.release(this.#fault);
  }

  async #isHolding(): Promise<boolean> {
    return (await this.#server.faults()).some(({ id, waiting }) => id === this.#fault.id && waiting > 0);
  }
}
