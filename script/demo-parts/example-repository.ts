/** The dbt repository of the example: a bare remote with `prod` and `pre-prod`, and a checkout in which changes are made. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type Stage, cleanEnvironment, exampleFolder } from './environment.js';
import { run } from './programs.js';

export const PRODUCTION_BRANCH = 'prod';
export const UPCOMING_BRANCH = 'pre-prod';

/** A change as it would be proposed in a pull request. */
export interface Change {
  /** Folder under examples/event-stream/changes whose files are laid over the project. */
  readonly name: string;
  readonly title: string;
  /** Undo this earlier change in the same pull request. */
  readonly reverts?: string;
}

export class ExampleRepository {
  readonly remote: string;
  readonly checkout: string;
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.remote = join(stage.root, 'remote.git');
    this.checkout = join(stage.root, 'checkout');
  }

  /** Makes the remote with both branches at the example's first version. @returns its commit */
  async create(): Promise<string> {
    await this.gitAt(this.#stage.root, 'init', '--quiet', '--bare', '--initial-branch', PRODUCTION_BRANCH, this.remote);
    await this.gitAt(this.#stage.root, 'init', '--quiet', '--initial-branch', PRODUCTION_BRANCH, this.checkout);
    // As GitHub does: a runner fetches the commit of its event by its sha.
    await this.gitAt(this.remote, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    await this.git('remote', 'add', 'origin', this.remote);
    cpSync(join(exampleFolder, 'prod'), this.checkout, { recursive: true });
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', 'Event streams, sessions and reports');
    await this.git('switch', '--quiet', '--create', UPCOMING_BRANCH);
    await this.git('push', '--quiet', 'origin', PRODUCTION_BRANCH, UPCOMING_BRANCH);
    return this.tip(UPCOMING_BRANCH);
  }

  /** Commits a change on a branch of its own. @returns the branch's tip, what the pull request proposes */
  async propose(change: Change): Promise<string> {
    await this.git('switch', '--quiet', '--create', change.name, UPCOMING_BRANCH);
    if (change.reverts !== undefined) {
      await this.git('revert', '--no-edit', '--mainline', '1', change.reverts);
    }
    cpSync(join(exampleFolder, 'changes', change.name), this.checkout, { recursive: true });
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', change.title);
    await this.git('push', '--quiet', 'origin', change.name);
    return this.git('rev-parse', 'HEAD');
  }

  /** Merges a proposed change to `pre-prod`, as GitHub's button does. @returns the merge commit */
  async merge(change: Change, pullRequest: number): Promise<string> {
    await this.git('switch', '--quiet', UPCOMING_BRANCH);
    await this.git(
      'merge',
      '--quiet',
      '--no-ff',
      '--message',
      `Merge pull request #${pullRequest}: ${change.title}`,
      change.name,
    );
    await this.git('push', '--quiet', 'origin', UPCOMING_BRANCH);
    return this.tip(UPCOMING_BRANCH);
  }

  /** The commit that a branch of the remote points to. */
  async tip(branch: string): Promise<string> {
    return this.gitAt(this.remote, 'rev-parse', `refs/heads/${branch}`);
  }

  /** A folder with the files of one commit, made once, as a scheduler's checkout would be. */
  async worktree(commit: string): Promise<string> {
    const folder = join(this.#stage.root, 'schedule', commit.slice(0, 12));
    const known = await this.git('worktree', 'list', '--porcelain');
    if (!known.includes(`worktree ${folder}\n`)) {
      await this.git('fetch', '--quiet', 'origin');
      await this.git('worktree', 'add', '--quiet', '--detach', folder, commit);
    }
    return folder;
  }

  /** Runs git in the checkout. @returns what it printed, trimmed. @throws Error with git's words when it fails */
  async git(...args: readonly string[]): Promise<string> {
    return this.gitAt(this.checkout, ...args);
  }

  /** The same in any folder. */
  async gitAt(cwd: string, ...args: readonly string[]): Promise<string> {
    const ended = await run({
      command: 'git',
      args,
      cwd,
      env: {
        ...cleanEnvironment(this.#stage),
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Event stream example',
        GIT_AUTHOR_EMAIL: 'example@example.invalid',
        GIT_COMMITTER_NAME: 'Event stream example',
        GIT_COMMITTER_EMAIL: 'example@example.invalid',
      },
      logFile: join(this.#stage.logs, 'git.log'),
    });
    if (ended.exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${ended.stderr.trim()}`);
    return ended.stdout.trim();
  }
}
