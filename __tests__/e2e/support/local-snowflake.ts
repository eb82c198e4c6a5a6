/**
 * The local Snowflake as the tests use it: a program on loopback, spoken to by snowflake-sdk as the real one would be, with
 * control endpoints beside Snowflake's protocol. Imports nothing of this repository, so that global-setup.mjs can load it
 * without jest.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Connection, ConnectionOptions } from 'snowflake-sdk';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** Who logs in, and with what. */
export type Login = Readonly<
  Pick<ConnectionOptions, 'username' | 'password' | 'role' | 'authenticator' | 'privateKey' | 'warehouse' | 'database'>
>;

/** What a fresh server has. */
export const ADMIN: Login = { username: 'LOCAL_ADMIN', password: 'local', role: 'ACCOUNTADMIN' };

/** A row by column name; values as the driver gives them. */
export type Row = Readonly<Record<string, string | number | boolean | Date | null>>;

/** A fault as `POST /local/faults` takes it: local_snowflake/faults.py. */
export interface Fault {
  readonly action: 'fail' | 'delay' | 'cut' | 'pause';
  readonly when?: 'before' | 'after';
  /** From 1, among the statements that match. */
  readonly nth?: number;
  /** Regular expression, searched in the statement's text, case ignored. */
  readonly matching?: string;
  readonly times?: number;
  readonly delay_ms?: number;
  readonly code?: string;
  readonly sqlstate?: string;
  readonly message?: string;
  readonly role?: string;
  readonly query_tag?: string;
}

export interface FaultState extends Fault {
  readonly id: number;
  readonly seen: number;
  readonly fired: number;
  /** Statements that it holds now. */
  readonly waiting: number;
}

/** One statement of the server's log: local_snowflake/statement_log.py. */
export interface LoggedStatement {
  readonly id: number;
  /** The block that it was part of. */
  readonly parent: number | null;
  readonly session: string;
  readonly user: string;
  readonly role: string;
  readonly query_tag: string;
  readonly text: string;
  /** ISO 8601. */
  readonly started_at: string;
  /** null while it runs. */
  readonly duration_ms: number | null;
  readonly status: 'running' | 'success' | 'failed' | 'cancelled';
  readonly error: string | null;
  readonly tables_read: readonly string[];
  readonly tables_written: readonly string[];
  /** Rows of the answer; null while it runs, or when it failed. */
  readonly rows: number | null;
}

/** An open session. */
export class Session {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Runs one statement. Rejects with the driver's error, whose message then names the statement, too. */
  query(sqlText: string, binds: readonly (string | number | boolean | null)[] = []): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      this.#connection.execute({
        sqlText,
        binds: [...binds] as NonNullable<Parameters<Connection['execute']>[0]['binds']>,
        complete: (error, _statement, rows) => {
          if (error) reject(new Error(`${error.message}\n  in: ${sqlText}`, { cause: error }));
          else resolve((rows ?? []) as readonly Row[]);
        },
      });
    });
  }

  /** Runs statements one after the other. */
  async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.query(statement);
  }

  /** The only value of the only row, as text; null stays null. */
  async value(sqlText: string): Promise<string | null> {
    const [row, ...more] = await this.query(sqlText);
    const values = Object.values(row ?? {});
    if (values.length !== 1 || more.length > 0) throw new Error(`Not one value: ${sqlText}`);
    return values[0] === null ? null : String(values[0]);
  }

  /** Every row's first column, as text. */
  async column(sqlText: string): Promise<readonly string[]> {
    return (await this.query(sqlText)).map((row) => String(Object.values(row)[0]));
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#connection.destroy(() => resolve());
    });
  }
}

/** A server that runs. */
export class LocalSnowflake {
  /** e.g. `http://127.0.0.1:40123` */
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Logs in. Rejects when the server refuses. */
  async connect(login: Login): Promise<Session> {
    const { default: sdk } = await import('snowflake-sdk');
    sdk.configure({ logLevel: 'OFF', additionalLogToConsole: false });
    const connection = sdk.createConnection({ accessUrl: this.url, account: 'local', ...login });
    // Some refusals reach the callback only, and the promise of connectAsync resolves.
    await new Promise<void>((resolve, reject) => {
      connection.connect((error: Error | null | undefined) => (error ? reject(error) : resolve()));
    });
    return new Session(connection);
  }

  /** Statements with a greater id than `since`, oldest first. */
  async log(since = 0): Promise<readonly LoggedStatement[]> {
    return (await this.#control('GET', `/local/log?since=${since}`)) as readonly LoggedStatement[];
  }

  /** The id of the last statement so far, for `log`. */
  async logPosition(): Promise<number> {
    return (await this.log()).at(-1)?.id ?? 0;
  }

  async addFault(fault: Fault): Promise<FaultState> {
    return (await this.#control('POST', '/local/faults', fault)) as FaultState;
  }

  async faults(): Promise<readonly FaultState[]> {
    return (await this.#control('GET', '/local/faults')) as readonly FaultState[];
  }

  /** Waits until a `pause` fault holds a statement. */
  async holds(fault: FaultState, milliseconds = 60_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!(await this.faults()).some(({ id, waiting }) => id === fault.id && waiting > 0)) {
      if (Date.now() > deadline)
        throw new Error(`No statement matched ${String(fault.matching)} in ${milliseconds} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Lets a held statement go on. */
  async release(fault: FaultState): Promise<void> {
    await this.#control('POST', `/local/faults/${fault.id}/release`);
  }

  /** Removes all faults and lets all held statements go on. */
  async clearFaults(): Promise<void> {
    await this.#control('DELETE', '/local/faults');
  }

  async #control(method: string, path: string, body?: unknown): Promise<unknown> {
    const json = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(this.url + path, { method, ...(body === undefined ? {} : json) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** A server that this process started, and ends. */
export class OwnLocalSnowflake extends LocalSnowflake {
  /** The folder that keeps its databases; undefined: they are in memory. */
  readonly db: string | undefined;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess, db: string | undefined) {
    super(url);
    this.#child = child;
    this.db = db;
  }

  /**
   * Starts a server and waits until it listens. It ends with this process at the latest.
   * @param options `db`: a folder that outlives it; `timeTravel`: it keeps what tables held, at the price of a copy for each change
   */
  static async start(
    options: { readonly db?: string; readonly timeTravel?: boolean } = {},
  ): Promise<OwnLocalSnowflake> {
    const python = join(REPOSITORY, '.venv', 'bin', 'python');
    const chosen = [
      ...(options.db === undefined ? [] : ['--db', options.db]),
      ...(options.timeTravel === true ? ['--time-travel'] : []),
    ];
    const child = spawn(python, ['-m', 'local_snowflake', '--port', '0', '--until-stdin-closes', ...chosen], {
      env: { ...process.env, PYTHONPATH: join(REPOSITORY, 'local-snowflake') },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { host, port } = await announcement(child);
    return new OwnLocalSnowflake(`http://${host}:${port}`, child, options.db);
  }

  /** Ends the server: by SIGKILL if `abruptly`. */
  async stop(abruptly = false): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (abruptly) this.#child.kill('SIGKILL');
    else this.#child.stdin?.end();
    await ended;
  }
}

/** The one line of JSON that the server prints when it listens. @throws Error when it ends before */
async function announcement(child: ChildProcess): Promise<{ readonly host: string; readonly port: number }> {
  if (child.stdout === null) throw new Error('The local Snowflake was started without a pipe to read from.');
  const lines = createInterface({ input: child.stdout });
  const first = new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`The local Snowflake ended with ${String(code)} before it listened.`)),
    );
  });
  return JSON.parse(await first) as { host: string; port: number };
}

/** The server that global-setup.mjs started for this jest worker: its faults hit no other worker's tests. */
export function localSnowflakeOfThisWorker(): LocalSnowflake {
  const url = process.env[`LOCAL_SNOWFLAKE_${process.env['JEST_WORKER_ID'] ?? '1'}`];
  if (url === undefined) throw new Error('No local Snowflake was started: run these tests by "npm run e2e".');
  return new LocalSnowflake(url);
}
