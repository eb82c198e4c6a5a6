/** Programs that a benchmark starts, with an argument array and nothing of the person's own settings. */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { pythonPrograms } from './places.js';

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it gets on standard input. */
  readonly input?: string;
  /** Kills it when aborted. */
  readonly signal?: AbortSignal;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time from the start to the end. */
  readonly seconds: number;
}

const running = new Set<ChildProcess>();

/** Kills what still runs: for a benchmark that stops early. */
export function endPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs a program to its end. @throws Error with the last lines it wrote when it fails */
export async function run(program: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: cleanEnvironment(options.env),
    stdio: 'pipe',
    killSignal: 'SIGKILL',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  // A program that reads no input may end before it is written; its exit code tells what matters.
  child.stdin.on('error', () => undefined);
  running.add(child);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (part: string) => (text[name] += part));
  }
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => running.delete(child));
  const seconds = (performance.now() - started) / 1000;
  if (code === 0) return { ...text, seconds };
  throw new Error(
    `${program} ${args.join(' ')} ended with ${String(code)}:\n${(text.stdout + text.stderr).slice(-4000)}`,
  );
}

function cleanEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: [pythonPrograms, process.env['PATH'] ?? ''].join(':'),
    HOME: process.env['HOME'] ?? '/',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    ...more,
  };
}
