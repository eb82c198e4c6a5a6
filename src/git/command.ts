import { GitError, GitPluginError, simpleGit } from 'simple-git';
import { gitEnvironment } from './environment.js';
import type { GitSetting } from './environment.js';

/** git ended with a code other than 0. The message is what git said, without the addresses' credentials. */
export class GitFailure extends GitError {
  override readonly name: string = 'GitFailure';
  readonly exitCode: number;

  constructor(exitCode: number, said: string) {
    super(undefined, said === '' ? `git ended with code ${String(exitCode)} and said nothing.` : said);
    this.exitCode = exitCode;
  }
}

export interface GitCommandOptions {
  /** Folder that git runs in; it must exist. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly settings?: readonly GitSetting[];
  /** Milliseconds without any output after which git is stopped. */
  readonly silence?: number;
}

/**
 * Runs one git command; no shell, no hooks, no questions on a terminal.
 *
 * @param args command and arguments; whatever comes from outside must stand where git expects no option
 * @returns what git wrote to its output, untouched
 * @throws GitFailure when git ends with a code other than 0; GitError when it cannot be started or stays silent too long
 */
export async function runGit(args: readonly string[], options: GitCommandOptions): Promise<string> {
  const environment = gitEnvironment(options.environment, options.settings);
  const git = simpleGit({
    baseDir: options.folder,
    ...(options.silence === undefined ? {} : { timeout: { block: options.silence } }),
    allowEnvironment: Object.keys(environment),
    unsafe: settableByTheJob,
    // Without this, simple-git takes a code other than 0 for success where git prints no message (merge-base --is-ancestor).
    errors: (error, { exitCode, stdErr }) =>
      exitCode === 0 || error instanceof GitPluginError
        ? error
        : new GitFailure(exitCode, whatGitSaid(Buffer.concat(stdErr).toString('utf8'))),
  });
  return git.env(environment).raw([...args]);
}

/**
 * simple-git refuses variables and settings that name programs, addresses or files, in case a caller lets strangers set
 * them. Here they come from the job's environment (GIT_SSH_COMMAND, a credential helper, a proxy): whoever sets that
 * runs commands anyway. Arguments are built by this folder alone.
 */
const settableByTheJob = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeFilter: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGitProxy: true,
  allowUnsafeHooksPath: true,
  allowUnsafeInclude: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
} as const;

/** git's own words: progress lines left out, user and password of addresses removed. */
function whatGitSaid(stderr: string): string {
  return stderr
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1).trim())
    .filter(
      (line) => line !== '' && !/^(remote: )?(Enumerating|Counting|Compressing|Receiving|Resolving|Total)\b/.test(line),
    )
    .slice(-12)
    .join('\n')
    .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
}
