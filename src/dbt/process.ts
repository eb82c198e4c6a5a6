import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ProcessRequest {
  readonly executable: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Each line of stdout and stderr as it comes, without its line break. */
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
  /** When aborted, the process gets SIGINT, and SIGKILL if it does not end in time. */
  readonly signal?: AbortSignal | undefined;
  readonly graceMs?: number;
}

export interface ProcessEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly killedBy: NodeJS.Signals | undefined;
}

/**
 * dbt cancels its queries on SIGINT and not on SIGTERM. The runner sends SIGTERM 7.5 s after its SIGINT and kills 2.5 s later
 * (https://docs.github.com/en/actions/reference/workflow-cancellation-reference), so dbt gets what is left of that.
 */
const GRACE_MS = 7_000;
/** A grandchild may hold the pipes open after dbt has ended. */
const PIPES_MS = 2_000;

/** Runs a program to its end. Rejects only when it cannot be started. */
export function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(request.executable, [...request.args], {
      cwd: request.cwd,
      env: { ...request.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own process group: a Ctrl-C in a terminal then reaches dbt once, from here. The runner still finds it by RUNNER_TRACKING_ID.
      detached: true,
    });
    const finished = [forwardLines(child.stdout, request, 'stdout'), forwardLines(child.stderr, request, 'stderr')];
    const stopListening = stopOnAbort(child.pid, request);
    child.once('error', (error) => {
      stopListening();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      stopListening();
      void Promise.race([Promise.all(finished), delay(PIPES_MS)]).then(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ exitCode: code ?? undefined, killedBy: signal ?? undefined });
      });
    });
  });
}

/** Hands over a stream's lines until it ends. */
export function forwardLines(
  stream: Readable,
  request: Pick<ProcessRequest, 'onLine'>,
  name: 'stdout' | 'stderr',
): Promise<void> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: stream, crlfDelay: Infinity });
    lines.on('line', (line) => request.onLine(line, name));
    lines.once('close', resolve);
  });
}

/**
 * Stops a process, once aborted, with all it started. Returns what undoes the listening; it also stops the clock of a pending kill.
 * @param pid the first of its process group; undefined: it could not be started
 */
export function stopOnAbort(
  pid: number | undefined,
  { signal, graceMs = GRACE_MS }: Pick<ProcessRequest, 'signal' | 'graceMs'>,
): () => void {
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    signalGroup(pid, 'SIGINT');
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  };
  if (signal?.aborted === true) stop();
  else signal?.addEventListener('abort', stop, { once: true });
  return () => {
    clearTimeout(kill);
    signal?.removeEventListener('abort', stop);
  };
}

/** The whole group, so that dbt behind a wrapper (a shim, `uv run`) gets it too. */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended in between.
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
