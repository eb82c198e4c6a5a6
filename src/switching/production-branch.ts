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
  if (await isContained(tools, branch, commit)) {
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
  const seen = await unlessSilent(tools, branch, async () => ({ tip: await tools.git.tipOf(branch) }));
  if (seen !== undefined) {
    const { tip } = seen;
    if (tip === undefined || tip === to) return undefined;
    if (tip !== from) {
      return `The branch "${branch}" is at ${tip.slice(0, 7)}, not where the deployment left it, so it was not moved: see that schedules run ${to.slice(0, 7)}.`;
    }
  }
  const delivery = await tools.github.moveBack(branch, from, to);
  if (delivery.kind === 'done') return undefined;
  tools.log.warning(`The branch "${branch}" was not put back to ${to.slice(0, 7)}: ${delivery.reason}`);
  const where = seen === undefined ? 'may still stand' : 'still stands';
  return `The branch "${branch}" ${where} at ${from.slice(0, 7)}: ${delivery.reason} Put it back to ${to.slice(0, 7)}, or schedules build with the code that was given up.`;
}

async function isContained(tools: BranchTools, branch: string, commit: string): Promise<boolean> {
  const { git } = tools;
  const answer = await unlessSilent(tools, branch, async () => {
    const tip = await git.tipOf(branch);
    return tip !== undefined && (await git.isAncestor(commit, tip));
  });
  return answer ?? false;
}

/** undefined: the Git server does not say, which only the log is told. */
async function unlessSilent<T>({ log }: BranchTools, branch: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    // What git itself said: the sentences around it are for a run that has not changed anything yet.
    const said = error instanceof Error && error.cause !== undefined ? error.cause : error;
    log.warning(`It could not be seen where the branch "${branch}" stands: ${messageOf(said)}`);
    return undefined;
  }
}
