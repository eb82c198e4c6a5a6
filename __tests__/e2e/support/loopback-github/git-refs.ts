import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The refs of a bare repository, by git itself. */
export class GitRefs {
  readonly #gitDir: string;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /** @param ref full name. @returns undefined when there is no such ref */
  async shaOf(ref: string): Promise<string | undefined> {
    const said = await this.#git('rev-parse', '--verify', '--quiet', '--end-of-options', ref);
    return said?.trim();
  }

  async hasCommit(sha: string): Promise<boolean> {
    return (await this.#git('cat-file', '-e', `${sha}^{commit}`)) !== undefined;
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return (await this.#git('merge-base', '--is-ancestor', ancestor, descendant)) !== undefined;
  }

  /** Moves `ref`, unless somebody else moved it meanwhile. @returns whether it was moved */
  async move(ref: string, from: string, to: string): Promise<boolean> {
    return (await this.#git('update-ref', ref, to, from)) !== undefined;
  }

  /** Output; undefined when git ended with a code other than 0. */
  async #git(...args: readonly string[]): Promise<string | undefined> {
    const environment = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: this.#gitDir };
    return execute('git', ['--git-dir', this.#gitDir, ...args], { env: environment }).then(
      ({ stdout }) => stdout,
      () => undefined,
    );
  }
}
