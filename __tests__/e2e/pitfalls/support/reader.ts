/** A dashboard that reads production again and again, whatever happens to it. */
import type { Session } from '../../support/local-snowflake.js';
import type { Shop } from '../../support/shop.js';

export class Reader {
  /** What it was refused; empty as long as production was always there. */
  readonly errors: string[] = [];
  /** What it saw, as columns and number of rows, in the order of the changes. */
  readonly seen: string[] = [];
  reads = 0;
  readonly #session: Session;
  readonly #loop: Promise<void>;
  #stopped = false;

  private constructor(session: Session, relation: string) {
    this.#session = session;
    this.#loop = this.#poll(`select * from ${relation}`);
  }

  /** @param relation a table or view of production with rows, by its stored name */
  static async start(shop: Shop, relation: string): Promise<Reader> {
    const session = await shop.server.connect(shop.warehouse.readerLogin);
    return new Reader(session, `${shop.warehouse.database}.PUBLIC."${relation}"`);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
    await this.#session.close();
  }

  async #poll(select: string): Promise<void> {
    while (!this.#stopped) {
      try {
        const rows = await this.#session.query(select);
        const seen = `${Object.keys(rows[0] ?? {}).join(', ')}: ${String(rows.length)} rows`;
        if (this.seen.at(-1) !== seen) this.seen.push(seen);
      } catch (error) {
        this.errors.push(String(error));
      }
      this.reads += 1;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
