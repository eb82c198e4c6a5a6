import { access, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { runGit } from './command.js';
import type { GitCommandOptions } from './command.js';
import type { Remote } from './remote.js';

/** Commits to add below the present boundary of a shallow clone; after the last step all history is fetched. */
const steps = [50, 200, 800] as const;

/** Commits that the repository has, and the fetching of those that a shallow clone lacks. A full clone stays full. */
export class History {
  readonly #options: GitCommandOptions;
  readonly #remote: Remote;

  constructor(options: GitCommandOptions, remote: Remote) {
    this.#options = options;
    this.#remote = remote;
  }

  /** Whether the commit itself is here, with its files. */
  async has(sha: string): Promise<boolean> {
    return (await this.#text(['rev-parse', '--verify', '--quiet', `${sha}^{commit}`])) !== undefined;
  }

  /** Fetches the commit; of a shallow clone's commits only this one, because older ones may be many. */
  async fetch(sha: string): Promise<void> {
    await this.#remote.fetchCommit(sha, (await this.#boundary()).size > 0 ? ['--depth=1'] : []);
  }

  /**
   * Answers a question about the history of `heads`, fetching more of it until the answer is certain.
   *
   * @param ask its answer is final when `certain`; otherwise only when all history of `heads` is here
   */
  async askUntilCertain<T>(
    heads: readonly string[],
    ask: () => Promise<{ readonly answer: T; readonly certain: boolean }>,
  ): Promise<T> {
    for (const step of [...steps, undefined]) {
      const { answer, certain } = await ask();
      const cut = certain ? [] : await this.#cutBelow(heads);
      if (cut.length === 0) {
        return answer;
      }
      for (const head of cut) {
        await this.#remote.fetchCommit(head, [step === undefined ? '--unshallow' : `--deepen=${String(step)}`]);
        if (step === undefined) {
          break;
        }
      }
    }
    return (await ask()).answer;
  }

  /** Those of `heads` whose history ends at the boundary of a shallow clone instead of at a first commit. */
  async #cutBelow(heads: readonly string[]): Promise<readonly string[]> {
    const boundary = await this.#boundary();
    const cut: string[] = [];
    for (const head of boundary.size === 0 ? [] : heads) {
      // git shows the commits of the boundary as if they had no parents.
      const roots = (await runGit(['rev-list', '--max-parents=0', head], this.#options)).split('\n');
      if (roots.some((root) => boundary.has(root))) {
        cut.push(head);
      }
    }
    return cut;
  }

  /** Commits whose parents were not fetched; empty in a full clone. */
  async #boundary(): Promise<ReadonlySet<string>> {
    const path = await this.#text(['rev-parse', '--git-path', 'shallow']);
    const file = resolve(this.#options.folder, path ?? '.git/shallow');
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    return new Set(exists ? (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '') : []);
  }

  async #text(args: readonly string[]): Promise<string | undefined> {
    return runGit(args, this.#options).then(
      (output) => output.trim(),
      () => undefined,
    );
  }
}
