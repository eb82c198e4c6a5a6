import { randomUUID } from 'node:crypto';
import { ActionableError, messageOf } from '../errors.js';
import { driverCredential } from './authentication.js';
import type { Connection } from './connection.js';
import { statementFailure } from './driver-errors.js';
import type { ConnectionOptions, Driver, DriverConnection } from './driver.js';
import { quoteName } from './identifiers.js';
import { loginFailure } from './login-errors.js';
import { identifySession, setParameters } from './statements/sessions.js';
import { UnknownOutcomeError } from './warehouse.js';
import type { ExecuteOptions, Row, Statement } from './warehouse.js';

/** One login. Statements may run in it side by side, but the pool gives it one at a time. */
export interface Session {
  /** Snowflake's id, by which another session can cancel what this one runs. */
  readonly id: string;
  run(statement: Statement, options: ExecuteOptions): Promise<readonly Row[]>;
  /** False once the driver has given the session up. */
  isUp(): boolean;
  close(): Promise<void>;
}

/** Longest wait for the server's answer to a cancelled statement; the runner kills the action 10 s after a cancel. */
const CANCEL_ANSWER_MS = 5_000;
const LOGOUT_ANSWER_MS = 3_000;
const LOGIN_RETRIES = 3;

/** Logs in and sets the session's parameters. @throws ActionableError that says in words why it failed. */
export async function openSession(driver: Driver, connection: Connection, queryTag: string): Promise<Session> {
  const login = await logIn(driver, connection, queryTag);
  try {
    await send(login, setParameters(), {});
    const rows = await send(login, identifySession(), {});
    return toSession(login, rows[0]?.['id'] ?? '');
  } catch (cause) {
    await logout(login);
    throw new ActionableError(
      `Snowflake accepted the login of user ${connection.user}, but the session could not be set up: ${messageOf(cause)} ` +
        'Nothing was changed. Run again; if it fails again, the message says which parameter this user may not set.',
      { cause },
    );
  }
}

async function logIn(driver: Driver, connection: Connection, queryTag: string): Promise<DriverConnection> {
  let shown: string | undefined;
  try {
    const options = await driverOptions(connection, queryTag);
    if (connection.credential.kind === 'workload identity') shown = options.token;
    const login = driver.createConnection(options);
    await connect(login);
    return login;
  } catch (error) {
    throw loginFailure(connection, error, shown);
  }
}

async function driverOptions(connection: Connection, queryTag: string): Promise<ConnectionOptions> {
  return {
    account: connection.account,
    username: connection.user,
    database: asWritten(connection.database),
    ...(connection.role === undefined ? {} : { role: connection.role }),
    ...(connection.warehouse === undefined ? {} : { warehouse: connection.warehouse }),
    // The driver appends paths to it, so it must not end in a slash.
    ...(connection.accessUrl === undefined ? {} : { accessUrl: connection.accessUrl.origin }),
    application: 'dbt_blue_green',
    queryTag,
    // A build lasts hours; without heartbeats the session is gone when the switch comes.
    clientSessionKeepAlive: true,
    sfRetryMaxLoginRetries: LOGIN_RETRIES,
    fetchAsString: ['Boolean', 'Number', 'Date', 'JSON', 'Buffer'],
    // Otherwise NULL arrives as the text "NULL".
    representNullAsStringNull: false,
    ...(await driverCredential(connection.credential)),
  };
}

/** At login a name is read as in SQL, where an unquoted one becomes upper case. */
function asWritten(storedName: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(storedName) ? storedName : quoteName(storedName);
}

function connect(login: DriverConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    login.connect((error) => {
      if (error === undefined || (error as unknown) === null) resolve();
      else reject(error);
    });
  });
}

function toSession(login: DriverConnection, id: string): Session {
  return {
    id,
    run: (statement, options) => send(login, statement, options),
    isUp: () => login.isUp(),
    close: () => logout(login),
  };
}

/** Sends one statement and settles exactly once: with its rows, its refusal, or the news that nobody knows. */
function send(login: DriverConnection, statement: Statement, options: ExecuteOptions): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const { signal, timeoutSeconds } = options;
    let lostPatience: NodeJS.Timeout | undefined;
    const running = login.execute({
      sqlText: statement.sql,
      // The driver sends a request again when the network fails; by this id the server knows it and answers without running it twice.
      requestId: randomUUID(),
      ...(statement.binds === undefined ? {} : { binds: statement.binds }),
      ...(timeoutSeconds === undefined ? {} : { parameters: { STATEMENT_TIMEOUT_IN_SECONDS: timeoutSeconds } }),
      complete: (error, _statement, rows) => {
        clearTimeout(lostPatience);
        signal?.removeEventListener('abort', cancel);
        if (error === undefined || (error as unknown) === null) resolve(toRows(rows));
        else reject(statementFailure(statement, error));
      },
    });
    const cancel = (): void => {
      running.cancel();
      lostPatience = setTimeout(() => {
        reject(new UnknownOutcomeError(statement, signal?.reason));
      }, CANCEL_ANSWER_MS);
    };
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

function toRows(rows: readonly object[] | undefined): readonly Row[] {
  return (rows ?? []).map((row) =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, toText(value)])),
  );
}

/** TIME and structured columns escape fetchAsString. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** Ends the session; a server that does not answer is not waited for, it ends sessions itself. */
function logout(login: DriverConnection): Promise<void> {
  return new Promise((resolve) => {
    const waited = setTimeout(resolve, LOGOUT_ANSWER_MS);
    login.destroy(() => {
      clearTimeout(waited);
      resolve();
    });
  });
}
