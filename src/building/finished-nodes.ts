import { messageOf } from '../errors.js';
import type { History } from '../history/history.js';
import type { Tools } from '../tools.js';

/**
 * Which nodes of a full refresh are finished, in the record: a run that dies is taken up there again. One write at a time, and
 * each holds all that finished until then: a thousand models that end in one minute are a few writes.
 */
export class FinishedNodes {
  readonly #log: Tools['log'];
  readonly #history: Pick<History, 'update'>;
  readonly #deployment: string;
  readonly #finished: Set<string>;
  #written: number;
  #writing: Promise<void> | undefined;

  /** @param before what an earlier run had finished */
  constructor(
    { log }: Pick<Tools, 'log'>,
    history: Pick<History, 'update'>,
    deployment: string,
    before: readonly string[],
  ) {
    this.#log = log;
    this.#history = history;
    this.#deployment = deployment;
    this.#finished = new Set(before);
    this.#written = this.#finished.size;
  }

  /** From now on the deployment can be taken up: what the full refresh needs stands in blue. */
  async begin(): Promise<void> {
    await this.#history.update(this.#deployment, { REBUILT: JSON.stringify([...this.#finished]) });
  }

  has(uniqueId: string): boolean {
    return this.#finished.has(uniqueId);
  }

  add(uniqueId: string): void {
    this.#finished.add(uniqueId);
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Waits for the write on its way: none may come after the steps that follow. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#written < this.#finished.size) {
      const finished = [...this.#finished];
      try {
        await this.#history.update(this.#deployment, { REBUILT: JSON.stringify(finished) });
      } catch (error) {
        // A build that is taken up does such a node again, which costs time and nothing else.
        this.#log.debug(`What is finished could not be recorded: ${messageOf(error)}`);
        return;
      }
      this.#written = finished.length;
    }
  }
}
