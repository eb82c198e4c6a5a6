import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../src/clock.js';
import { silentLog } from '../../src/log.js';
import { openCheckout } from '../../src/git/checkout.js';
import type { CheckoutOptions } from '../../src/git/checkout.js';
import type { Git } from '../../src/git/git.js';

const execute = promisify(execFile);

/** An environment in which no configuration of the machine counts. */
export function cleanEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Author',
    GIT_AUTHOR_EMAIL: 'author@example.com',
    GIT_COMMITTER_NAME: 'Committer',
    GIT_COMMITTER_EMAIL: 'committer@example.com',
  };
}

/** A folder with a bare remote and a clone of it that commits are pushed from; all of it real. */
export class Repositories {
  readonly root: string;
  readonly remote: string;
  readonly author: string;

  private constructor(root: string) {
    this.root = root;
    this.remote = join(root, 'remote.git');
    this.author = join(root, 'author');
  }

  static async create(): Promise<Repositories> {
    const made = new Repositories(await realpath(await mkdtemp(join(tmpdir(), 'git-test-'))));
    await made.git(made.root, 'init', '--quiet', '--bare', '--initial-branch=prod', made.remote);
    await made.git(made.root, 'clone', '--quiet', made.remote, made.author);
    await made.git(made.author, 'symbolic-ref', 'HEAD', 'refs/heads/prod');
    return made;
  }

  get remoteUrl(): string {
    return pathToFileURL(this.remote).href;
  }

  get environment(): Record<string, string> {
    return cleanEnvironment(this.root);
  }

  async git(folder: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await execute('git', ['-C', folder, ...args], { env: this.environment });
    return stdout.trim();
  }

  /** Commits one file on the author's branch and pushes it. @returns the commit's sha */
  async commit(subject: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
    for (const [name, content] of Object.entries({ 'count.txt': subject, ...files })) {
      await writeFile(join(this.author, name), content);
    }
    await this.git(this.author, 'add', '--all');
    await this.git(this.author, 'commit', '--quiet', '--message', subject);
    await this.git(this.author, 'push', '--quiet', 'origin', 'HEAD');
    return this.git(this.author, 'rev-parse', 'HEAD');
  }

  /** Many commits at once, quickly. @returns their shas, oldest first */
  async commits(count: number): Promise<readonly string[]> {
    const parent = await this.git(this.author, 'rev-parse', '--verify', '--quiet', 'HEAD').catch(() => '');
    const commands = Array.from({ length: count }, (_, index) => {
      const from = index === 0 && parent !== '' ? `from ${parent}\n` : '';
      const subject = `commit ${String(index + 1)}`;
      const who = `Author <author@example.com> ${String(1_700_000_000 + index)} +0000`;
      return `commit refs/heads/prod\ncommitter ${who}\ndata ${String(subject.length)}\n${subject}\n${from}\n`;
    });
    const importing = execute('git', ['-C', this.author, 'fast-import', '--quiet'], { env: this.environment });
    importing.child.stdin?.end(commands.join(''));
    await importing;
    await this.git(this.author, 'push', '--quiet', 'origin', 'prod');
    const list = await this.git(this.author, 'rev-list', '--reverse', `--max-count=${String(count)}`, 'prod');
    return list.split('\n');
  }

  /** A clone as actions/checkout makes it. @param args e.g. `--depth=1` */
  async clone(name: string, ...args: readonly string[]): Promise<string> {
    const folder = join(this.root, name);
    await this.git(this.root, 'clone', '--quiet', ...args, this.remoteUrl, folder);
    return folder;
  }

  open(folder: string, options: Partial<CheckoutOptions> = {}): Git {
    return openCheckout({
      folder,
      temporaryFolder: this.root,
      environment: this.environment,
      log: silentLog,
      clock: systemClock,
      ...options,
    });
  }

  async dispose(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}
