/** The embedded Snowflake: started as a program, spoken to by the same driver as the real one. */
import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Connection } from 'snowflake-sdk';
import { type Stage, cleanEnvironment, python, repositoryRoot } from './environment.js';
import { letGo, start } from './programs.js';

export type Rows = readonly Readonly<Record<string, unknown>>[];

/** Who connects: every user of the example but the deploying one has a password. */
export interface Login {
  readonly user: string;
  readonly password: string;
  readonly role: string;
}

export const ADMIN: Login = { user: 'LOCAL_ADMIN', password: 'local', role: 'ACCOUNTADMIN' };

export interface Session {
  query(sql: string): Promise<Rows>;
  close(): Promise<void>;
}

export class LocalSnowflake {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Starts the server with its database in the stage's folder and waits until it listens. `detached`: it may outlive the demo. */
  static async start(stage: Stage, detached: boolean): Promise<LocalSnowflake> {
    const args = ['-m', 'local_snowflake', '--port', '0', '--db', stage.database];
    const child = start(python, detached ? args : [...args, '--until-stdin-closes'], {
      cwd: stage.root,
      env: { ...cleanEnvironment(stage), PYTHONPATH: join(repositoryRoot, 'local-snowflake') },
      stdio: [detached ? 'ignore' : 'pipe', 'pipe', openSync(join(stage.logs, 'local-snowflake.log'), 'a')],
      detached,
    });
    const { host, port } = await announcedAddress(child);
    return new LocalSnowflake(`http://${host}:${port}`, child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Lets the server outlive the demo. */
  letGo(): void {
    this.#child.stdout?.destroy();
    letGo(this.#child);
  }

  /** Opens a session. `schema` of database ANALYTICS becomes the current one. Rejects when the login is refused. */
  async connect(login: Login, schema?: string): Promise<Session> {
    const sdk = await loadDriver();
    const connection = sdk.createConnection({
      accessUrl: this.url,
      account: 'local',
      username: login.user,
      password: login.password,
      role: login.role,
      warehouse: 'DBT_WAREHOUSE',
      ...(schema === undefined ? {} : { database: 'ANALYTICS', schema }),
    });
    await connection.connectAsync(() => undefined);
    return { query: (sql) => query(connection, sql), close: () => close(connection) };
  }

  /** Calls a control endpoint, which lies beside the Snowflake protocol. @throws Error with the server's words */
  async control(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** The server prints one line of JSON when it listens. */
async function announcedAddress(child: ChildProcess): Promise<{ readonly host: string; readonly port: number }> {
  if (child.stdout === null) throw new Error('The local Snowflake has no standard output.');
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`The local Snowflake ended with exit code ${code ?? -1} before it listened.`)),
    );
  });
  const line = new Promise<string>((resolve) => lines.once('line', resolve));
  const address = JSON.parse(await Promise.race([line, ended])) as { host: string; port: number };
  lines.close();
  return address;
}

/** The driver, loaded with what it would otherwise do at import (cloud metadata look-ups, a native part, logs) switched off. */
async function loadDriver(): Promise<typeof import('snowflake-sdk')> {
  process.env['SNOWFLAKE_DISABLE_PLATFORM_DETECTION'] = 'true';
  process.env['SNOWFLAKE_DISABLE_MINICORE'] = 'true';
  const module = await import('snowflake-sdk');
  const sdk = module.default;
  sdk.configure({ logLevel: 'OFF' });
  return sdk;
}

function query(connection: Connection, sqlText: string): Promise<Rows> {
  return new Promise((resolve, reject) => {
    connection.execute({
      sqlText,
      complete: (error, _statement, rows) => {
        if (error === undefined || error === null) resolve(rows ?? []);
        else reject(new Error(`${error.message} (${sqlText.slice(0, 120).replaceAll(/\s+/g, ' ')})`, { cause: error }));
      },
    });
  });
}

function close(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    connection.destroy(() => resolve());
  });
}
