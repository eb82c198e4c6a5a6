/**
 * act runs a workflow file on this machine: jobs in order, steps with their conditions, outputs, secrets and post steps.
 * `-self-hosted` lets it run steps as plain programs, without containers: https://nektosact.com/usage/runners.html
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { RunnerEvent } from '../../__tests__/e2e/support/loopback-github.js';
import { type Stage, cleanEnvironment, repositoryRoot } from '../demo-parts/environment.js';
import { run } from '../demo-parts/programs.js';

export interface ActSettings {
  readonly act: string;
  readonly stage: Stage;
  /** A clean checkout of this repository: the packaged action, as GitHub would fetch it. */
  readonly action: string;
  /** Environment of every step: where GitHub and Snowflake are. */
  readonly environment: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

export interface WorkflowRun {
  readonly exitCode: number;
  readonly seconds: number;
  readonly log: string;
  readonly logFile: string;
  /** Names of the jobs that ended well. */
  readonly succeeded: readonly string[];
}

export class Act {
  readonly #settings: ActSettings;
  #runs = 0;

  constructor(settings: ActSettings) {
    this.#settings = settings;
  }

  /** Where the log of the next run will lie; it grows while the run lasts. */
  get nextLog(): string {
    return join(this.#settings.stage.logs, `act-${String(this.#runs + 1).padStart(2, '0')}.log`);
  }

  /**
   * Runs one workflow for one event; resolves however it ends.
   *
   * @param checkout clone of the repository at the event's commit, where act finds the workflow
   * @param workflow file name below .github/workflows
   */
  async run(checkout: string, workflow: string, event: RunnerEvent): Promise<WorkflowRun> {
    const logFile = this.nextLog;
    this.#runs += 1;
    const { act, stage, secrets } = this.#settings;
    const eventFile = join(stage.temporary, `event-${String(this.#runs)}.json`);
    writeFileSync(eventFile, JSON.stringify(event.payload));
    // Between two runs of one workflow nothing is shared, as on a fresh runner.
    const home = join(stage.temporary, `home-${String(this.#runs)}`);
    mkdirSync(home, { recursive: true });
    const ended = await run({
      command: act,
      args: this.#arguments(checkout, workflow, event, eventFile),
      cwd: checkout,
      env: { ...cleanEnvironment(stage), ...secrets, HOME: home, XDG_CACHE_HOME: join(home, '.cache') },
      logFile,
    });
    const log = `${ended.stdout}\n${ended.stderr}`;
    const succeeded = [...log.matchAll(/^\[(?:[^/\]]+\/)+([^/\]]+?)\s*\].*Job succeeded/gm)].map(([, job = '']) => job);
    return { exitCode: ended.exitCode, seconds: ended.seconds, log, logFile, succeeded };
  }

  #arguments(checkout: string, workflow: string, event: RunnerEvent, eventFile: string): readonly string[] {
    const { environment, variables, secrets } = this.#settings;
    const file = join(checkout, '.github', 'workflows', workflow);
    const runId = { GITHUB_RUN_ID: String(9000 + this.#runs), GITHUB_RUN_NUMBER: String(this.#runs) };
    const loopback = ['--artifact-server-addr', '127.0.0.1', '--cache-server-addr', '127.0.0.1', '--no-cache-server'];
    return [
      event.name,
      ...['--workflows', file, '--eventpath', eventFile, '--platform', 'ubuntu-latest=-self-hosted'],
      ...['--no-skip-checkout', '--action-offline-mode', ...loopback],
      ...Object.entries({ ...environment, ...runId }).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
      // By name alone: act takes the value from its environment, so that no secret stands in a list of processes.
      ...Object.keys(secrets).flatMap((name) => ['--secret', name]),
      ...this.#replaced(file).flatMap(([used, folder]) => ['--local-repository', `${used}=${folder}`]),
    ];
  }

  /** What the workflow uses from GitHub, with what stands there for it on this machine. @throws Error for anything else */
  #replaced(file: string): readonly (readonly [string, string])[] {
    const called = usedBy(file).flatMap((used) => /^[^/]+\/[^/]+\/(?<path>[^@]+)@/.exec(used)?.groups?.['path'] ?? []);
    const files = [file, ...called.map((path) => join(this.#settings.action, path))];
    // A reusable workflow is looked for in the repository that it belongs to.
    const used = files.flatMap(usedBy).map((each) => each.replace(/^([^/]+\/[^/]+)\/[^@]+@/, '$1@'));
    return [...new Set(used)].map((each) => [each, this.#folderOf(each)] as const);
  }

  #folderOf(used: string): string {
    const name = used.replace(/@.*/, '').replace(/^.*\//, '');
    const standIns: Readonly<Record<string, string>> = {
      checkout: join(repositoryRoot, 'script', 'workflow-runs', 'stand-ins', 'checkout'),
      'setup-python': join(repositoryRoot, 'script', 'workflow-runs', 'stand-ins', 'setup-python'),
      'dbt-snowflake-blue-green': this.#settings.action,
    };
    const folder = standIns[name];
    if (folder === undefined) throw new Error(`Nothing on this machine stands for ${used}.`);
    return folder;
  }
}

/** What the jobs of a workflow file name with `uses`. */
function usedBy(file: string): readonly string[] {
  const { jobs } = parse(readFileSync(file, 'utf8')) as Readonly<{
    jobs: Readonly<Record<string, { readonly uses?: string; readonly steps?: readonly { readonly uses?: string }[] }>>;
  }>;
  return Object.values(jobs).flatMap(({ uses, steps = [] }) =>
    [uses ?? [], steps.flatMap((step) => step.uses ?? [])].flat(),
  );
}

/** What a run printed at its end, for somebody who has to find out why it ended so. */
export function lastLinesOf(run: WorkflowRun): string {
  return `Exit code ${String(run.exitCode)}; all of it: ${run.logFile}\n${run.log.trimEnd().split('\n').slice(-30).join('\n')}`;
}
