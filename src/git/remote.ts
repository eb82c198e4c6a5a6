import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { messageOf } from '../errors.js';
import { GitFailure, runGit } from './command.js';
import type { GitCommandOptions } from './command.js';
import type { GitSetting } from './environment.js';

/** The name that actions/checkout gives the remote. */
export const remoteName = 'origin';

/** Silence after which a transfer counts as dead; `--progress` makes a living one write all the time. */
const silenceLimit = 120_000;
const pauses = [1_000, 4_000] as const;

const transient =
  /could not resolve host|connection (timed out|refused|reset)|timed out|early eof|rpc failed|unexpected disconnect|hung up unexpectedly|returned error: (429|5\d\d)|tls connection|block timeout/i;
const unauthorized =
  /authentication failed|could not read (username|password)|terminal prompts disabled|returned error: 40[13]|repository not found|permission denied|not found$/im;

/** A token for the server that the repository comes from; used only where what the checkout left is not enough. */
export interface ServerToken {
  /** e.g. `https://github.com`; the token is sent to no other server. */
  readonly serverUrl: string;
  readonly token: string;
}

export interface RemoteOptions extends GitCommandOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly credentials?: ServerToken;
}

/** The commands that speak to the remote: one at a time, because git locks the list of shallow commits. */
export class Remote {
  readonly #options: RemoteOptions;
  #settings: readonly GitSetting[] = [];
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: RemoteOptions) {
    this.#options = options;
  }

  /** Settings that commands need which fetch on their own (a partial clone's checkout). */
  get settings(): readonly GitSetting[] {
    return this.#settings;
  }

  /** Address of the remote; undefined when the repository has none of that name. */
  async url(): Promise<string | undefined> {
    try {
      return (await runGit(['remote', 'get-url', remoteName], this.#options)).trim();
    } catch (error) {
      if (error instanceof GitFailure) {
        return undefined;
      }
      throw error;
    }
  }

  /** Full names of refs (no patterns) with the shas they have on the remote now; those it lacks are left out. */
  async refs(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    const output = await this.#run(['ls-remote', remoteName, ...names]);
    for (const line of output.split('\n')) {
      const [sha, name] = line.split('\t');
      // ls-remote matches the end of names: `refs/heads/prod` finds `refs/x/refs/heads/prod` too.
      if (sha !== undefined && name !== undefined && names.includes(name)) {
        found.set(name, sha);
      }
    }
    return found;
  }

  /** Fetches one commit; touches no ref and no FETCH_HEAD. @param how e.g. `--depth=1` */
  async fetchCommit(sha: string, how: readonly string[]): Promise<void> {
    const quiet = ['--progress', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
    await this.#run(['fetch', ...quiet, ...how, remoteName, sha]);
  }

  #run(args: readonly string[]): Promise<string> {
    const next = this.#queue.then(() => this.#persist(args));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #persist(args: readonly string[]): Promise<string> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await runGit(args, { ...this.#options, silence: silenceLimit, settings: this.#settings });
      } catch (error) {
        const said = messageOf(error);
        const pause = pauses[attempt];
        if (pause !== undefined && transient.test(said)) {
          this.#options.log.info(
            `git ${String(args[0])} failed and is tried again in ${String(pause / 1000)} s: ${said}`,
          );
          await this.#options.clock.sleep(pause);
        } else if (!unauthorized.test(said) || !(await this.#useToken())) {
          throw error;
        }
      }
    }
  }

  /** Switches to the token for all that follows. @returns false when there is none for this server, or it is in use already. */
  async #useToken(): Promise<boolean> {
    const credentials = this.#options.credentials;
    const url = await this.url();
    if (this.#settings.length > 0 || credentials === undefined || credentials.token === '' || url === undefined) {
      return false;
    }
    const origin = new URL(credentials.serverUrl).origin;
    if (!URL.canParse(url) || new URL(url).origin !== origin) {
      return false;
    }
    const basic = Buffer.from(`x-access-token:${credentials.token}`).toString('base64');
    const key = `http.${origin}/.extraheader`;
    // The empty value drops a header that the checkout left: GitHub refuses a request with two of them.
    this.#settings = [
      [key, ''],
      [key, `AUTHORIZATION: basic ${basic}`],
    ];
    return true;
  }
}
