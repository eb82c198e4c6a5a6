import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.js';
import { messageOf } from '../errors.js';
import { runGit } from './command.js';
import type { GitCommandOptions } from './command.js';
import type { Worktree } from './git.js';

/**
 * Checks a commit out into a new folder of its own; branch, index and files of the checkout stay as they are.
 *
 * @param parent folder that the new one is made in, e.g. the runner's temporary folder
 * @param sha full sha of a commit that the repository has
 */
export async function addWorktree(
  parent: string,
  sha: string,
  options: GitCommandOptions & { readonly log: Log },
): Promise<Worktree> {
  const path = await mkdtemp(join(parent, `worktree-${sha.slice(0, 12)}-`));
  const worktree = { path, dispose: () => removeWorktree(path, options) };
  try {
    await runGit(['worktree', 'add', '--detach', '--force', '--', path, sha], options);
  } catch (error) {
    await worktree.dispose();
    throw error;
  }
  return worktree;
}

/** Removes folder and registration. What is left behind costs disk space and nothing else, so it never throws. */
async function removeWorktree(path: string, options: GitCommandOptions & { readonly log: Log }): Promise<void> {
  await runGit(['worktree', 'remove', '--force', '--force', '--', path], options).catch((error: unknown) => {
    options.log.debug(`git could not remove the worktree ${path}: ${messageOf(error)}`);
  });
  await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    options.log.debug(`The folder ${path} could not be removed: ${messageOf(error)}`);
  });
}
