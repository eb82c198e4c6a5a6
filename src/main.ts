import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';
import { listenForCancellation, stoppable } from './cancellation.js';
import { systemClock } from './clock.js';
import { secretsOf } from './connection-inputs.js';
import { createDbt } from './dbt/command.js';
import type { DisposableDbt } from './dbt/command.js';
import { queryTag } from './deployment/run-identity.js';
import { writePlan } from './deployment/plan-document.js';
import type { RunIdentity } from './deployment/run-identity.js';
import { ActionableError, explain } from './errors.js';
import { openCheckout } from './git/checkout.js';
import type { Git } from './git/git.js';
import type { ServerToken } from './git/remote.js';
import { connectGitHub } from './github/connect.js';
import { readRunContext } from './github/context.js';
import type { RunContext } from './github/context.js';
import type { GitHub } from './github/github.js';
import { readInputs } from './inputs.js';
import type { Inputs } from './inputs.js';
import type { Log } from './log.js';
import { planOutputs } from './modes/plan-outputs.js';
import type { ModeResult, Outputs } from './modes/result.js';
import { History } from './history/history.js';
import { pairOf } from './modes/situation.js';
import { giveUpCutShort } from './building/give-up.js';
import { runMode } from './run-mode.js';
import { renderJson } from './report/json.js';
import type { Report } from './report/model.js';
import { renderSummary } from './report/summary.js';
import { createRunnerLog } from './runner-log.js';
import type { Plan } from './selection/plan.js';
import { createWarehouse } from './snowflake/client.js';
import { displayName } from './snowflake/identifiers.js';

const LOG_MAY_LINGER_MS = 30_000;
const REPORT = 'report.json';
const PLAN = 'plan.json';
/** What a later step may upload. */
const KEPT_FILES: readonly string[] = [REPORT, PLAN];
const OUTPUTS = [
  'state',
  'deployment-id',
  'verdict',
  'models',
  'model-count',
  'plan-path',
  'nothing-to-do',
  'report-path',
  'comment-url',
  'production-commit',
  'busy',
  'snapshot',
  'next',
] as const satisfies readonly (keyof Outputs)[];
/** Modes that have dbt parse the project in several versions. */
const MODES_THAT_PLAN: ReadonlySet<Inputs['mode']> = new Set(['plan', 'build', 'deploy'] as const);

/** The step's main part; and, when the runner calls again at the end of the job, its post part. */
export async function run(): Promise<void> {
  const log = createRunnerLog();
  const isPost = core.getState('begun') !== '';
  try {
    await (isPost ? cleanUp(log) : deployStep(log));
  } catch (error) {
    core.debug(error instanceof Error ? (error.stack ?? '') : '');
    if (isPost) log.warning(`Cleaning up after the step failed: ${explain(error)}`);
    else core.setFailed(explain(error));
  }
  // Node writes to a full pipe later, and leaves that out when it is told to exit: the reason of a failure comes last.
  // https://nodejs.org/docs/latest-v24.x/api/process.html#processexitcode
  await Promise.all([written(process.stdout), written(process.stderr)]);
  // Sockets that a driver keeps open would hold the runner for minutes.
  process.exit();
}

/** Waits until whoever reads has all that was written, has gone, or has read nothing for too long. */
function written(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve();
    };
    setTimeout(end, LOG_MAY_LINGER_MS).unref();
    stream.once('error', end);
    stream.write('', end);
  });
}

async function deployStep(log: Log): Promise<void> {
  core.saveState('begun', 'true');
  OUTPUTS.forEach((name) => {
    core.setOutput(name, '');
  });
  const inputs = inputsOfStep();
  const context = await contextOfStep();
  refuseShownData(inputs, context);
  log.info(firstLine(inputs));
  const tempDir = await mkdtemp(join(process.env['RUNNER_TEMP'] ?? tmpdir(), 'blue-green-'));
  core.saveState('tempDir', tempDir);
  const cancellation = listenForCancellation();
  try {
    const result = await withTools(log, inputs, context, tempDir, cancellation.signal);
    await tell(result, tempDir);
  } finally {
    cancellation.stop();
  }
}

/** What is about to happen, and where: before the driver is loaded and anything is waited for. */
function firstLine({ mode, connection, project }: Inputs): string {
  const production = displayName({ database: connection.database, schema: project.productionSchema });
  const where = `${production} on account ${connection.account}`;
  return `Mode ${mode}: ${where}, as role ${connection.role ?? 'that the user has by default'}.`;
}

/** Builds the collaborators, runs the mode, and lets go of them however it ends. */
async function withTools(
  log: Log,
  inputs: Inputs,
  context: RunContext,
  tempDir: string,
  signal: AbortSignal,
): Promise<ModeResult> {
  const run = identityOf(context);
  const dbt = dbtOf(log, inputs, tempDir, signal);
  // Before the driver is loaded and logs in, which takes about as long.
  if (MODES_THAT_PLAN.has(inputs.mode)) dbt.warmUp();
  try {
    const warehouse = await createWarehouse(inputs.connection, { queryTag: queryTag(run), log });
    try {
      const tools = {
        warehouse: stoppable(warehouse, signal),
        dbt,
        git: gitOf(log, inputs, context, tempDir),
        github: gitHubOf(log, inputs, context),
        log,
        clock: systemClock,
        run,
        tempDir,
        signal,
        publishPlan: (plan: Plan) => publishPlan(plan, tempDir),
        publishReport: (report: Report) => publishReport(report, tempDir),
      };
      const result = await runMode(tools, inputs);
      core.saveState('finished', 'true');
      return result;
    } finally {
      await warehouse.close();
    }
  } finally {
    await dbt.dispose();
  }
}

function dbtOf(log: Log, inputs: Inputs, tempDir: string, signal: AbortSignal): DisposableDbt {
  const { executable, targetName, threads, profilesDir } = inputs.dbt;
  return createDbt({
    executable,
    connection: inputs.connection,
    profile: {
      targetName,
      threads,
      profilesDir: profilesDir === undefined ? undefined : join(workspace(), profilesDir),
    },
    vars: inputs.project.dbtVars,
    tempDir,
    log,
    env: process.env,
    signal,
  });
}

function gitOf(log: Log, inputs: Inputs, context: RunContext, tempDir: string): Git {
  return openCheckout({
    folder: workspace(),
    temporaryFolder: tempDir,
    environment: process.env,
    log,
    clock: systemClock,
    ...serverToken(inputs, context),
  });
}

/** The repository as the job has checked it out. */
function workspace(): string {
  return process.env['GITHUB_WORKSPACE'] ?? process.cwd();
}

function gitHubOf(log: Log, inputs: Inputs, context: RunContext): GitHub {
  const { token, pullRequest } = inputs.github;
  const named = pullRequest === undefined ? {} : { pullRequest };
  return connectGitHub({ token, context, log, clock: systemClock, ...named });
}

/** For checkouts with `persist-credentials: false`; tried only after what the checkout left, and sent only to GitHub's own server. */
function serverToken(inputs: Inputs, context: RunContext): { readonly credentials?: ServerToken } {
  const { token } = inputs.github;
  if (token === '') return {};
  core.setSecret(token);
  core.setSecret(Buffer.from(`x-access-token:${token}`).toString('base64'));
  return { credentials: { serverUrl: context.serverUrl, token } };
}

function inputsOfStep(): Inputs {
  const inputs = readInputs({
    input: (name) => core.getInput(name),
    environment: process.env,
    fetchIdToken: (audience) => core.getIDToken(audience),
  });
  secretsOf(inputs.connection).forEach((secret) => {
    core.setSecret(secret);
  });
  return inputs;
}

async function contextOfStep(): Promise<RunContext> {
  const path = process.env['GITHUB_EVENT_PATH'];
  const event = path === undefined || path === '' ? undefined : await readFile(path, 'utf8');
  return readRunContext(process.env, event);
}

function identityOf(context: RunContext): RunIdentity {
  return {
    repository: `${context.owner}/${context.repository}`,
    run: context.runId,
    attempt: context.runAttempt,
    actor: context.actor,
    url: context.runUrl,
  };
}

/** What a public repository's reports show, everybody can read. */
function refuseShownData(inputs: Inputs, context: RunContext): void {
  const showsRows = !['status', 'cleanup', 'uninstall'].includes(inputs.mode);
  if (!showsRows || context.visibility === 'private') return;
  const asked = inputs.sampleIds === 'plain' ? 'sample-ids: plain' : inputs.sampleValues ? 'sample-values: true' : '';
  if (asked === '') return;
  const remedy = inputs.sampleIds === 'plain' ? 'Use "hashed" or "none".' : 'Leave it out.';
  throw new ActionableError(
    `Input "${asked}" would show ${inputs.sampleIds === 'plain' ? 'ids' : 'values'} of your data to everybody, because this repository is public (or this event does not tell). ${remedy} Nothing was changed.`,
  );
}

/** Report file, outputs and job summary, then the verdict on the step itself. */
async function tell(result: ModeResult, tempDir: string): Promise<void> {
  const { report, summary } = result;
  if (summary !== undefined) await writeSummary(summary);
  if (report !== undefined) await publishReport(report, tempDir);
  setOutputs(result.outputs);
  if (result.failure !== undefined) core.setFailed(result.failure);
}

async function publishReport(report: Report, tempDir: string): Promise<void> {
  const path = join(tempDir, REPORT);
  await writeFile(path, renderJson(report));
  core.setOutput('report-path', path);
  await writeSummary(renderSummary(report));
}

async function publishPlan(plan: Plan, tempDir: string): Promise<void> {
  const path = join(tempDir, PLAN);
  await writeFile(path, `${writePlan(plan, 2)}\n`);
  setOutputs({ ...planOutputs(plan), 'plan-path': path });
}

function setOutputs(outputs: Outputs): void {
  for (const name of OUTPUTS) {
    const value = outputs[name];
    if (value !== undefined) core.setOutput(name, value);
  }
}

/** A summary that cannot be written (an old server, a full disk) must not fail a deployment. */
async function writeSummary(markdown: string): Promise<void> {
  await core.summary
    .addRaw(markdown, true)
    .write()
    .catch((error: unknown) => {
      core.info(`The job summary was not written: ${explain(error)}`);
    });
}

/** What a step that was cut short left behind: statements that still run, a lock, and files with secrets. */
async function cleanUp(log: Log): Promise<void> {
  const tempDir = core.getState('tempDir');
  if (core.getState('finished') === '' && tempDir !== '') {
    const inputs = inputsOfStep();
    const run = identityOf(await contextOfStep());
    const warehouse = await createWarehouse(inputs.connection, { queryTag: queryTag(run), log });
    try {
      await warehouse.cancelLeftovers();
      const pair = pairOf(inputs);
      await giveUpCutShort({ warehouse, log, clock: systemClock }, new History(warehouse, pair), pair, run);
    } finally {
      await warehouse.close();
    }
  }
  await removeWorkingFiles(tempDir);
}

/** Everything but report and plan. */
async function removeWorkingFiles(tempDir: string): Promise<void> {
  if (tempDir === '') return;
  const entries = await readdir(tempDir).catch(() => []);
  for (const entry of entries.filter((name) => !KEPT_FILES.includes(name))) {
    await rm(join(tempDir, entry), { recursive: true, force: true });
  }
}
