/** A git repository with the live version on `prod` and the merged one on `pre-prod`, as a remote and clones of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Files } from './generated-project.js';
import { run } from './programs.js';

export class TwoBranches {
  readonly folder: string;
  /** The bare repository that plays GitHub's side. */
  readonly remote: string;
  #checkouts = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.remote = join(folder, 'remote.git');
  }

  static async create(live: Files, merged: Files): Promise<TwoBranches> {
    const repository = new TwoBranches(mkdtempSync(join(tmpdir(), 'two-branches-')));
    const author = join(repository.folder, 'author');
    await repository.#git(repository.folder, 'init', '--quiet', '--bare', '--initial-branch=prod', repository.remote);
    await repository.#git(repository.folder, 'clone', '--quiet', repository.remote, author);
    await repository.#git(author, 'switch', '--quiet', '--orphan', 'prod');
    await repository.#commit(author, live, 'What is live');
    await repository.#git(author, 'switch', '--quiet', '--create', 'pre-prod');
    await repository.#commit(author, merged, 'What was merged');
    await repository.#git(author, 'push', '--quiet', 'origin', 'prod', 'pre-prod');
    return repository;
  }

  /** Full sha of a branch. */
  async tip(branch: string): Promise<string> {
    return (await this.#git(this.remote, 'rev-parse', `refs/heads/${branch}`)).trim();
  }

  /** A fresh clone of `pre-prod`, as a job checks it out. @returns its folder */
  async checkOut(): Promise<string> {
    this.#checkouts += 1;
    const folder = join(this.folder, `checkout-${this.#checkouts}`);
    await this.#git(this.folder, 'clone', '--quiet', '--no-checkout', this.remote, folder);
    await this.#git(folder, 'checkout', '--quiet', '--detach', 'origin/pre-prod');
    return folder;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #commit(author: string, files: Files, title: string): Promise<void> {
    for (const [path, text] of files) {
      const file = join(author, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    await this.#git(author, 'add', '--all');
    await this.#git(author, 'commit', '--quiet', '--message', title);
  }

  async #git(cwd: string, ...args: readonly string[]): Promise<string> {
    const person = { NAME: 'Benchmark', EMAIL: 'benchmark@example.invalid' };
    const roles = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(person).map(([key, value]): [string, string] => [`GIT_${role}_${key}`, value]),
    );
    const env = { GIT_CONFIG_NOSYSTEM: '1', HOME: this.folder, ...Object.fromEntries(roles) };
    return (await run('git', args, { cwd, env })).stdout;
  }
}
