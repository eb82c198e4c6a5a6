import type { ExecuteOptions, Row, Statement, Warehouse } from '../../src/snowflake/warehouse.js';

/** What the warehouse answers to a statement: rows, or an error to reject with. */
export type Answer = (statement: Statement) => readonly Row[] | Error | Promise<readonly Row[] | Error>;

/** Answers from a function and remembers what it was asked, in order. */
export class RecordingWarehouse implements Warehouse {
  readonly statements: Statement[] = [];
  readonly #answer: Answer;

  constructor(answer: Answer = () => []) {
    this.#answer = answer;
  }

  get sql(): readonly string[] {
    return this.statements.map(({ sql }) => sql);
  }

  /** Names of the statements, in order: what was done, without how it is written. */
  get names(): readonly string[] {
    return this.statements.map(({ name }) => name);
  }

  async execute(statement: Statement, _options?: ExecuteOptions): Promise<readonly Row[]> {
    this.statements.push(statement);
    const answer = await this.#answer(statement);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  cancelLeftovers(): Promise<void> {
    return Promise.resolve();
  }

  cancelTagged(): Promise<number> {
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
