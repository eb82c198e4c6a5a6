/**
 * Plays GitHub's runner for one step: the packaged action under Node 24, in an environment that holds nothing of the
 * machine's own, with inputs, event and command files as the runner gives them.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { inputDefaults } from './action-metadata.js';
import { type CommandFiles, makeCommandFiles, readCommandFile } from './command-files.js';
import { endOrphans } from './orphans.js';
import { NODE_24, PACKAGED_ACTION, TESTED_PROGRAMS } from './places.js';
import { messagesOf } from './workflow-commands.js';

export interface StepOptions {
  /** By the names of action.yml; those left out get its defaults. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The checked-out repository. */
  readonly workspace: string;
  readonly event?: TriggeringEvent;
  /** Laid over the runner's variables; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the step's own folder is made, and left; default the system's temporary folder. */
  readonly temporary?: string;
  /** Another program than the packaged action, for tests of this file. */
  readonly entry?: string;
}

export interface TriggeringEvent {
  /** e.g. `pull_request` */
  readonly name: string;
  readonly payload: unknown;
}

/** What the workflow, and a person who reads its log, sees of a finished step. */
export interface StepResult {
  /** null: ended by `signal`. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and error in the order of arrival. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly masks: readonly string[];
  readonly runnerTemp: string;
  readonly seconds: number;
}

const MANUAL: TriggeringEvent = { name: 'workflow_dispatch', payload: { inputs: {} } };

/** How long the runner waits after SIGINT, then after SIGTERM, when a run is cancelled. */
const CANCEL_WAITS = [
  ['SIGINT', 7_500],
  ['SIGTERM', 2_500],
] as const satisfies CancelWaits;

type CancelWaits = readonly (readonly [NodeJS.Signals, number])[];

/** How long to read on after the action has ended, in milliseconds. */
const PIPES_MAY_LINGER = 1_000;

/** A step under way. */
export class Step {
  readonly finished: Promise<StepResult>;
  readonly #child: ChildProcess;
  readonly #trackingId: string;
  readonly #watchers = new Set<() => void>();
  #log = '';

  /** Starts the program; `env` and files are those of `environmentOf`. */
  constructor(options: StepOptions, folder: string, files: CommandFiles, env: Readonly<Record<string, string>>) {
    const started = performance.now();
    this.#trackingId = env['RUNNER_TRACKING_ID'] ?? '';
    this.#child = spawn(NODE_24, [options.entry ?? PACKAGED_ACTION], {
      cwd: options.workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        this.#log += part;
        for (const look of this.#watchers) look();
      });
    }
    this.finished = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', (exitCode, signal) => {
        const seconds = (performance.now() - started) / 1000;
        const end = (): void => {
          clearTimeout(lingering);
          resolve({ exitCode, signal, seconds, ...readResult(this.#log, folder, files) });
        };
        // A program that outlives the step keeps the pipes open; the runner does not wait for it.
        const lingering = setTimeout(end, PIPES_MAY_LINGER);
        this.#child.once('close', end);
      });
    });
  }

  /** What was written so far. */
  get log(): string {
    return this.#log;
  }

  /** Waits until the log matches. @throws Error with the whole log when the step ends without it */
  async sees(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(this.#log)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
      this.finished.then(
        () => reject(new Error(`The step ended before its log matched ${String(pattern)}:\n${this.#log}`)),
        reject,
      );
    });
  }

  /** Signals the action's own process only, as the runner does. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** What happens when a person cancels the run: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL. */
  async cancel(waits: CancelWaits = CANCEL_WAITS): Promise<StepResult> {
    for (const [signal, wait] of waits) {
      this.signal(signal);
      const late = await Promise.race([this.finished.then(() => false), delay(wait).then(() => true)]);
      if (!late) break;
    }
    this.signal('SIGKILL');
    return this.finished;
  }

  /** The machine is gone from one moment to the next: the action and all it started are killed. */
  async crash(): Promise<StepResult> {
    this.signal('SIGKILL');
    this.endOrphans();
    return this.finished;
  }

  /** Kills what the step left running, as the runner does at the end of a job. @returns how many there were */
  endOrphans(): number {
    return endOrphans(this.#trackingId);
  }
}

/** Starts a step. The caller ends it, or waits for `finished`. */
export function startStep(options: StepOptions): Step {
  const folder = mkdtempSync(join(options.temporary ?? tmpdir(), 'step-'));
  const files = makeCommandFiles(join(folder, 'commands'));
  return new Step(options, folder, files, environmentOf(options, folder, files));
}

/** Runs a step to its end. */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const step = startStep(options);
  const result = await step.finished;
  step.endOrphans();
  return result;
}

/** Runs the post step of a main step that has ended in whatever way: same entry point, what main saved as STATE_*. */
export async function runPostStep(options: StepOptions, main: StepResult): Promise<StepResult> {
  const state = Object.entries(main.state).map(([name, value]): [string, string] => [`STATE_${name}`, value]);
  return runStep({ ...options, env: { RUNNER_TEMP: main.runnerTemp, ...Object.fromEntries(state), ...options.env } });
}

function readResult(
  log: string,
  folder: string,
  files: CommandFiles,
): Omit<StepResult, 'exitCode' | 'signal' | 'seconds'> {
  return {
    // What a person sees: the runner swallows the commands that tell it the secrets.
    log: log.replaceAll(/^::add-mask::.*$/gm, '::add-mask::***'),
    outputs: readCommandFile(files.GITHUB_OUTPUT),
    state: readCommandFile(files.GITHUB_STATE),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    errors: messagesOf(log, 'error'),
    warnings: messagesOf(log, 'warning'),
    masks: messagesOf(log, 'add-mask'),
    runnerTemp: join(folder, 'temp'),
  };
}

function environmentOf(options: StepOptions, folder: string, files: CommandFiles): Record<string, string> {
  const event = options.event ?? MANUAL;
  const eventPath = join(folder, 'event.json');
  writeFileSync(eventPath, JSON.stringify(event.payload));
  for (const name of ['home', 'temp', 'tools']) mkdirSync(join(folder, name));
  const given = { ...inputDefaults(), ...options.inputs };
  const inputs = Object.entries(given).map(([name, value]): [string, string] => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ]);
  const all: Record<string, string | undefined> = {
    ...machineVariables(folder),
    ...GITHUB_VARIABLES,
    ...files,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_WORKSPACE: options.workspace,
    ...Object.fromEntries(inputs),
    ...options.env,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function machineVariables(folder: string): Record<string, string> {
  return {
    // dbt of this repository, then the programs that every machine has (git).
    PATH: [TESTED_PROGRAMS, dirname(NODE_24), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: join(folder, 'home'),
    LANG: 'C.UTF-8',
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'e2e',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: join(folder, 'temp'),
    RUNNER_TOOL_CACHE: join(folder, 'tools'),
    RUNNER_TRACKING_ID: `github_${randomUUID()}`,
    // The tests reach nothing but loopback.
    DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true',
  };
}

const GITHUB_VARIABLES: Readonly<Record<string, string>> = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTION: '__self',
  GITHUB_ACTOR: 'e2e',
  // Nobody listens there: a test that needs GitHub says where it is.
  GITHUB_API_URL: 'http://127.0.0.1:9',
  GITHUB_GRAPHQL_URL: 'http://127.0.0.1:9/graphql',
  GITHUB_JOB: 'deploy',
  GITHUB_REF: 'refs/heads/pre-prod',
  GITHUB_REF_NAME: 'pre-prod',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REPOSITORY: 'shop/warehouse',
  GITHUB_REPOSITORY_OWNER: 'shop',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RUN_ID: '4711',
  GITHUB_RUN_NUMBER: '12',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_SHA: '0000000000000000000000000000000000000000',
  GITHUB_WORKFLOW: 'Deploy',
};

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
