import { join } from 'node:path';
import type { Project, Tools } from '../tools.js';

/** One commit's dbt project on disk, with its packages installed. */
export interface Code {
  readonly commit: string;
  /** The dbt project's folder. */
  readonly projectDir: string;
  /** The top of the worktree. */
  readonly top: string;
}

/**
 * Lends a worktree of `commit` to `work` and removes it afterwards, however `work` ends.
 * @param like another version whose packages are installed: they are copied where both declare the same
 */
export async function withCode<T>(
  tools: Pick<Tools, 'git' | 'dbt'>,
  project: Project,
  commit: string,
  work: (code: Code) => Promise<T>,
  like?: Code,
): Promise<T> {
  const worktree = await tools.git.addWorktree(commit);
  try {
    const projectDir = join(worktree.path, project.projectDir);
    await tools.dbt.installPackages(projectDir, like?.projectDir);
    return await work({ commit, projectDir, top: worktree.path });
  } finally {
    await worktree.dispose();
  }
}
