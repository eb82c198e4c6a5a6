import { createHash } from 'node:crypto';
import type { Rebuilt } from '../deployment/record.js';
import { messageOf } from '../errors.js';
import type { History } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import type { Plan } from '../selection/plan.js';
import type { Tools } from '../tools.js';

/** A fingerprint of what decides beside the commit what dbt builds. Variables may be secret: only their hash is kept. */
export function builtBy(
  { dbtVersion }: Pick<Plan, 'dbtVersion'>,
  { project, dbt }: Pick<CommonInputs, 'project' | 'dbt'>,
): string {
  const decisive = JSON.stringify([dbtVersion, project.dbtVars, dbt.targetName]);
  return createHash('sha256').update(decisive, 'utf8').digest('hex');
}

/**
 * Which nodes of a full refresh are finished, in the record: a run that dies is taken up there again. One write at a time, and
 * each holds all that finished until then: a thousand models that end in one minute are a few writes.
 */
export class FinishedNodes {
  readonly #log: Tools['log'];
  readonly #history: Pick<History, 'update'>;
  readonly #deployment: string;
  readonly #by: string;
  /** Seconds by unique id; undefined where an older version of this action did not record them. */
  readonly #finished: Map<string, number | undefined>;
  #written: number;
  #writing: Promise<void> | undefined;

  /** @param before what an earlier run had finished, and by what this one builds */
  constructor({ log }: Pick<Tools, 'log'>, history: Pick<History, 'update'>, deployment: string, before: Rebuilt) {
    this.#log = log;
    this.#history = history;
    this.#deployment = deployment;
    this.#by = before.by;
    this.#finished = new Map(before.nodes.map((uniqueId) => [uniqueId, before.seconds?.[uniqueId]]));
    this.#written = this.#finished.size;
  }

  /** From now on the deployment can be taken up: what the full refresh needs stands in blue. */
  async begin(): Promise<void> {
    await this.#history.update(this.#deployment, { REBUILT: this.#text() });
  }

  get count(): number {
    return this.#finished.size;
  }

  has(uniqueId: string): boolean {
    return this.#finished.has(uniqueId);
  }

  add(uniqueId: string, seconds: number): void {
    this.#finished.set(uniqueId, seconds);
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Waits for the write on its way: none may come after the steps that follow. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#written < this.#finished.size) {
      const written = this.#finished.size;
      try {
        await this.#history.update(this.#deployment, { REBUILT: this.#text() });
      } catch (error) {
        // A build that is taken up does such a node again, which costs time and nothing else.
        this.#log.debug(`What is finished could not be recorded: ${messageOf(error)}`);
        return;
      }
      this.#written = written;
    }
  }

  #text(): string {
    const timed = [...this.#finished].flatMap(([uniqueId, took]): [string, number][] =>
      took === undefined ? [] : [[uniqueId, took]],
    );
    const seconds = Object.fromEntries<number>(timed);
    const rebuilt: Rebuilt = { by: this.#by, nodes: [...this.#finished.keys()], seconds };
    return JSON.stringify(rebuilt);
  }
}
