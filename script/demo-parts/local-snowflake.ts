/** The embedded Snowflake as a program of the demo: its database in the stage's folder, and able to outlive the demo. */
import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LocalSnowflake } from '../../__tests__/e2e/support/local-snowflake.js';
import { type Stage, cleanEnvironment, python, repositoryRoot } from './environment.js';
import { letGo, start } from './programs.js';

export class DemoSnowflake extends LocalSnowflake {
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    super(url);
    this.#child = child;
  }

  /** Starts the server and waits until it listens. `detached`: it may outlive the demo. */
  static async start(stage: Stage, detached: boolean): Promise<DemoSnowflake> {
    const args = ['-m', 'local_snowflake', '--port', '0', '--db', stage.database];
    const child = start(python, detached ? args : [...args, '--until-stdin-closes'], {
      cwd: stage.root,
      env: { ...cleanEnvironment(stage), PYTHONPATH: join(repositoryRoot, 'local-snowflake') },
      stdio: [detached ? 'ignore' : 'pipe', 'pipe', openSync(join(stage.logs, 'local-snowflake.log'), 'a')],
      detached,
    });
    const { host, port } = await announcement(child);
    return new DemoSnowflake(`http://${host}:${port}`, child);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Lets the server outlive the demo. */
  letGo(): void {
    this.#child.stdout?.destroy();
    letGo(this.#child);
  }
}

/** The one line of JSON that the server prints when it listens. */
async function announcement(child: ChildProcess): Promise<{ readonly host: string; readonly port: number }> {
  if (child.stdout === null) throw new Error('The local Snowflake was started without a pipe to read from.');
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`The local Snowflake ended with exit code ${String(code)} before it listened.`));
    });
  });
  return JSON.parse(line) as { host: string; port: number };
}
