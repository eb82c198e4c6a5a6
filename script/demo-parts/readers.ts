/** Dashboards: sessions of the BI role that read production again and again while versions are switched. */
import type { LocalSnowflake, Row, Session } from '../../__tests__/e2e/support/local-snowflake.js';
import { DASHBOARD } from './example-warehouse.js';

export interface ReaderReport {
  readonly relation: string;
  readonly reads: number;
  readonly errors: readonly string[];
  /** Reads that showed the old version after an earlier read of the same session had shown the new one. */
  readonly oldAfterNew: number;
  /** Reads that showed less than an earlier read of the same session. */
  readonly fewer: number;
  readonly sawOld: boolean;
  readonly sawNew: boolean;
  /** Longest wait for an answer, in milliseconds. */
  readonly slowest: number;
}

interface Watched {
  readonly relation: string;
  /** Reads the columns of the relation and, as TOTAL, a number that never falls. */
  readonly sql: string;
  /** The column that only the new version has. */
  readonly newColumn: string;
}

export const WATCHED: readonly Watched[] = [
  {
    relation: 'product_event_1 (table)',
    sql: 'select e.*, t.total from public.product_event_1 as e cross join (select count(*) as total from public.product_event_1) as t limit 1',
    newColumn: 'PRICE',
  },
  {
    relation: 'product_performance (view)',
    sql: 'select p.*, t.total from public.product_performance as p cross join (select sum(baskets) as total from public.product_performance) as t limit 1',
    newColumn: 'BASKET_VALUE',
  },
];

export class Reader {
  readonly #watched: Watched;
  readonly #session: Session;
  readonly #loop: Promise<void>;
  readonly #errors: string[] = [];
  #stopped = false;
  #reads = 0;
  #oldAfterNew = 0;
  #fewer = 0;
  #sawOld = false;
  #sawNew = false;
  #highest = 0;
  #slowest = 0;

  private constructor(watched: Watched, session: Session) {
    this.#watched = watched;
    this.#session = session;
    this.#loop = this.#poll();
  }

  /** Connects as a dashboard and begins to read. */
  static async start(server: LocalSnowflake, watched: Watched): Promise<Reader> {
    return new Reader(watched, await server.connect(DASHBOARD));
  }

  async stop(): Promise<ReaderReport> {
    this.#stopped = true;
    await this.#loop;
    await this.#session.close();
    return {
      relation: this.#watched.relation,
      reads: this.#reads,
      errors: this.#errors,
      oldAfterNew: this.#oldAfterNew,
      fewer: this.#fewer,
      sawOld: this.#sawOld,
      sawNew: this.#sawNew,
      slowest: Math.round(this.#slowest),
    };
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      const asked = performance.now();
      try {
        this.#look(await this.#session.query(this.#watched.sql));
      } catch (error) {
        this.#errors.push(error instanceof Error ? error.message : String(error));
      }
      this.#slowest = Math.max(this.#slowest, performance.now() - asked);
      this.#reads += 1;
      // A dashboard, not a load test: the two processors are dbt's.
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }

  #look(rows: readonly Row[]): void {
    const row = rows[0];
    if (row === undefined) {
      this.#errors.push('no row');
      return;
    }
    const isNew = this.#watched.newColumn in row;
    if (!isNew && this.#sawNew) this.#oldAfterNew += 1;
    if (isNew) this.#sawNew = true;
    else this.#sawOld = true;
    const total = Number(row['TOTAL']);
    if (total < this.#highest) this.#fewer += 1;
    this.#highest = Math.max(this.#highest, total);
  }
}
