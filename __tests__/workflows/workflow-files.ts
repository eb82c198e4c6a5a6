/** The workflows of this repository as data: examples to copy, the same to call, and its own. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const TOP = fileURLToPath(new URL('../..', import.meta.url));

export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}

interface CallInterface {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: unknown }>>;
  readonly secrets: Readonly<Record<string, { readonly required?: boolean }>>;
}

export interface Workflow {
  /** From the top of the repository. */
  readonly file: string;
  readonly text: string;
  readonly on: { readonly workflow_call?: CallInterface } & Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

function readFolder(folder: string, wanted: (name: string) => boolean): readonly Workflow[] {
  return readdirSync(join(TOP, folder))
    .filter((name) => name.endsWith('.yml') && wanted(name))
    .map((name) => readWorkflow(`${folder}/${name}`));
}

export function readWorkflow(file: string): Workflow {
  const text = readFileSync(join(TOP, file), 'utf8');
  return { ...(parse(text) as Workflow), file, text };
}

const isReusable = (name: string): boolean => name.startsWith('reusable-');

/** To be copied. */
export const examples = readFolder('examples/workflows', () => true);
/** To be called, from other repositories. */
export const reusable = readFolder('.github/workflows', isReusable);
/** To be copied, calling the former. */
export const callers = readFolder('examples/workflows/reusing', () => true);
/** For this repository alone. */
export const own = readFolder('.github/workflows', (name) => !isReusable(name));
export const all = [...examples, ...reusable, ...callers, ...own];

interface Metadata {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Inputs and outputs of this action. */
export const metadata = parse(readFileSync(join(TOP, 'action.yml'), 'utf8')) as Metadata;

/** Steps that use this action. */
export function actionSteps(job: Job): readonly Step[] {
  return (job.steps ?? []).filter(
    ({ uses }) => uses?.startsWith('your-organisation/dbt-snowflake-blue-green@') === true,
  );
}

export function jobsOf(workflows: readonly Workflow[]): readonly (readonly [string, Job])[] {
  return workflows.flatMap(({ file, jobs }) =>
    Object.entries(jobs).map(([id, job]): [string, Job] => [`${file}: ${id}`, job]),
  );
}
