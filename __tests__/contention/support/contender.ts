/** A run of the packaged action beside others: one of its statements, and no other run's, can be held. */
import type { FaultState } from '../../e2e/support/local-snowflake.js';
import type { Step, StepResult } from '../../e2e/support/runner.js';
import type { Inputs, RunOptions, Shop } from '../../e2e/support/shop.js';
import { queryTag } from '../../../src/deployment/run-identity.js';

/** A build on a busy machine takes a while until its statement comes. */
const PATIENCE_MS = 240_000;

export interface Entry {
  readonly mode: string;
  /** GitHub's run id: each contender has one of its own. */
  readonly run: string;
  readonly inputs?: Inputs;
  readonly ref?: string;
}

/** Where a contender is held. */
export interface At {
  /** Regular expression, case ignored. */
  readonly matching?: string;
  /** From 1, among its statements that match. */
  readonly nth?: number;
  readonly when?: 'before' | 'after';
}

export class Contender {
  readonly run: string;
  readonly finished: Promise<StepResult>;
  readonly #shop: Shop;
  readonly #step: Step;
  readonly #fault: FaultState | undefined;

  private constructor(shop: Shop, run: string, step: Step, fault: FaultState | undefined) {
    this.run = run;
    this.#shop = shop;
    this.#step = step;
    this.#fault = fault;
    this.finished = step.finished.finally(() => step.endOrphans());
  }

  /** Starts a run that will be held; without `at` it runs freely. */
  static async start(shop: Shop, { mode, run, inputs, ref }: Entry, at?: At): Promise<Contender> {
    const fault =
      at === undefined
        ? undefined
        : await shop.server.addFault({ action: 'pause', when: 'before', query_tag: tagOf(shop, run), ...at });
    const options: RunOptions = { env: { GITHUB_RUN_ID: run }, ...(ref === undefined ? {} : { ref }) };
    return new Contender(shop, run, await shop.start(mode, inputs ?? {}, options), fault);
  }

  /** How its statements are named in the server's log. */
  get tag(): string {
    return tagOf(this.#shop, this.run);
  }

  /** Waits until its statement is held. @throws Error when it ends before */
  async reached(): Promise<void> {
    if (this.#fault === undefined) throw new Error(`Run ${this.run} was started to run freely.`);
    const early = this.#step.finished.then(({ log }) => {
      throw new Error(`Run ${this.run} ended before it could be held:\n${log}`);
    });
    // It rejects when the run ends later, too.
    early.catch(() => undefined);
    await Promise.race([this.#shop.server.holds(this.#fault, PATIENCE_MS), early]);
  }

  /** Lets it go on. @throws Error when it went on by itself, since a statement is held for a minute at most */
  async release(): Promise<void> {
    const held = (await this.#shop.server.faults()).some(({ id, waiting }) => id === this.#fault?.id && waiting > 0);
    if (!held || this.#fault === undefined)
      throw new Error(`Run ${this.run} is not held any more: too slow a machine?`);
    await this.#shop.server.release(this.#fault);
  }

  /** Kills it from one moment to the next, with all it started. */
  crash(): Promise<StepResult> {
    return this.#step.crash();
  }
}

function tagOf(shop: Shop, run: string): string {
  return queryTag({ repository: shop.github.repository, run, attempt: 1 });
}
