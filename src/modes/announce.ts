import type { DeploymentRecord } from '../deployment/record.js';
import { messageOf } from '../errors.js';
import { History } from '../history/history.js';
import type { CommonInputs } from '../inputs.js';
import { checkOf } from '../report/check.js';
import { renderComment } from '../report/comment.js';
import { createReport } from '../report/model.js';
import type { Report, ReportDraft, ReportPhase } from '../report/model.js';
import { renderPointer } from '../report/pointer.js';
import type { Tools } from '../tools.js';
import { pairOf } from './situation.js';

/** What a mode tells of a deployment at one moment of its life. */
export type Announcement = Omit<ReportDraft, 'deployment' | 'sampleIds' | 'sampleValues' | 'plan' | 'links'> & {
  readonly record: DeploymentRecord;
  /** Pull requests of earlier deployments that share this one's fate. */
  readonly alsoAbout?: readonly number[];
};

/** Phases that are over soon: of these only the last merged pull request is told. */
const PASSING: ReadonlySet<ReportPhase> = new Set(['building', 'swapping']);

/** Phases whose report is kept in the record: not progress, and not failures, after which the warehouse may be out of reach. */
const KEPT: ReadonlySet<ReportPhase> = new Set(['verified', 'blocked', 'swapped', 'untested', 'done', 'rolled back']);

/** A report and where it was put. */
export interface Announced {
  readonly report: Report;
  readonly commentUrl: string | undefined;
}

/**
 * Makes the report of a deployment and puts it on its pull request. What GitHub answers never fails a deployment: it is only said
 * in the log.
 */
export async function announce(tools: Tools, inputs: CommonInputs, announcement: Announcement): Promise<Announced> {
  const { record, alsoAbout = [], ...told } = announcement;
  const [pullRequest, ...others] = record.pullRequests;
  const report = createReport({
    ...told,
    plan: record.plan,
    ...(told.verdict === undefined && record.verdict !== undefined ? { verdict: record.verdict } : {}),
    sampleIds: inputs.sampleIds,
    sampleValues: inputs.sampleValues,
    links: { run: tools.run.url, pullRequest: undefined },
    deployment: {
      id: record.deployment,
      commit: record.commit,
      base: record.base,
      repository: record.repository,
      pullRequest,
      otherPullRequests: others,
      startedAt: record.startedAt,
      actor: tools.run.actor,
      snapshot: record.snapshot,
    },
  });
  const commentUrl = await comment(tools, inputs, pullRequest, report);
  const isHeard = pullRequest === undefined || commentUrl !== undefined;
  if (isHeard && !PASSING.has(report.phase)) await point(tools, inputs, [...others, ...alsoAbout], report, commentUrl);
  await check(tools, inputs, report);
  if (KEPT.has(report.phase)) await keep(tools, inputs, report);
  return { report, commentUrl };
}

/** A fresh runner renders from the record; that it cannot be written undoes nothing. */
async function keep(tools: Tools, inputs: CommonInputs, report: Report): Promise<void> {
  try {
    const history = new History(tools.warehouse, pairOf(inputs));
    await history.update(report.deployment.id, { REPORT: JSON.stringify(report) });
  } catch (error) {
    tools.log.warning(`The report was not kept in the deployment history: ${messageOf(error)}`);
  }
}

/**
 * Puts a report on a pull request, as its one comment. What GitHub answers is only said in the log.
 * @returns the comment's address, if there is one
 */
export async function comment(
  tools: Pick<Tools, 'github' | 'log'>,
  inputs: CommonInputs,
  pullRequest: number | undefined,
  report: Report,
): Promise<string | undefined> {
  if (!inputs.github.comment) return undefined;
  if (pullRequest === undefined) {
    tools.log.info('No pull request belongs to this commit: the report is in the job summary only.');
    return undefined;
  }
  const delivery = await tools.github.upsertComment(pullRequest, target(inputs), renderComment(report));
  if (delivery.kind === 'done') return delivery.url;
  tools.log.info(`The comment on pull request #${pullRequest} was not written: ${delivery.reason}`);
  return undefined;
}

/** Tells the other pull requests how the deployment stands; where one refuses, the rest are asked all the same. */
async function point(
  tools: Tools,
  inputs: CommonInputs,
  others: readonly number[],
  report: Report,
  commentUrl: string | undefined,
): Promise<void> {
  if (!inputs.github.comment) return;
  for (const number of new Set(others)) {
    const delivery = await tools.github.upsertComment(number, target(inputs), renderPointer(report, commentUrl));
    if (delivery.kind === 'refused') {
      tools.log.info(`The comment on pull request #${number} was not written: ${delivery.reason}`);
    }
  }
}

/** Puts the verdict on the deployed commit, where a rule can require it. What GitHub answers is only said in the log. */
async function check(tools: Tools, inputs: CommonInputs, report: Report): Promise<void> {
  const told = inputs.github.check ? checkOf(report, inputs.project.projectDir) : undefined;
  if (told === undefined) return;
  const { deployment } = report;
  const delivery = await tools.github.createCheckRun({
    ...told,
    name: `blue/green: ${target(inputs)}`,
    commit: deployment.commit,
    externalId: `${deployment.id} ${tools.run.run}-${tools.run.attempt} ${tools.clock.now().toISOString()}`,
    detailsUrl: tools.run.url,
  });
  if (delivery.kind === 'refused') tools.log.info(`The check was not written: ${delivery.reason}`);
}

/** The production schema in full: it tells the reports of several targets in one repository apart. */
function target({ project }: CommonInputs): string {
  return `${project.database}.${project.productionSchema}`;
}
