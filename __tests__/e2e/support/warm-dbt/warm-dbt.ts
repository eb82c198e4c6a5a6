/**
 * A `dbt` for the tests' PATH that starts in a tenth of the time: serve.py. Imports nothing of this repository, so that global
 * setups can load it without jest.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVE = fileURLToPath(new URL('serve.py', import.meta.url));
const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

export class WarmDbt {
  /** Holds the program `dbt`. */
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#child = child;
  }

  /** Rejects when dbt cannot be imported there. */
  static async start(): Promise<WarmDbt> {
    const folder = mkdtempSync(join(tmpdir(), 'warm-dbt-'));
    const python = join(REPOSITORY, '.venv', 'bin', 'python');
    const child = spawn(python, [SERVE, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', () => resolve());
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The warm dbt ended with ${String(code)} before it was ready.`)));
    });
    return new WarmDbt(folder, child);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin?.end();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Starts one for all workers, which find it by WARM_DBT. Not where another version of dbt is tested, nor with COLD_DBT=true, by which
 * every dbt of the tests starts as a user's does.
 * @returns what stops it
 */
export async function startWarmDbtUnlessCold(): Promise<() => Promise<void>> {
  if (process.env['COLD_DBT'] === 'true' || process.env['TESTED_DBT'] !== undefined) return () => Promise.resolve();
  const warm = await WarmDbt.start();
  process.env['WARM_DBT'] = warm.folder;
  return () => warm.stop();
}
