/** All that one deployment test needs: warehouse, dbt repository, GitHub, and the packaged action that works on them. */
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type LoopbackOptions, LoopbackGitHub, type RunnerEvent } from './loopback-github.js';
import {
  ADMIN,
  type Fault,
  type LocalSnowflake,
  OwnLocalSnowflake,
  type Session,
  localSnowflakeOfThisWorker,
} from './local-snowflake.js';
import { type Step, type StepResult, runPostStep, runStep, startStep, type StepOptions } from './runner.js';
import { whereSecretsShow } from './secrets.js';
import { type Changes, ShopProject } from './shop-project.js';
import { ShopWarehouse } from './shop-warehouse.js';

/** A build on a busy machine takes minutes before it reaches its last statements. */
const LONG_BUILD_MS = 240_000;

export type Inputs = Readonly<Record<string, string>>;

export interface Merged {
  readonly commit: string;
  readonly pullRequest: number;
}

/** What GitHub knows of a merged change. */
interface Pull {
  readonly title: string;
  readonly commit: string;
  /** The tip of `pre-prod` before the merge. */
  readonly before: string;
}

type ShopParts = Pick<Shop, 'server' | 'admin' | 'warehouse' | 'project' | 'github'> & {
  readonly pulls?: readonly Pull[];
  readonly runs?: number;
};

export interface RunOptions {
  /** What the job checks out; default the tip of `pre-prod`. */
  readonly ref?: string;
  /** How many commits the job checks out; default all. */
  readonly depth?: number;
  /** Default: started by hand on `pre-prod`. */
  readonly event?: RunnerEvent;
  readonly env?: StepOptions['env'];
}

export class Shop {
  readonly server: LocalSnowflake;
  readonly admin: Session;
  readonly warehouse: ShopWarehouse;
  readonly project: ShopProject;
  readonly github: LoopbackGitHub;
  /** Pull requests in the order of their numbers. */
  readonly pulls: Pull[] = [];
  #runs = 0;
  #closed = false;

  private constructor(parts: ShopParts) {
    this.server = parts.server;
    this.admin = parts.admin;
    this.warehouse = parts.warehouse;
    this.project = parts.project;
    this.github = parts.github;
    for (const pull of parts.pulls ?? []) this.#register(pull);
    this.#runs = parts.runs ?? 0;
  }

  /** A shop of parts that are there already. */
  static of(parts: ShopParts): Shop {
    return new Shop(parts);
  }

  /** Opens with `rows` orders in production, filled by the schedule; 0: the schedule has never run. */
  static async open(
    rows = 40,
    github: Partial<LoopbackOptions> = {},
    server: LocalSnowflake = localSnowflakeOfThisWorker(),
  ): Promise<Shop> {
    const admin = await server.connect(ADMIN);
    const warehouse = await ShopWarehouse.create(server, admin);
    const project = await ShopProject.create();
    const loopback = await LoopbackGitHub.start({ repository: 'shop/warehouse', gitDir: project.remote, ...github });
    const shop = new Shop({ server, admin, warehouse, project, github: loopback });
    if (rows > 0) await shop.hour(rows);
    return shop;
  }

  /** One turn of the schedule: new source rows, then dbt at the tip of `prod`. */
  async hour(rows: number): Promise<void> {
    await this.warehouse.arrive(rows);
    await this.project.schedule(this.warehouse);
  }

  /** Merges changes to `pre-prod` through a pull request. */
  async merge(title: string, changes: Changes): Promise<Merged> {
    const before = await this.project.tip('pre-prod');
    const commit = await this.project.merge(title, changes);
    return { commit, pullRequest: this.#register({ title, commit, before }) };
  }

  #register(pull: Pull): number {
    const head = { ref: 'change', sha: pull.commit };
    const base = { ref: 'pre-prod', sha: pull.before };
    const number = this.github.openPullRequest({ title: pull.title, head, base });
    this.github.markMerged(number, pull.commit);
    this.pulls.push(pull);
    return number;
  }

  /** How many steps were started so far: each has a run id of its own. */
  get runs(): number {
    return this.#runs;
  }

  /** Runs a mode to its end, then the post step, and checks what must hold of any run. */
  async run(mode: string, inputs: Inputs = {}, options: RunOptions = {}): Promise<StepResult> {
    const step = await this.#stepOptions(mode, inputs, options);
    const position = await this.server.logPosition();
    const result = await runStep(step);
    const post = await runPostStep(step, result);
    if (post.exitCode !== 0) throw new Error(`The post step of "${mode}" failed:\n${post.log}`);
    await this.#mustHoldOfAnyRun(mode, result, position);
    return result;
  }

  /** Like `run`. @throws Error with the whole log unless the step succeeds */
  async succeeds(mode: string, inputs: Inputs = {}, options: RunOptions = {}): Promise<StepResult> {
    const result = await this.run(mode, inputs, options);
    if (result.exitCode !== 0)
      throw new Error(`"${mode}" ended with exit code ${String(result.exitCode)}:\n${result.log}`);
    return result;
  }

  /** Like `run`. @throws Error with the whole log unless the step fails with exactly one error annotation */
  async fails(mode: string, inputs: Inputs = {}, options: RunOptions = {}): Promise<StepResult> {
    const result = await this.run(mode, inputs, options);
    if (result.exitCode !== 1 || result.errors.length !== 1) {
      throw new Error(`"${mode}" should fail with one error, but: ${String(result.exitCode)}\n${result.log}`);
    }
    return result;
  }

  /** Starts a mode, for a test that does something while it runs; the test waits for its end. */
  async start(mode: string, inputs: Inputs = {}, options: RunOptions = {}): Promise<Step> {
    return startStep(await this.#stepOptions(mode, inputs, options));
  }

  /**
   * Starts a mode and kills it from one moment to the next, with all it started, when a statement matches.
   * @param at by default the statement has been done and only its answer never came
   * @param meanwhile what is waited for while the statement is held
   */
  async dies(
    mode: string,
    at: Partial<Fault>,
    inputs: Inputs = {},
    options: RunOptions = {},
    meanwhile: () => Promise<void> = () => Promise.resolve(),
  ): Promise<StepResult> {
    const position = await this.server.logPosition();
    const step = await this.#startAndHold(mode, at, inputs, options);
    await meanwhile();
    const result = await step.crash();
    await this.server.clearFaults();
    await this.#mustHoldOfAnyRun(mode, result, position);
    return result;
  }

  /** Runs a mode to its end; when a statement matches (by default: has been done) it waits until `work` is done. */
  async interrupted(
    mode: string,
    at: Partial<Fault>,
    work: () => Promise<void>,
    inputs: Inputs = {},
  ): Promise<StepResult> {
    const position = await this.server.logPosition();
    const step = await this.#startAndHold(mode, at, inputs, {});
    try {
      await work();
    } finally {
      await this.server.clearFaults();
    }
    const result = await step.finished;
    step.endOrphans();
    await this.#mustHoldOfAnyRun(mode, result, position);
    return result;
  }

  /**
   * Runs a mode until a statement matches (it hangs there), and cancels it as a person does on GitHub; then the post step.
   * @returns how the main part ended, and how many programs it left running
   */
  async cancelled(
    mode: string,
    at: Partial<Fault>,
    inputs: Inputs = {},
  ): Promise<StepResult & { readonly orphans: number }> {
    const options = await this.#stepOptions(mode, inputs, {});
    const position = await this.server.logPosition();
    const step = await this.#hold(() => Promise.resolve(startStep(options)), mode, { when: 'before', ...at });
    const result = await step.cancel();
    const orphans = step.endOrphans();
    await this.server.clearFaults();
    await runPostStep(options, result);
    await this.#mustHoldOfAnyRun(mode, result, position);
    return { ...result, orphans };
  }

  async #startAndHold(mode: string, at: Partial<Fault>, inputs: Inputs, options: RunOptions): Promise<Step> {
    return this.#hold(() => this.start(mode, inputs, options), mode, at);
  }

  /** Starts a step and waits until the server holds a statement that matches (by default: once it has been done). */
  async #hold(start: () => Promise<Step>, mode: string, at: Partial<Fault>): Promise<Step> {
    const held = await this.server.addFault({ action: 'pause', when: 'after', ...at });
    const step = await start();
    const early = step.finished.then(({ log }) => {
      throw new Error(`"${mode}" ended before ${String(at.matching)}:\n${log}`);
    });
    // It rejects when the step is ended later, too.
    early.catch(() => undefined);
    await Promise.race([this.server.holds(held, LONG_BUILD_MS), early]);
    return step;
  }

  /** A value of production or another schema of the database, as an administrator sees it: `PUBLIC` in FROM is enough. */
  value(select: string): Promise<string | null> {
    return this.admin.value(this.#qualified(select));
  }

  /** The first column of every row. */
  column(select: string): Promise<readonly string[]> {
    return this.admin.column(this.#qualified(select));
  }

  /** Columns of a relation in lower case, in their order. */
  async columns(schema: string, relation: string): Promise<readonly string[]> {
    const rows = await this.admin.query(`describe table ${this.warehouse.database}.${schema}.${relation}`);
    return rows.map((row) => String(row['name']).toLowerCase());
  }

  /** Names of the schemas, without the sources, in order. */
  async schemas(): Promise<readonly string[]> {
    return [...(await this.warehouse.schemas()).keys()].sort();
  }

  /**
   * Ends all that it started; harmless when it is closed already.
   * @param keepIn folder that gets a copy of the databases (of a shop with a server of its own) and of the repository
   */
  async close(keepIn?: string): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.server.clearFaults();
    await this.github.stop();
    await this.admin.close();
    if (keepIn !== undefined) this.project.copyTo(keepIn);
    this.project.dispose();
    if (!(this.server instanceof OwnLocalSnowflake)) return;
    await this.server.stop();
    const { db } = this.server;
    if (db === undefined) return;
    if (keepIn !== undefined) cpSync(db, join(keepIn, 'db'), { recursive: true });
    rmSync(db, { recursive: true, force: true });
  }

  async #stepOptions(mode: string, inputs: Inputs, options: RunOptions): Promise<StepOptions> {
    this.#runs += 1;
    const ref = options.ref ?? 'origin/pre-prod';
    const event = options.event ?? this.github.workflowDispatch('pre-prod', await this.project.tip('pre-prod'));
    return {
      inputs: { mode, ...this.warehouse.inputs, 'github-token': this.github.token, ...inputs },
      workspace: await this.project.checkOut(ref, options.depth),
      temporary: this.project.folder,
      event,
      env: {
        GITHUB_API_URL: this.github.apiUrl,
        GITHUB_GRAPHQL_URL: `${this.github.apiUrl}/graphql`,
        GITHUB_REPOSITORY: this.github.repository,
        GITHUB_REF: event.ref,
        GITHUB_REF_NAME: event.ref.replace('refs/heads/', ''),
        GITHUB_RUN_ID: String(9000 + this.#runs),
        GITHUB_SHA: event.sha,
        ...options.env,
      },
    };
  }

  /** No secret anywhere, and no question to GitHub that the loopback GitHub has no answer for. */
  async #mustHoldOfAnyRun(mode: string, result: StepResult, position: number): Promise<void> {
    const texts = {
      'the log': result.log,
      'the job summary': result.summary,
      outputs: JSON.stringify(result.outputs),
      state: JSON.stringify(result.state),
      'a request to GitHub': this.github.requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`).join('\n'),
      "Snowflake's query history": (await this.server.log(position)).map(({ text }) => text).join('\n'),
    };
    // Of the key one line is enough to know it by; a file may hold it with other line ends.
    const keyLine = this.warehouse.privateKey.split('\n')[1] ?? '';
    const shown = whereSecretsShow([keyLine, this.github.token], texts, [dirname(result.runnerTemp)]);
    if (shown.length > 0) throw new Error(`A secret shows in ${shown.join(', ')} after "${mode}":\n${result.log}`);
    const breaches = this.github.takeBreaches();
    if (breaches.length > 0) {
      throw new Error(`Not as GitHub describes its API:\n${breaches.join('\n')}`);
    }
  }

  #qualified(select: string): string {
    return select.replaceAll(/\bfrom (\w+\.\w+)/gi, `from ${this.warehouse.database}.$1`);
  }
}
