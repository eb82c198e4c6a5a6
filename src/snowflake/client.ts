import type { Clock } from '../clock.js';
import { systemClock } from '../clock.js';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import type { Connection } from './connection.js';
import { loadDriver } from './driver.js';
import { cancelByTag } from './leftovers.js';
import { openSession } from './session.js';
import type { Session } from './session.js';
import { SessionPool } from './session-pool.js';
import { cancelAllOfSession } from './statements/sessions.js';
import { SnowflakeError, UnknownOutcomeError } from './warehouse.js';
import type { ExecuteOptions, Row, Statement, Warehouse } from './warehouse.js';

export interface WarehouseOptions {
  /** Marks every statement in Snowflake's query history; `cancelLeftovers` finds them by it. At most 2000 characters. */
  readonly queryTag: string;
  readonly log: Log;
  /** Most statements at a time; a warehouse cluster runs 8 by default and others use it too. */
  readonly concurrency?: number;
  readonly clock?: Clock;
}

const DEFAULT_CONCURRENCY = 4;
const LEFTOVERS_MS = 20_000;
const CANCEL_MS = 10_000;
const READ = /^\s*(?:SELECT|WITH|SHOW|DESC|DESCRIBE|EXPLAIN)\b/i;
/** The connectors' common code for "could not connect"; the statement was never sent. */
const NOT_CONNECTED = '250001';
const CANCELLED = '000604';

/**
 * Connects to Snowflake.
 * @throws ActionableError that says in words why the login failed.
 */
export async function createWarehouse(connection: Connection, options: WarehouseOptions): Promise<Warehouse> {
  const driver = await loadDriver();
  const pool = new SessionPool(
    () => openSession(driver, connection, options.queryTag),
    options.concurrency ?? DEFAULT_CONCURRENCY,
  );
  // The first login happens here, so that a wrong key is told before any work and not in the middle of it.
  await pool.use(() => Promise.resolve());
  return new SnowflakeWarehouse(pool, connection, options);
}

class SnowflakeWarehouse implements Warehouse {
  readonly #pool: SessionPool;
  readonly #connection: Connection;
  readonly #options: WarehouseOptions;
  readonly #lostSessions = new Set<string>();
  readonly #running = new Set<AbortController>();

  constructor(pool: SessionPool, connection: Connection, options: WarehouseOptions) {
    this.#pool = pool;
    this.#connection = connection;
    this.#options = options;
  }

  async execute(statement: Statement, options: ExecuteOptions = {}): Promise<readonly Row[]> {
    try {
      return await this.#once(statement, options);
    } catch (error) {
      // A read whose answer was lost has no effect to find out about: ask again, once, in another session.
      const again =
        error instanceof UnknownOutcomeError && READ.test(statement.sql) && options.signal?.aborted !== true;
      if (!again) throw error;
      this.#options.log.debug(`${error.message} Reading again.`);
      await this.#cancelLostSessions();
      return this.#once(statement, options);
    }
  }

  async cancelLeftovers(): Promise<void> {
    for (const running of this.#running) running.abort(new Error('Leftover statements are being cancelled.'));
    const { queryTag, log } = this.#options;
    try {
      await this.#cancelLostSessions();
      const left = await this.cancelTagged(queryTag);
      if (left > 0)
        log.warning(`${left} statements with the query tag ${queryTag} still run although they were cancelled.`);
    } catch (error) {
      log.warning(
        `Statements that may still run could not be cancelled: ${messageOf(error)} ` +
          `Look in Snowflake's query history for the query tag ${queryTag}.`,
      );
    }
  }

  cancelTagged(queryTag: string): Promise<number> {
    const { clock = systemClock } = this.#options;
    const run = (statement: Statement, options: ExecuteOptions): Promise<readonly Row[]> =>
      this.#once(statement, options);
    const where = { database: this.#connection.database, queryTag };
    return cancelByTag(run, where, clock, AbortSignal.timeout(LEFTOVERS_MS));
  }

  close(): Promise<void> {
    return this.#pool.closeAll();
  }

  /** Runs a statement in some session of the pool. */
  async #once(statement: Statement, options: ExecuteOptions): Promise<readonly Row[]> {
    const stop = new AbortController();
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
    this.#running.add(stop);
    try {
      return await this.#pool.use((session) => this.#inSession(session, statement, { ...options, signal }));
    } catch (error) {
      if (error instanceof SnowflakeError || error instanceof UnknownOutcomeError) throw error;
      // Only opening a session fails otherwise: the statement was not sent.
      throw new SnowflakeError(`${statement.name} was not sent: ${messageOf(error)}`, {
        code: NOT_CONNECTED,
        statement,
        cause: error,
      });
    } finally {
      this.#running.delete(stop);
    }
  }

  async #inSession(session: Session, statement: Statement, options: ExecuteOptions): Promise<readonly Row[]> {
    if (options.signal?.aborted === true) {
      throw new SnowflakeError(`${statement.name} was not sent: the run is being stopped.`, {
        code: CANCELLED,
        statement,
        cause: options.signal.reason,
      });
    }
    try {
      return await session.run(statement, options);
    } catch (error) {
      if (error instanceof UnknownOutcomeError) {
        this.#lostSessions.add(session.id);
        this.#pool.discard(session);
      }
      throw error;
    }
  }

  /** Ends what a session with a lost reply may still run. */
  async #cancelLostSessions(): Promise<void> {
    for (const id of [...this.#lostSessions]) {
      try {
        await this.#once(cancelAllOfSession(id), { signal: AbortSignal.timeout(CANCEL_MS) });
      } catch (error) {
        // The session may have ended, and its statements with it; anything else is found by its query tag.
        this.#options.log.debug(`Session ${id} could not be asked to stop: ${messageOf(error)}`);
      }
      this.#lostSessions.delete(id);
    }
  }
}
