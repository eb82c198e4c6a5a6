/** The packaged action's `mode: plan`, as a runner starts it, against a local Snowflake and a GitHub on loopback. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { LoopbackGitHub } from '../../__tests__/e2e/support/loopback-github.js';
import { ADMIN, OwnLocalSnowflake, type Session } from '../../__tests__/e2e/support/local-snowflake.js';
import { runStep } from '../../__tests__/e2e/support/runner.js';
import { ShopWarehouse } from '../../__tests__/e2e/support/shop-warehouse.js';
import type { TwoBranches } from './two-branches.js';

export interface PlanRun {
  /** The whole step: start of Node, look at the warehouse, selection, guard, report. */
  readonly seconds: number;
  /** Of these, worktrees, three manifests, comparison and guard. */
  readonly selectionSeconds: number;
  readonly rebuilt: number;
}

const report = z.object({
  timeline: z.array(z.object({ title: z.string(), seconds: z.number() })),
  plan: z.object({ rebuilt: z.array(z.unknown()) }),
});

const SELECTION_STEP = 'Compare the live commit with the merged one';

export class PackagedPlan {
  readonly #repository: TwoBranches;
  readonly #server: OwnLocalSnowflake;
  readonly #admin: Session;
  readonly #warehouse: ShopWarehouse;
  readonly #github: LoopbackGitHub;
  #merged: Promise<void> | undefined;

  private constructor(
    repository: TwoBranches,
    server: OwnLocalSnowflake,
    admin: Session,
    warehouse: ShopWarehouse,
    github: LoopbackGitHub,
  ) {
    this.#repository = repository;
    this.#server = server;
    this.#admin = admin;
    this.#warehouse = warehouse;
    this.#github = github;
  }

  static async open(repository: TwoBranches): Promise<PackagedPlan> {
    const server = await OwnLocalSnowflake.start();
    const admin = await server.connect(ADMIN);
    const warehouse = await ShopWarehouse.create(server, admin);
    const github = await LoopbackGitHub.start({ repository: 'example/generated', gitDir: repository.remote });
    return new PackagedPlan(repository, server, admin, warehouse, github);
  }

  /** @param checkout a fresh clone of the merged commit. @throws Error with the step's log when it fails */
  async run(checkout: string): Promise<PlanRun> {
    const sha = await this.#repository.tip('pre-prod');
    this.#merged ??= this.#mergePullRequest(sha);
    await this.#merged;
    const event = this.#github.workflowDispatch('pre-prod', sha);
    const result = await runStep({
      inputs: { mode: 'plan', scope: 'all', ...this.#warehouse.inputs, 'github-token': this.#github.token },
      workspace: checkout,
      temporary: this.#repository.folder,
      event,
      env: {
        GITHUB_API_URL: this.#github.apiUrl,
        GITHUB_GRAPHQL_URL: `${this.#github.apiUrl}/graphql`,
        GITHUB_REPOSITORY: this.#github.repository,
        GITHUB_REF: event.ref,
        GITHUB_SHA: event.sha,
      },
    });
    if (result.exitCode !== 0) throw new Error(`The plan failed:\n${result.log.slice(-4000)}`);
    const { timeline, plan } = report.parse(JSON.parse(readFileSync(result.outputs['report-path'] ?? '', 'utf8')));
    const selection = timeline.find(({ title }) => title === SELECTION_STEP);
    if (selection === undefined) throw new Error(`The report has no step "${SELECTION_STEP}".`);
    return { seconds: result.seconds, selectionSeconds: selection.seconds, rebuilt: plan.rebuilt.length };
  }

  /** Without one, the action would ask again for some seconds, as it does right after a merge. */
  async #mergePullRequest(sha: string): Promise<void> {
    const base = { ref: 'pre-prod', sha: await this.#repository.tip('prod') };
    const number = this.#github.openPullRequest({ title: 'Change', head: { ref: 'change', sha }, base });
    this.#github.markMerged(number, sha);
  }

  async close(): Promise<void> {
    await this.#github.stop();
    await this.#admin.close();
    await this.#server.stop();
  }
}
