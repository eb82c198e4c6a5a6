/** Programs that the demo starts. Each is started with an argument array and ended with the demo. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Everything the program writes is also kept in this file. */
  readonly logFile: string;
}

const running = new Set<ChildProcess>();

/** Starts a program that is ended by `endPrograms` at the latest. */
export function start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, options);
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export async function run(program: Program): Promise<Ended> {
  const started = performance.now();
  const child = start(program.command, program.args, {
    cwd: program.cwd,
    env: { ...program.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(program.logFile, { flags: 'a' });
  log.write(`$ ${program.command} ${program.args.join(' ')}\n`);
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
      log.write(part);
    });
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  log.end();
  await finished(log);
  return { exitCode, ...text, seconds: (performance.now() - started) / 1000 };
}

/** Ends what still runs: politely first, since a database wants to be closed. */
export async function endPrograms(): Promise<void> {
  const left = [...running];
  const ends = left.map((child) => new Promise((resolve) => child.once('close', resolve)));
  for (const child of left) {
    child.stdin?.end();
    child.kill('SIGTERM');
  }
  const deadline = setTimeout(() => {
    for (const child of left) child.kill('SIGKILL');
  }, 5000);
  await Promise.all(ends);
  clearTimeout(deadline);
}

/** Lets a program outlive the demo (`--keep`). */
export function letGo(child: ChildProcess): void {
  running.delete(child);
  child.unref();
}
