import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Log } from '../log.js';
import type { ConsoleScript } from './console-script.js';
import { asObject, numberAt, textAt } from './json-values.js';
import type { JsonObject } from './json-values.js';
import { forwardLines, signalGroup, stopOnAbort } from './process.js';
import type { ProcessEnd, ProcessRequest } from './process.js';
import PROGRAM from './warm-python.py';

export interface WarmPythonSettings {
  readonly script: ConsoleScript;
  /** A private folder, which is this object's alone. */
  readonly folder: string;
  /** What commands get as well; it counts for what Python and dbt read while dbt is imported. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
}

export interface WarmRequest extends ProcessRequest {
  /** Leaves out that dbt validates each configuration. */
  readonly isChecked: boolean;
}

/** Importing dbt takes two seconds, and some more from a cold disk. */
const READY_MS = 60_000;

/** After the plan a build has no more commands for it, and lasts for hours. */
const REST_MS = 60_000;
const STOPPED: ProcessEnd = { exitCode: undefined, killedBy: 'SIGINT' };

interface Sent {
  /** undefined: it did not run to its end here. */
  readonly end: Promise<ProcessEnd | undefined>;
  /** Paths of what it writes. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
interface Running {
  readonly request: ProcessRequest;
  readonly end: (end: ProcessEnd | undefined) => void;
  pid?: number;
  stopListening?: () => void;
}

/** The user's Python with dbt imported: a dbt command starts there by a fork, without the two seconds that the imports take. */
export class WarmPython {
  readonly #version: Promise<string | undefined>;
  readonly #log: Log;
  readonly #folder: string;
  readonly #script: ConsoleScript;
  readonly #python: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #running = new Map<number, Running>();
  readonly #gone: Promise<void>;
  #isLost = false;
  #sent = 0;
  #rest: NodeJS.Timeout | undefined;

  /** Starts it; whether that works shows in `ready`. */
  static async start(settings: WarmPythonSettings): Promise<WarmPython> {
    await mkdir(settings.folder, { recursive: true, mode: 0o700 });
    const program = join(settings.folder, 'warm-python.py');
    await writeFile(program, PROGRAM);
    return new WarmPython(settings, program);
  }

  private constructor({ script, folder, env, log }: WarmPythonSettings, program: string) {
    this.#log = log;
    this.#folder = folder;
    this.#script = script;
    this.#python = spawn(script.interpreter, [...script.options, program, script.path], {
      // Nobody's project: what lies there is neither imported nor read.
      cwd: '/',
      env: { ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#gone = new Promise((resolve) => {
      this.#python.once('close', resolve);
      this.#python.once('error', () => {
        resolve();
      });
    });
    void this.#gone.then(() => {
      this.#lose();
    });
    // It is gone then, which is noticed above.
    this.#python.stdin.on('error', () => undefined);
    this.#version = this.#listen();
  }

  /** Waits until dbt is imported. @returns its version; undefined when this Python is of no use, or nobody wants it any more */
  ready(signal: AbortSignal | undefined): Promise<string | undefined> {
    return unlessAborted(this.#version, signal);
  }

  /**
   * Runs a command of dbt to its end; its output comes when it has ended.
   * @param request its executable is the console script
   * @returns undefined when it did not run to its end here, so that it must be run some other way; none of its output came then
   */
  async run(request: WarmRequest): Promise<ProcessEnd | undefined> {
    await this.ready(request.signal);
    if (isAborted(request)) return STOPPED;
    if (this.#isLost) return undefined;
    const { end, stdout, stderr } = this.#send(request);
    const ended = await end;
    // The child makes them first of all: without them it has done nothing.
    if (ended === undefined || !existsSync(stderr)) return isAborted(request) ? STOPPED : undefined;
    await forwardLines(createReadStream(stdout), request, 'stdout');
    await forwardLines(createReadStream(stderr), request, 'stderr');
    return ended;
  }

  #send(request: WarmRequest): Sent {
    clearTimeout(this.#rest);
    this.#sent += 1;
    const id = this.#sent;
    const [stdout, stderr] = [join(this.#folder, `${id}.stdout`), join(this.#folder, `${id}.stderr`)];
    const end = new Promise<ProcessEnd | undefined>((resolve) => {
      this.#running.set(id, { request, end: resolve });
    });
    const argv = [this.#script.path, ...request.args];
    const { cwd, env, isChecked } = request;
    this.#python.stdin.write(`${JSON.stringify({ id, cwd, env, argv, stdout, stderr, isChecked })}\n`);
    return { end, stdout, stderr };
  }

  /** Ends it and what it runs. */
  async stop(): Promise<void> {
    this.#lose();
    signalGroup(this.#python.pid, 'SIGKILL');
    await this.#gone;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Reads what it says, for as long as it lives. */
  #listen(): Promise<string | undefined> {
    createInterface({ input: this.#python.stderr }).on('line', (line) => {
      this.#log.debug(`Python with dbt imported: ${line}`);
    });
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#log.debug('Python has not imported dbt in time.');
        signalGroup(this.#python.pid, 'SIGKILL');
      }, READY_MS);
      const decide = (version: string | undefined): void => {
        clearTimeout(late);
        if (version !== undefined) this.#log.debug(`dbt ${version} is imported; its parses start from there.`);
        resolve(version);
      };
      createInterface({ input: this.#python.stdout }).on('line', (line) => {
        const message = parsed(line);
        const ready = textAt(message, 'ready');
        if (ready !== undefined) decide(ready);
        else this.#take(message);
      });
      void this.#gone.then(() => {
        decide(undefined);
      });
    });
  }

  #take(message: JsonObject): void {
    const reason = textAt(message, 'unfit') ?? textAt(message, 'declined');
    if (reason !== undefined) this.#log.debug(`dbt is started as usual: ${reason}`);
    const id = numberAt(message, 'id') ?? 0;
    const running = this.#running.get(id);
    if (running === undefined) return;
    const pid = numberAt(message, 'started');
    if (pid !== undefined) {
      running.pid = pid;
      running.stopListening = stopOnAbort(pid, running.request);
      return;
    }
    this.#running.delete(id);
    if (this.#running.size === 0) this.#rest = setTimeout(() => void this.stop(), REST_MS).unref();
    running.stopListening?.();
    const killedBy = textAt(message, 'signal') as NodeJS.Signals | undefined;
    running.end(reason === undefined ? { exitCode: numberAt(message, 'exitCode'), killedBy } : undefined);
  }

  /** What it was running has nobody left who would say how it ended. */
  #lose(): void {
    this.#isLost = true;
    clearTimeout(this.#rest);
    for (const { pid, stopListening, end } of this.#running.values()) {
      stopListening?.();
      signalGroup(pid, 'SIGKILL');
      end(undefined);
    }
    this.#running.clear();
  }
}

function parsed(line: string): JsonObject {
  try {
    return asObject(JSON.parse(line) as unknown);
  } catch {
    // Python's own start may print, before the program can keep that apart.
    return {};
  }
}

function isAborted({ signal }: ProcessRequest): boolean {
  return signal?.aborted === true;
}

/** @returns undefined as soon as the signal says so */
function unlessAborted<T>(wanted: Promise<T | undefined>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return wanted;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      resolve(undefined);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    wanted.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', giveUp);
    });
  });
}
