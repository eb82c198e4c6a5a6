/** The packaged action, played by the runner of the end-to-end tests: dist/index.cjs under Node 24, then its post step. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { RunnerEvent } from '../../__tests__/e2e/support/loopback-github.js';
import { type Step, type StepResult, runPostStep, startStep } from '../../__tests__/e2e/support/runner.js';
import { type Stage, repositoryRoot } from './environment.js';

export type Inputs = Readonly<Record<string, string>>;

/** A step that ended, and where its log was kept. */
export interface ActionRun extends StepResult {
  readonly logFile: string;
  /** The JSON report, kept beside the other reports of the demo; undefined when the step wrote none. */
  readonly report: string | undefined;
}

export interface RunnerSettings {
  readonly stage: Stage;
  /** `owner/name` as GitHub knows the repository. */
  readonly repository: string;
  readonly apiUrl: string;
  /** Inputs that every step of the example's workflows has: connection and token. */
  readonly commonInputs: Inputs;
}

const running = new Set<Step>();

/** Ends the steps that still run, at once: for a demo that stops early. */
export async function endSteps(): Promise<void> {
  await Promise.all([...running].map((step) => step.crash()));
}

export class PackagedAction {
  readonly #settings: RunnerSettings;
  #runs = 0;

  constructor(settings: RunnerSettings) {
    this.#settings = settings;
  }

  /** Runs one step and its post step in a checkout. Resolves however the step ends. */
  async run(workspace: string, event: RunnerEvent, inputs: Inputs): Promise<ActionRun> {
    this.#runs += 1;
    const name = `${String(this.#runs).padStart(2, '0')}-${inputs['mode'] ?? 'action'}`;
    const options = {
      inputs: { ...defaults(), ...this.#settings.commonInputs, ...inputs },
      workspace,
      event,
      env: this.#variables(event),
    };
    const step = startStep(options);
    running.add(step);
    const main = await step.finished.finally(() => running.delete(step));
    step.endOrphans();
    const post = await runPostStep(options, main);
    const logFile = join(this.#settings.stage.logs, `${name}.log`);
    writeFileSync(logFile, `${shown(main)}\n--- post step, exit code ${String(post.exitCode)}\n${shown(post)}`);
    writeFileSync(join(this.#settings.stage.reports, `${name}-summary.md`), main.summary);
    return { ...main, logFile, report: this.#keepReport(name, main.outputs['report-path']) };
  }

  /** A runner throws its temporary folder away; the report in it shall outlive the demo. */
  #keepReport(name: string, path: string | undefined): string | undefined {
    if (path === undefined || path === '') return undefined;
    const kept = join(this.#settings.stage.reports, `${name}-report.json`);
    copyFileSync(path, kept);
    return kept;
  }

  #variables({ sha, ref }: RunnerEvent): Record<string, string> {
    const { repository, apiUrl } = this.#settings;
    return {
      GITHUB_API_URL: apiUrl,
      GITHUB_GRAPHQL_URL: `${apiUrl}/graphql`,
      GITHUB_REF: ref,
      GITHUB_REF_NAME: ref.replace('refs/heads/', ''),
      GITHUB_REPOSITORY: repository,
      GITHUB_REPOSITORY_OWNER: repository.split('/')[0] ?? '',
      GITHUB_RUN_ID: String(7000 + this.#runs),
      GITHUB_RUN_NUMBER: String(this.#runs),
      GITHUB_SHA: sha,
    };
  }
}

/** The runner fills in what action.yml gives as default; expressions such as the token are given by the demo. */
function defaults(): Inputs {
  const action = parse(readFileSync(join(repositoryRoot, 'action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  };
  return Object.fromEntries(
    Object.entries(action.inputs).flatMap(([name, input]) =>
      input.default === undefined || input.default.includes('${{') ? [] : [[name, input.default]],
    ),
  );
}

/** The log as GitHub shows it: the runner obeys the lines that name secrets, and shows none of them. */
function shown(run: StepResult): string {
  return run.log
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');
}

/** What a step printed at its end, for somebody who has to find out why it ended so. */
export function lastLines(run: ActionRun): string {
  const lines = shown(run).trimEnd().split('\n').slice(-25).join('\n');
  return `Exit code ${String(run.exitCode)}. Its last lines (all of them: ${run.logFile}):\n${lines}`;
}
