import { isAbsolute, join } from 'node:path';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { findConsoleScript } from './console-script.js';
import { runProcess } from './process.js';
import type { ProcessEnd, ProcessRequest } from './process.js';
import { WarmPython } from './warm-python.js';
import type { WarmRequest } from './warm-python.js';

export interface StartSettings {
  /** Name on PATH or path of the user's dbt. */
  readonly executable: string;
  /** What every command gets. */
  readonly env: Readonly<Record<string, string>>;
  /** A private folder. */
  readonly tempDir: string;
  readonly log: Log;
}

/**
 * How dbt's commands are started: each by itself; or, those that write nothing to the warehouse, from one Python that has imported
 * dbt beforehand. Nobody sees a difference but in the time.
 */
export class DbtStart {
  readonly #settings: StartSettings;
  #warm: Promise<WarmPython | undefined> = Promise.resolve(undefined);
  #isWarming = false;

  constructor(settings: StartSettings) {
    this.#settings = settings;
  }

  /** Begins to import dbt where that can be done, for somebody who will want several commands soon. */
  warmUp(): void {
    if (this.#isWarming) return;
    this.#isWarming = true;
    this.#warm = this.#startPython().catch((error: unknown) => {
      this.#settings.log.debug(`Each dbt command is started by itself: ${messageOf(error)}`);
      return undefined;
    });
  }

  /** dbt's version, if dbt was imported; undefined: it has to be asked. */
  async version(signal: AbortSignal | undefined): Promise<string | undefined> {
    return (await this.#warm)?.ready(signal);
  }

  /** Runs any command by itself. Rejects only when it cannot be started. */
  run(request: ProcessRequest): Promise<ProcessEnd> {
    return runProcess(request);
  }

  /**
   * Runs a command that nobody watches and that may be begun again: its lines come at its end, and if it is lost with the Python
   * that has imported dbt, it is run by itself. Rejects only when it cannot be started.
   */
  async runSoon(request: WarmRequest): Promise<ProcessEnd> {
    const warm = await this.#warm;
    return (await warm?.run(request)) ?? runProcess(request);
  }

  async stop(): Promise<void> {
    await (await this.#warm)?.stop();
  }

  async #startPython(): Promise<WarmPython | undefined> {
    const { executable, env, tempDir, log } = this.#settings;
    const script = process.platform === 'linux' ? await findConsoleScript(executable, env) : undefined;
    // Python would look for modules below the folder that it is started in, which is another one for each command.
    const isElsewhere = (env['PYTHONPATH'] || '/').split(':').some((entry) => !isAbsolute(entry));
    if (script !== undefined && !isElsewhere)
      return WarmPython.start({ script, folder: join(tempDir, 'warm-python'), env, log });
    const reason =
      script === undefined
        ? `"${executable}" is no console script of dbt on Linux, whose Python could be forked`
        : 'PYTHONPATH has a relative path';
    log.debug(`Each dbt command is started by itself: ${reason}.`);
    return undefined;
  }
}
