import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { ActionableError, messageOf } from '../errors.js';
import { GitFailure, runGit } from './command.js';
import type { GitCommandOptions } from './command.js';
import { MissingCommit } from './git.js';
import type { Git, Worktree } from './git.js';
import { History } from './history.js';
import { isFullSha, isRefName, isShortSha } from './ref-names.js';
import { Remote, remoteName } from './remote.js';
import type { ServerToken } from './remote.js';
import { addWorktree } from './worktrees.js';

export interface CheckoutOptions {
  /** A folder inside the repository that the workflow checked out. */
  readonly folder: string;
  /** Worktrees are made here; it must exist and lie outside the repository (RUNNER_TEMP). */
  readonly temporaryFolder: string;
  /** The job's environment; git gets its proxies, certificates and credentials from there. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly clock: Clock;
  /** For checkouts with `persist-credentials: false`. The caller masks the token. */
  readonly credentials?: ServerToken;
}

/** The repository that the workflow checked out, by git itself. */
export function openCheckout(options: CheckoutOptions): Git {
  return new Checkout(options);
}

class Checkout implements Git {
  readonly #options: CheckoutOptions;
  readonly #remote: Remote;
  readonly #history: History;

  constructor(options: CheckoutOptions) {
    this.#options = options;
    this.#remote = new Remote(options);
    this.#history = new History(options, this.#remote);
  }

  async commitOf(ref: string): Promise<string> {
    if (isFullSha(ref)) {
      await this.#ensure(ref);
      return ref;
    }
    if (ref === 'HEAD') {
      return (await this.#local(['HEAD'])) ?? this.#unknown(ref, 'The checkout has no commit.');
    }
    if (!isRefName(ref)) {
      return this.#unknown(ref, 'This is not the name of a branch or tag, and not a sha.');
    }
    const sha = (await this.#remoteCommit(ref)) ?? (await this.#localCommit(ref));
    return (
      sha ?? this.#unknown(ref, `Neither ${remoteName} nor the checkout has a branch, tag or commit of this name.`)
    );
  }

  async tipOf(branch: string): Promise<string | undefined> {
    if (!isRefName(branch)) {
      throw new ActionableError(
        `${JSON.stringify(branch)} cannot be the name of a branch. Correct the input that names it.`,
      );
    }
    const name = `refs/heads/${branch}`;
    const sha = (await this.#refsOfRemote([name])).get(name);
    if (sha !== undefined) {
      await this.#ensure(sha);
    }
    return sha;
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const [older, newer] = [await this.commitOf(ancestor), await this.commitOf(descendant)];
    return this.#history.askUntilCertain([newer], async () => {
      const answer = await this.#isAncestorHere(older, newer);
      return { answer, certain: answer };
    });
  }

  async commitsBetween(
    base: string,
    head: string,
  ): Promise<readonly { readonly sha: string; readonly subject: string }[]> {
    const [older, newer] = [await this.commitOf(base), await this.commitOf(head)];
    return this.#history.askUntilCertain([newer, older], async () => {
      const list = await this.#git(['log', '-z', '--format=%H %s', '--no-show-signature', newer, `^${older}`, '--']);
      const answer = fields(list).map((line) => ({
        sha: line.slice(0, newer.length),
        subject: line.slice(newer.length + 1),
      }));
      return { answer, certain: answer.length === 0 };
    });
  }

  async mainlineBetween(base: string, head: string): Promise<readonly string[]> {
    const [older, newer] = [await this.commitOf(base), await this.commitOf(head)];
    return this.#history.askUntilCertain([newer, older], async () => {
      const list = await this.#git(['rev-list', '--first-parent', '--boundary', newer, `^${older}`, '--']);
      const lines = list.split('\n').filter((line) => line !== '');
      const answer = lines.filter((line) => !line.startsWith('-'));
      // Whoever has met the base needs no more history.
      return { answer, certain: answer.length === 0 || lines.includes(`-${older}`) };
    });
  }

  async changedFiles(base: string, head: string): Promise<readonly string[]> {
    const [older, newer] = [await this.commitOf(base), await this.commitOf(head)];
    // diff-tree reads neither the person's diff settings nor the files on disk, and it needs no history.
    return fields(await this.#git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', older, newer, '--']));
  }

  async addWorktree(commit: string): Promise<Worktree> {
    const sha = await this.commitOf(commit);
    const options = { ...this.#commandOptions(), log: this.#options.log };
    return addWorktree(this.#options.temporaryFolder, sha, options).catch((error: unknown) => {
      throw new ActionableError(
        `The files of commit ${sha} could not be written to a folder in ${this.#options.temporaryFolder}: ${messageOf(error)}\n` +
          'Nothing else was done. Check the free disk space, and the Git LFS set-up if the repository uses it; then run again.',
        { cause: error },
      );
    });
  }

  async #remoteCommit(ref: string): Promise<string | undefined> {
    if ((await this.#remote.url()) === undefined) {
      return undefined;
    }
    const names = candidates(ref);
    const found = await this.#refsOfRemote(names);
    const name = names.find((candidate) => found.has(candidate));
    const object = name === undefined ? undefined : found.get(name);
    if (object === undefined) {
      return undefined;
    }
    await this.#ensure(object);
    // An annotated tag is an object of its own that points at the commit.
    return this.#local([object]);
  }

  async #localCommit(ref: string): Promise<string | undefined> {
    return this.#local([...candidates(ref), ...(isShortSha(ref) ? [ref] : [])]);
  }

  async #refsOfRemote(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#remote.refs(names).catch((error: unknown) => {
      throw new ActionableError(
        `git could not ask ${remoteName} for ${names.join(' or ')}: ${messageOf(error)}\n` +
          'Nothing was changed. Check that the job can reach the server, and that actions/checkout ran with its default ' +
          '`persist-credentials: true` or the input github-token may read this repository (`permissions: contents: read`).',
        { cause: error },
      );
    });
  }

  /** Sha of the first of `names` that the repository has. */
  async #local(names: readonly string[]): Promise<string | undefined> {
    for (const name of names) {
      const sha = await this.#git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]).catch(
        absentWhenFailed,
      );
      if (sha !== undefined) {
        return sha.trim();
      }
    }
    return undefined;
  }

  async #ensure(sha: string): Promise<void> {
    if (await this.#history.has(sha)) {
      return;
    }
    const failure = await this.#history.fetch(sha).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(await this.#history.has(sha))) {
      const Kind = (await this.#isNowhere(failure)) ? MissingCommit : ActionableError;
      throw new Kind(
        `Commit ${sha} is not in the checkout and could not be fetched from ${remoteName}: ` +
          `${failure === undefined ? 'what the server sent is not a commit.' : messageOf(failure)}\n` +
          'Nothing was changed. If the commit was pushed away, choose another; otherwise let actions/checkout run with ' +
          '`fetch-depth: 0`, or with `persist-credentials: true` and `permissions: contents: read`.',
        { cause: failure },
      );
    }
  }

  /** Whether the server answered that it has no such commit, or there is no server that could have it. */
  async #isNowhere(failure: unknown): Promise<boolean> {
    if (failure === undefined || unknownObject.test(messageOf(failure))) return true;
    return (await this.#remote.url()) === undefined;
  }

  async #isAncestorHere(ancestor: string, descendant: string): Promise<boolean> {
    try {
      await this.#git(['merge-base', '--is-ancestor', ancestor, descendant]);
      return true;
    } catch (error) {
      // 1 means no; 128 and the like mean that git could not tell.
      if (error instanceof GitFailure && error.exitCode === 1) {
        return false;
      }
      throw error;
    }
  }

  #git(args: readonly string[]): Promise<string> {
    return runGit(args, this.#commandOptions());
  }

  #commandOptions(): GitCommandOptions {
    return {
      folder: this.#options.folder,
      environment: this.#options.environment,
      settings: this.#remote.settings,
    };
  }

  #unknown(ref: string, why: string): never {
    throw new ActionableError(
      `The commit ${JSON.stringify(ref)} is unknown. ${why} Nothing was changed. ` +
        'Give the name of a branch or tag that was pushed, or a full sha.',
    );
  }
}

/** What git and GitHub's server say about a sha that the repository does not have, or that no ref leads to. */
const unknownObject =
  /not our ref|couldn't find remote ref|no such remote ref|does not allow request for unadvertised/i;

/** Full names that a short one may stand for; a branch goes before a tag. */
function candidates(ref: string): readonly string[] {
  return ref.startsWith('refs/') ? [ref] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
}

/** The entries of an output that was asked for with -z. */
function fields(output: string): readonly string[] {
  return output.split('\0').filter((field) => field !== '');
}

function absentWhenFailed(error: unknown): undefined {
  if (!(error instanceof GitFailure)) {
    throw error;
  }
}
