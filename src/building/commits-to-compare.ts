import { adoptedDeployment } from '../deployment/state.js';
import type { Observed } from '../deployment/state.js';
import { ActionableError } from '../errors.js';
import { MissingCommit } from '../git/git.js';
import type { History } from '../history/history.js';
import type { PlanInputs } from '../inputs.js';
import type { Project, Tools } from '../tools.js';

/** Full shas, and what is live by them. */
export interface Commits {
  /** The commit whose code made what is live; when it is not `baseIsHere`, only its name is known. */
  readonly base: string;
  readonly baseIsHere: boolean;
  readonly head: string;
  /** The deployment that is live now, or the id by which an unmarked production is adopted. */
  readonly parent: string;
}

type Asked = Pick<PlanInputs, 'headRef' | 'rebuild' | 'acceptRejected'>;

/**
 * Base and head of a deployment, checked against the branches and against what was rolled back.
 * @throws ActionableError when the live commit is lost (unless everything is rebuilt), when commits would be taken back, or when
 * the history holds a rejected commit
 */
export async function commitsToCompare(
  tools: Tools,
  project: Project,
  inputs: Asked,
  observed: Observed,
  history: History,
): Promise<Commits> {
  const head = await tools.git.commitOf(inputs.headRef ?? 'HEAD');
  const tip = await tools.git.tipOf(project.productionBranch);
  const live = observed.production?.comment.marker;
  const base = live?.commit ?? tip;
  if (base === undefined) {
    throw new ActionableError(
      `The production branch "${project.productionBranch}" does not exist, and nothing in the warehouse says which commit is live. ` +
        'Create the branch at the commit that schedules run today, or name it with "production-branch". Nothing was changed.',
    );
  }
  const baseIsHere = await isHere(tools, base);
  if (!baseIsHere && inputs.rebuild === 'changed') throw lostBase(base, live?.deployment);
  if (baseIsHere) await refuseMissing(tools, base, head, 'the live commit');
  if (tip !== undefined) await refuseMissing(tools, tip, head, `the tip of "${project.productionBranch}"`);
  const commits = { base, baseIsHere, head, parent: live?.deployment ?? adoptedDeployment(base) };
  await refuseRejected(tools, history, commits, inputs.acceptRejected);
  return commits;
}

function lostBase(base: string, deployment: string | undefined): ActionableError {
  return new ActionableError(
    `The live commit ${base}${deployment === undefined ? '' : ` (deployment ${deployment}, says the comment of the production schema)`} is neither ` +
      'in the checkout nor on the remote: its branch was probably rewritten by a force push. Without its code nothing can be compared. ' +
      'Nothing was changed. Push that commit again under any branch, or run with "rebuild: everything", which compares nothing and ' +
      'rebuilds all that dbt can rebuild.',
  );
}

async function isHere(tools: Pick<Tools, 'git'>, commit: string): Promise<boolean> {
  try {
    await tools.git.commitOf(commit);
    return true;
  } catch (error) {
    if (error instanceof MissingCommit) return false;
    throw error;
  }
}

/** A hotfix on the production branch that head lacks would be reverted silently; a stale re-run would go back in time. */
async function refuseMissing(tools: Tools, ancestor: string, head: string, what: string): Promise<void> {
  if (await tools.git.isAncestor(ancestor, head)) return;
  const missing = await tools.git.commitsBetween(head, ancestor);
  const listed = missing.slice(0, 10).map(({ sha, subject }) => `  ${sha.slice(0, 7)} ${subject}`);
  throw new ActionableError(
    `${what[0]?.toUpperCase() ?? ''}${what.slice(1)} (${ancestor.slice(0, 7)}) is not part of the history of ${head.slice(0, 7)}, so ` +
      `deploying it would take these commits back:\n${listed.join('\n')}\n` +
      'Merge them into the branch that is deployed, then run again. Nothing was changed.',
  );
}

/** A rejected commit that is part of what is live was accepted when that went live: it is no question any more. */
async function refuseRejected(
  tools: Tools,
  history: History,
  { base, baseIsHere, head }: Commits,
  accepted: boolean,
): Promise<void> {
  const lines = await history.list(200);
  for (const line of lines) {
    const commit = line.COMMIT;
    if (line.REJECTED === undefined || commit === undefined || line.KIND === 'rollback') continue;
    // What the server does not have is part of no history that can be deployed.
    if (!(await isHere(tools, commit)) || !(await tools.git.isAncestor(commit, head))) continue;
    if (baseIsHere && (await tools.git.isAncestor(commit, base))) continue;
    const text = `Commit ${commit.slice(0, 7)} (deployment ${line.DEPLOYMENT ?? '?'}) was rolled back: ${line.REJECTED}.`;
    if (accepted) {
      tools.log.info(`${text} Deployed again because "accept-rejected" is true.`);
      return;
    }
    throw new ActionableError(
      `${text} The history of ${head.slice(0, 7)} contains it. When it is mended, run again with "accept-rejected: true". Nothing was changed.`,
    );
  }
}
