import { messageOf } from '../errors.js';
import type { Tools } from '../tools.js';

type BranchTools = Pick<Tools, 'git' | 'github' | 'log'>;

/**
 * Schedules must run the code that fits the tables: moves the production branch forward to the deployed commit. By now the
 * commit is live, so nothing that Git or GitHub answers may end the run.
 *
 * @returns what went wrong, in words; undefined when the branch contains the commit
 */
export async function promoteBranch(tools: BranchTools, branch: string, commit: string): Promise<string | undefined> {
  const tip = await tipIfKnown(tools, branch);
  if (tip !== undefined && (await isContained(tools, commit, tip))) {
    tools.log.info(`"${branch}" already contains ${commit.slice(0, 7)}.`);
    return undefined;
  }
  const delivery = await tools.github.fastForward(branch, commit);
  if (delivery.kind === 'done') return undefined;
  return (
    `The new version is live, but the branch "${branch}" could not be moved to ${commit.slice(0, 7)}: ${delivery.reason} ` +
    'Until it is moved, schedules that run this branch build with the former code.'
  );
}

/**
 * The same after a rollback, backwards: the branch is put back only if it still stands where the deployment left it, which GitHub
 * is asked again right before.
 *
 * @returns what a person has to know or do; undefined when there is nothing
 */
export async function putBranchBack(
  tools: BranchTools,
  branch: string,
  from: string,
  to: string,
): Promise<string | undefined> {
  const tip = await tipIfKnown(tools, branch);
  if (tip === to || tip === 'no such branch') return undefined;
  if (tip !== undefined && tip !== from) {
    return `The branch "${branch}" is at ${tip.slice(0, 7)}, not where the deployment left it, so it was not moved: see that schedules run ${to.slice(0, 7)}.`;
  }
  const delivery = await tools.github.moveBack(branch, from, to);
  if (delivery.kind === 'done') return undefined;
  tools.log.warning(`The branch "${branch}" was not put back to ${to.slice(0, 7)}: ${delivery.reason}`);
  const where = tip === undefined ? 'may still stand' : 'still stands';
  return `The branch "${branch}" ${where} at ${from.slice(0, 7)}: ${delivery.reason} Put it back to ${to.slice(0, 7)}, or schedules build with the code that was given up.`;
}

/** undefined: the Git server does not say. */
async function tipIfKnown({ git, log }: BranchTools, branch: string): Promise<string | undefined> {
  try {
    return (await git.tipOf(branch)) ?? 'no such branch';
  } catch (error) {
    log.warning(`It could not be seen where the branch "${branch}" stands: ${reasonOf(error)}`);
    return undefined;
  }
}

/** What git itself said: the sentences around it are for a run that has not changed anything yet. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}

async function isContained({ git, log }: BranchTools, commit: string, tip: string): Promise<boolean> {
  if (tip === 'no such branch') return false;
  try {
    return await git.isAncestor(commit, tip);
  } catch (error) {
    log.warning(`It could not be seen whether ${tip.slice(0, 7)} contains ${commit.slice(0, 7)}: ${reasonOf(error)}`);
    return false;
  }
}
